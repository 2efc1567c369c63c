// npm test: set-up, lint, types, then all tests; ends with a line of the real counts. Arguments go to jest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorPython, root, setup } from './setup.mjs';

await setup();
const folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-test-'));
const results = join(folder, 'jest.json');

function step(name, command, args) {
  const began = Date.now();
  process.stdout.write(`\n── ${name}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } });
  process.stdout.write(`── ${name}: ${status === 0 ? 'good' : 'failed'}, ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return status === 0;
}

const bin = (name) => join(root, 'node_modules', '.bin', name);
const good = [
  step('lint', bin('eslint'), ['.']),
  step('types', bin('tsc'), ['--noEmit']),
  step('emulator compiles', emulatorPython, ['-m', 'compileall', '-q', 'emulator']),
  step('tests', bin('jest'), ['--json', `--outputFile=${results}`, ...process.argv.slice(2)]),
].every(Boolean);
let counts = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
try {
  counts = JSON.parse(readFileSync(results, 'utf8'));
  const skipped = counts.testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'pending').map(({ fullName }) => fullName);
  if (skipped.length > 0) process.stdout.write(`\nskipped:\n${skipped.map((name) => `  ${name}`).join('\n')}\n`);
} catch {
  process.stdout.write('jest wrote no result\n');
}
rmSync(folder, { recursive: true, force: true });
const broken = counts.numFailedTests + (counts.numRuntimeErrorTestSuites ?? 0);
process.stdout.write(`\n${counts.numPassedTests} passed, ${broken} failed\n`);
process.exit(good && broken === 0 ? 0 : 1);
