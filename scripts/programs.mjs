// Runs other programs for set-up and tests.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const tools = join(root, '.tools');
/** The emulator's interpreter. */
export const emulatorPython = join(tools, 'emulator', 'bin', 'python');
/** What it is called with to install packages. */
export const PIP = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];

const PROGRESS_MS = 10_000;
const KEPT_CHARACTERS = 2000;

/** Says on stderr what set-up does. */
export const say = (text) => process.stderr.write(`setup: ${text}\n`);

/** Something that can't be set up, with the way out. */
export class SetupError extends Error {}

/** Where a program of the PATH is, or undefined. */
export function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Its exit code, the signal that ended it, or why it did not start; undefined: all went well. */
function failureOf(child) {
  return new Promise((resolve) => {
    child.on('error', ({ message }) => resolve(message));
    child.on('exit', (code, signal) => resolve(code === 0 ? undefined : `exit ${code ?? signal}`));
  });
}

/**
 * Runs a command and says every ten seconds that it goes on.
 * @throws SetupError with its last lines
 */
export async function run(what, command, args, { env = process.env, limit } = {}) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  say(`${what} …`);
  const child = spawn(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (tail = (tail + chunk).slice(-KEPT_CHARACTERS)));
  const ticking = setInterval(() => say(`${what}: ${seconds()} so far`), PROGRESS_MS);
  const limited = limit && setTimeout(() => child.kill('SIGKILL'), limit);
  const failure = await failureOf(child);
  clearInterval(ticking);
  clearTimeout(limited);
  if (failure) throw new SetupError(`${what} failed after ${seconds()}: ${failure}\n${tail.trim()}`);
  say(`${what}: done in ${seconds()}`);
}
