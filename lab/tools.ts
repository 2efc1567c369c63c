import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const TOOLS = join(__dirname, '..', '.tools');

/** The server that set-up found or built: TEMPORAL_CLI_PATH, PATH, .tools/bin. */
export function temporalPath(): string {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'temporal'));
  const found = [process.env['TEMPORAL_CLI_PATH'], ...onPath, join(TOOLS, 'bin', 'temporal')].find(
    (path) => path && existsSync(path),
  );
  if (!found) throw new Error('no Temporal server; run npm run setup');
  return found;
}

export const emulatorPython = join(TOOLS, 'emulator', 'bin', 'python');
