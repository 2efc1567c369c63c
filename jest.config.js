/** Scenarios start real servers and workers: they mostly wait, and three at a time is what two cores bear. */
module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  testTimeout: 180_000,
  maxWorkers: 3,
  // jest runs everything in one process where it remembers only fast files; with this it never does
  workerIdleMemoryLimit: '2GB',
};
