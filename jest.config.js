const { availableParallelism } = require('node:os');

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};

/** Tests that start a process: a program, a server, an emulated AWS, a lab. */
const REAL = [
  '/test/(scenarios|lab|emulator|images|deploy|keeper|replay|boundaries)/',
  '/test/commands/(cli|render|temporal)\\.',
  '/test/import/command\\.',
  '/test/activities/failures\\.',
  '/test/activities/(aws|host|preflight)/(record|service|grafana-script|stack|preflight)\\.',
];
const WORKFLOW = ['/test/workflows/[^/]*$', '/test/workflows/(phases|moves)/'];

const tier = (displayName, testPathIgnorePatterns, more) => ({
  displayName,
  transform,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns,
  ...more,
});
/** All files but those of a tier. */
const but = (patterns) => [`^(?!.*(${patterns.join('|')}))`];

module.exports = {
  projects: [
    tier('pure', [...REAL, ...WORKFLOW], { setupFiles: ['<rootDir>/test/pure.ts'] }),
    tier('workflow', but(WORKFLOW), {
      globalSetup: '<rootDir>/test/workflows/global-setup.ts',
      globalTeardown: '<rootDir>/test/workflows/global-teardown.ts',
    }),
    tier('real', but(REAL), { globalSetup: '<rootDir>/test/global-setup.ts' }),
  ],
  // a stall ends a wait (lab/until.ts); this only ends what does not wait there
  testTimeout: 15 * 60_000,
  maxWorkers: availableParallelism(),
  // jest runs everything in one process where it remembers only fast files; with this it never does
  workerIdleMemoryLimit: '2GB',
};
