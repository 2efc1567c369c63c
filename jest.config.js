const { availableParallelism } = require('node:os');

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};
const project = (displayName, testMatch, more = {}) => ({ displayName, testMatch, transform, ...more });

module.exports = {
  projects: [
    project(
      'workflow',
      ['<rootDir>/test/workflows/*.test.ts', '<rootDir>/test/workflows/{phases,moves}/**/*.test.ts'],
      {
        globalSetup: '<rootDir>/test/workflows/global-setup.ts',
        globalTeardown: '<rootDir>/test/workflows/global-teardown.ts',
      },
    ),
  ],
  // a stall ends a wait (test/until.ts); this only ends what does not wait there
  testTimeout: 15 * 60_000,
  maxWorkers: availableParallelism(),
  // jest runs everything in one process where it remembers only fast files; with this it never does
  workerIdleMemoryLimit: '2GB',
};
