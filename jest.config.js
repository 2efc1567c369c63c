const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { dirname, join, resolve } = require('node:path');

const TESTS = join(__dirname, 'test');
const SOURCES = join(__dirname, 'src');

/** Tests of the workflow on stub activities; its engine needs no server. */
const ON_STUBS = /^workflows\/(?!engine\/)/;
/** Where nothing is pure, whatever a file imports; a builder is a process of its source's source. */
const REAL_FOLDERS = /^(scenarios|lab|emulator|images|deploy|keeper|replay|boundaries|activities\/images\/builder)\b/;

function importsOf(file) {
  const specifiers = [...readFileSync(file, 'utf8').matchAll(/ from '(\.[^']*)'/g)].map(([, path]) => path);
  return specifiers.map((path) => `${resolve(dirname(file), path)}.ts`).filter((path) => existsSync(path));
}

/** Whether a test starts a process: itself, by a part of the tests or the lab, or by the source that it tests. */
function startsProcess(file, seen = new Set()) {
  if (seen.has(file)) return false;
  seen.add(file);
  if (/'node:child_process'/.test(readFileSync(file, 'utf8'))) return true;
  if (file.startsWith(SOURCES)) return false;
  return importsOf(file).some((path) => startsProcess(path, seen));
}

function tierOf(file) {
  if (ON_STUBS.test(file)) return 'workflow';
  return REAL_FOLDERS.test(file) || startsProcess(join(TESTS, file)) ? 'real' : 'pure';
}

const all = readdirSync(TESTS, { recursive: true }).filter((file) => file.endsWith('.test.ts'));

const tier = (displayName, more) => ({
  displayName,
  testMatch: all.filter((file) => tierOf(file) === displayName).map((file) => `<rootDir>/test/${file}`),
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  ...more,
});

module.exports = {
  projects: [
    tier('pure', { setupFiles: ['<rootDir>/test/pure.ts'] }),
    tier('workflow', {
      globalSetup: '<rootDir>/test/workflows/global-setup.ts',
      globalTeardown: '<rootDir>/test/workflows/global-teardown.ts',
    }),
    tier('real', { globalSetup: '<rootDir>/test/global-setup.ts' }),
  ],
  // a stall ends a wait (lab/until.ts); this only ends what does not wait there
  testTimeout: 15 * 60_000,
  // a scenario waits three quarters of its time: six labs at once on two cores
  maxWorkers: 3 * availableParallelism(),
  // jest runs everything in one process where it remembers only fast files; with this it never does
  workerIdleMemoryLimit: '2GB',
};
