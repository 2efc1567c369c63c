import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const ROOT = join(__dirname, '..');
const TOOLS = join(ROOT, '.tools');

/** The server that set-up found or built: TEMPORAL_CLI_PATH, PATH, .tools/bin. */
export function temporalPath(): string {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'temporal'));
  const places = [process.env['TEMPORAL_CLI_PATH'], ...onPath, join(TOOLS, 'bin', 'temporal')];
  const found = places.find((path) => path && existsSync(path));
  if (!found) throw new Error('no Temporal server; run npm run setup');
  return found;
}

/** The emulator's interpreter, as set-up makes it. */
export const emulatorPython = join(TOOLS, 'emulator', 'bin', 'python');

/** A program that scripts/compile.mjs has made of the sources as they are; jest and `npm run lab` compile once. */
export function compiled(name: 'worker' | 'client' | 'workflow'): string {
  process.env['LGTM_COMPILED'] ??= execFileSync(process.execPath, [join(ROOT, 'scripts', 'compile.mjs')]).toString();
  return join(process.env['LGTM_COMPILED'], `${name}.js`);
}
