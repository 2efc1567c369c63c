import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { filesAreUnread } from './texts';

/** Compose files that `docker compose` does not take by itself; all of them are one cause. */
export function checkOtherComposeFile({ compose }: Inventory): ImportFinding[] {
  const { unread } = compose;
  const [file] = unread;
  if (file === undefined) return [];
  const place = {
    file,
    line: 1,
  };
  return [warn('host/other-compose-file', place, filesAreUnread(unread))];
}
