// npm test: set-up, lint, types, then all tests; ends with a line of the real counts. Arguments go to jest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { emulatorPython, root, setup } from './setup.mjs';

await setup();
const folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-test-'));
const results = join(folder, 'jest.json');

/** Its output is kept together where others run beside it; `read` sees it. */
async function step(name, command, args, stdio = 'pipe', read = () => {}) {
  const began = Date.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', stdio, stdio],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  read(output);
  process.stdout.write(
    `${output}── ${name}: ${code === 0 ? 'good' : 'failed'}, ${((Date.now() - began) / 1000).toFixed(1)} s\n`,
  );
  return code === 0;
}

const pythonCounts = { passed: 0, failed: 0 };
/** unittest ends with `Ran 12 tests in 0.2s` and, where some failed, `FAILED (failures=1, errors=1)`. */
function countPythonTests(output) {
  const ran = Number(/^Ran (\d+) tests? in /m.exec(output)?.[1] ?? 0);
  const broken = [...output.matchAll(/(?:failures|errors)=(\d+)/g)].map(([, count]) => Number(count));
  pythonCounts.failed = broken.reduce((sum, count) => sum + count, 0);
  pythonCounts.passed = ran - pythonCounts.failed;
}

const bin = (name) => join(root, 'node_modules', '.bin', name);
const python = (name) => join(dirname(emulatorPython), name);
const good = [
  ...(await Promise.all([
    // what has not changed is not looked at again; a clean clone, as CI has, looks at everything
    step('lint', bin('eslint'), [
      '.',
      '--cache',
      '--cache-strategy',
      'content',
      '--cache-location',
      join(root, '.tools', 'eslint'),
    ]),
    step('types', bin('tsc'), ['--noEmit', '--incremental', '--tsBuildInfoFile', join(root, '.tools', 'types')]),
    step('Python lint', python('ruff'), ['check', '--quiet', '.']),
    step('Python format', python('ruff'), ['format', '--check', '--quiet', '.']),
    step('Python types', python('mypy'), ['--no-error-summary']),
    step('Python imports', python('lint-imports'), ['--no-logo', '--cache-dir', join(root, '.tools', 'imports')]),
    step(
      'Python tests',
      emulatorPython,
      ['-B', '-m', 'unittest', 'discover', '-s', 'test/activities/host', '-p', '*_test.py'],
      'pipe',
      countPythonTests,
    ),
  ])),
  await step('tests', bin('jest'), ['--json', `--outputFile=${results}`, ...process.argv.slice(2)], 'inherit'),
].every(Boolean);
let counts = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
try {
  counts = JSON.parse(readFileSync(results, 'utf8'));
  const skipped = counts.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'pending')
    .map(({ fullName }) => fullName);
  if (skipped.length > 0) process.stdout.write(`\nskipped:\n${skipped.map((name) => `  ${name}`).join('\n')}\n`);
} catch {
  process.stdout.write('jest wrote no result\n');
}
rmSync(folder, { recursive: true, force: true });
const broken = counts.numFailedTests + (counts.numRuntimeErrorTestSuites ?? 0) + pythonCounts.failed;
process.stdout.write(`\n${counts.numPassedTests + pythonCounts.passed} passed, ${broken} failed\n`);
process.exit(good && broken === 0 ? 0 : 1);
