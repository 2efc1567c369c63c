// Sets up what is missing: npm packages, the Temporal server, the emulator. Node only; nothing has to be installed before.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');
/** Server 1.29.1 with UI 2.42.1; the newest that `go install` can build. */
const TEMPORAL_CLI = 'v1.5.1';
const DOWNLOAD_LIMIT_MS = 60_000;
const PROGRESS_MS = 10_000;
const say = (text) => process.stderr.write(`setup: ${text}\n`);

class SetupError extends Error {}

function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** Runs a command, says every ten seconds that it goes on, and keeps its last lines for the error. */
function run(what, command, args, { env = process.env, limit } = {}) {
  return new Promise((resolve, reject) => {
    const began = Date.now();
    const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
    say(`${what} …`);
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let tail = '';
    const keep = (chunk) => (tail = (tail + chunk).slice(-2000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const ticking = setInterval(() => say(`${what}: ${seconds()} so far`), PROGRESS_MS);
    const limited = limit && setTimeout(() => child.kill('SIGKILL'), limit);
    const end = (error) => {
      clearInterval(ticking);
      clearTimeout(limited);
      if (error) reject(new SetupError(`${what} failed after ${seconds()}: ${error}\n${tail.trim()}`));
      else resolve(say(`${what}: done in ${seconds()}`));
    };
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end(code === 0 ? undefined : `exit ${code ?? signal}`));
  });
}

const hashOf = (...files) =>
  createHash('sha256')
    .update(files.map((file) => readFileSync(join(root, file))).join('\0'))
    .digest('hex');
const stamped = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;

async function npmPackages() {
  const [stamp, hash] = [join(root, 'node_modules', '.lgtm-migrate'), hashOf('package-lock.json')];
  if (stamped(stamp, hash)) return;
  await run('npm packages', 'npm', ['ci', '--no-fund', '--no-audit']);
  writeFileSync(stamp, hash);
}

/** TEMPORAL_CLI_PATH, PATH, .tools/bin: where the server is, or undefined. */
export function temporalPath() {
  const own = join(tools, 'bin', 'temporal');
  return process.env.TEMPORAL_CLI_PATH ?? onPath('temporal') ?? (existsSync(own) ? own : undefined);
}

async function temporalServer() {
  const named = process.env.TEMPORAL_CLI_PATH;
  if (named && !existsSync(named))
    throw new SetupError(`TEMPORAL_CLI_PATH is ${named}, and no file is there; correct or unset it`);
  if (temporalPath()) return;
  mkdirSync(join(tools, 'bin'), { recursive: true });
  try {
    await run(
      'Temporal server, the download of the SDK',
      process.execPath,
      [join(root, 'scripts', 'download-temporal.mjs'), join(tools, 'bin')],
      { limit: DOWNLOAD_LIMIT_MS },
    );
    if (temporalPath()) return;
  } catch (error) {
    say(`${error.message.split('\n')[0]}; trying go install`);
  }
  if (!onPath('go')) {
    throw new SetupError(
      'no Temporal server: not in TEMPORAL_CLI_PATH, not on PATH, the download did not work, and there is no Go to build it with.\n' +
        'Install the Temporal CLI (https://docs.temporal.io/cli, e.g. `brew install temporal`) or Go (https://go.dev/dl), or set TEMPORAL_CLI_PATH; then run this again.',
    );
  }
  await run(
    'Temporal server, go install (about 3 minutes)',
    'go',
    ['install', '-ldflags', '-s -w', `github.com/temporalio/cli/cmd/temporal@${TEMPORAL_CLI}`],
    { env: { ...process.env, GOBIN: join(tools, 'bin') } },
  );
}

function python() {
  for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
    if (!onPath(name)) continue;
    if (spawnSync(name, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']).status === 0) return name;
  }
  throw new SetupError(
    'the emulator needs Python 3.10 or newer with venv, and none is on PATH; install it (Debian: apt-get install python3 python3-venv), then run this again',
  );
}

/** The emulator's interpreter. */
export const emulatorPython = join(tools, 'emulator', 'bin', 'python');

async function emulator() {
  const [stamp, hash] = [join(tools, 'emulator', '.lgtm-migrate'), hashOf('emulator/requirements.txt')];
  if (stamped(stamp, hash) && existsSync(emulatorPython)) return;
  rmSync(join(tools, 'emulator'), { recursive: true, force: true });
  mkdirSync(tools, { recursive: true });
  await run('emulator, its virtual environment', python(), ['-m', 'venv', join(tools, 'emulator')]);
  await run('emulator, moto (about a minute)', emulatorPython, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    'emulator/requirements.txt',
  ]);
  writeFileSync(stamp, hash);
}

/** What reads the Python of this repository: into the emulator's environment, which is not made anew for it. */
async function pythonChecks() {
  const [stamp, hash] = [join(tools, 'emulator', '.lgtm-migrate-dev'), hashOf('emulator/requirements-dev.txt')];
  if (stamped(stamp, hash)) return;
  const install = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    'emulator/requirements-dev.txt',
  ];
  await run('ruff, mypy and import-linter', emulatorPython, install);
  writeFileSync(stamp, hash);
}

/** Held by one set-up at a time; a lock whose process is gone is taken over. */
async function locked(work) {
  mkdirSync(tools, { recursive: true });
  const lock = join(tools, 'setup.lock');
  for (let said = false; ;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
      try {
        process.kill(holder || process.pid + 0x7fffff, 0);
      } catch {
        rmSync(lock, { force: true });
        continue;
      }
      if (!said) say(`waiting for the set-up of process ${holder}`);
      said = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Ends the process with a sentence when something can't be set up. */
export async function setup() {
  try {
    await locked(async () => {
      await npmPackages();
      await temporalServer();
      await emulator();
      await pythonChecks();
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`setup: ${error.message}\n`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
