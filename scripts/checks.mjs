// What npm test looks at besides jest: a check is a command that ends with 0 when all is well.
import { dirname, join } from 'node:path';
import { emulatorPython, root, tools } from './programs.mjs';

const node = (name) => join(root, 'node_modules', '.bin', name);
const beside = (name) => join(dirname(emulatorPython), name);
/** By its interpreter: the first line of a script names the folder that it was installed in, which may have moved. */
const python = (name) => [emulatorPython, beside(name)];
const cached = (name) => join(tools, name);

/** unittest ends with `Ran 12 tests in 0.2s` and, where some failed, `FAILED (failures=1, errors=1)`. */
function countUnittests(output) {
  const ran = Number(/^Ran (\d+) tests? in /m.exec(output)?.[1] ?? 0);
  const broken = [...output.matchAll(/(?:failures|errors)=(\d+)/g)].map(([, count]) => Number(count));
  const failed = broken.reduce((sum, count) => sum + count, 0);
  return {
    passed: ran - failed,
    failed,
  };
}

const testPython = (name, folder) => ({
  name,
  command: [emulatorPython, '-B', '-m', 'unittest', 'discover', '-s', folder, '-p', '*_test.py'],
  count: countUnittests,
});

/**
 * The longest first: they run side by side, as many as there are cores. What has not changed is not looked at again
 * where a tool can remember it; a clean clone, as CI has, looks at everything.
 * `count`: how many tests its output tells of.
 */
export const CHECKS = [
  {
    name: 'lint',
    command: [node('eslint'), '.', '--cache', '--cache-strategy', 'content', '--cache-location', cached('eslint')],
  },
  {
    name: 'types',
    command: [node('tsc'), '--noEmit', '--incremental', '--tsBuildInfoFile', cached('types')],
  },
  {
    name: 'Python types',
    command: [...python('mypy'), '--no-error-summary'],
  },
  {
    name: 'unused',
    command: [node('knip')],
  },
  {
    name: 'walls',
    command: [
      node('depcruise'),
      '--config',
      '.dependency-cruiser.cjs',
      'src',
      'lab',
      'verify',
      'bench',
      'test',
      'scripts',
    ],
  },
  {
    name: 'format',
    command: [node('prettier'), '--check', '--log-level', 'warn', '--cache', '--cache-location', cached('format'), '.'],
  },
  testPython('Python tests of the emulator', 'test/emulator'),
  testPython('Python tests of the hosts', 'test/activities/host'),
  {
    name: 'style',
    command: [process.execPath, 'scripts/style.mjs'],
  },
  {
    name: 'Python imports',
    command: [...python('lint-imports'), '--no-logo', '--cache-dir', cached('imports')],
  },
  {
    name: 'Python lint',
    command: [beside('ruff'), 'check', '--quiet', '.'],
  },
  {
    name: 'Python format',
    command: [beside('ruff'), 'format', '--check', '--quiet', '.'],
  },
];
