// Holds the tier of pure tests: what starts a process belongs to REAL in jest.config.js.
const refused = () => {
  throw new Error('a pure test starts no process; jest.config.js says which tests do');
};

jest.mock('node:child_process', () => {
  const real = jest.requireActual<typeof import('node:child_process')>('node:child_process');
  return { ...real, spawn: refused, spawnSync: refused, execFile: refused, execFileSync: refused };
});
