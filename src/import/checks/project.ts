import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { projectIsAbsent } from './texts';

/** A folder without a Compose file at its top: the migration stops and starts the stack as one project. */
export function checkProject({ compose }: Inventory): ImportFinding[] {
  const { files } = compose;
  const isProject = files.some((file) => !file.includes('/'));
  if (isProject) return [];
  const place = {
    file: '.',
    line: 1,
  };
  return [warn('host/project', place, projectIsAbsent(files))];
}
