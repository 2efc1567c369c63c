const { availableParallelism } = require('node:os');

/** Scenarios start real servers and workers, and then mostly wait: of two cores they leave more than a half idle when they run three at a time. */
module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  testTimeout: 180_000,
  maxWorkers: Math.ceil(availableParallelism() * 2.5),
  // jest runs everything in one process where it remembers only fast files; with this it never does
  workerIdleMemoryLimit: '2GB',
};
