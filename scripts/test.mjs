// npm test: set-up, the checks side by side, then all tests; ends with a line of the real counts.
// Arguments go to jest.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runChecks } from './check.mjs';
import { root } from './programs.mjs';
import { setup } from './setup.mjs';
import { runStep } from './step.mjs';

/** Labs are dear: tests share them, and what needs none is proven without. */
const MOST_LABS = 30;
/** Characters of why a test failed, in the list at the end. */
const LONGEST_REASON = 300;

/** What jest has written. @returns the counts, the names of tests that were skipped, and those that failed with why */
function readJest(file) {
  if (!existsSync(file)) {
    process.stdout.write('jest wrote no result\n');
    return {
      passed: 0,
      failed: 1,
      skipped: [],
      broken: [],
    };
  }
  const found = JSON.parse(readFileSync(file, 'utf8'));
  const tests = found.testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: found.numPassedTests,
    failed: found.numFailedTests + found.numRuntimeErrorTestSuites,
    skipped: tests.filter(({ status }) => status === 'pending').map(({ fullName }) => fullName),
    broken: found.testResults.flatMap(describeBroken),
  };
}

/** Of one file, a line a test. */
function describeBroken({ name, message, assertionResults }) {
  const file = relative(root, name);
  const broken = assertionResults.filter(({ status }) => status === 'failed');
  const whole = message && broken.length === 0 ? [`${file}: ${cutToLine(message)}`] : [];
  return [
    ...whole,
    ...broken.map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${cutToLine(failureMessages[0])}`),
  ];
}

function cutToLine(message = '') {
  const [line = ''] = stripVTControlCharacters(message).split('\n').filter(Boolean);
  return line.slice(0, LONGEST_REASON);
}

/** Runs jest. @returns whether it ended well, its counts, and how many labs were started */
async function runJest() {
  const folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-test-'));
  const [results, labs] = [join(folder, 'jest.json'), join(folder, 'labs')];
  // with its results written jest has ended: a handle that a broken test left open holds nothing up
  const command = [join(root, 'node_modules', '.bin', 'jest'), '--forceExit', '--json', `--outputFile=${results}`];
  const options = {
    stdio: 'inherit',
    hasGroup: true,
    env: { LGTM_LABS_LOG: labs },
  };
  const { isGood } = await runStep('tests', [...command, ...process.argv.slice(2)], options);
  const counts = readJest(results);
  const started = existsSync(labs) ? readFileSync(labs, 'utf8').trim().split('\n').length : 0;
  rmSync(folder, {
    recursive: true,
    force: true,
  });
  return {
    isGood,
    counts,
    started,
  };
}

await setup({ forTests: true });
const checks = await runChecks();
const jest = await runJest();

const { skipped } = jest.counts;
if (skipped.length > 0) process.stdout.write(`\nskipped:\n${skipped.map((name) => `  ${name}\n`).join('')}`);

const broken = [...jest.counts.broken, ...checks.flatMap((check) => check.broken)];
if (broken.length > 0) process.stdout.write(`\nfailed:\n${broken.map((line) => `  ${line}\n`).join('')}`);

const isSparing = jest.started <= MOST_LABS;
process.stdout.write(`\nlabs started: ${jest.started}${isSparing ? '' : `, more than ${MOST_LABS}`}\n`);

const counts = [jest.counts, ...checks];
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
const isGood = isSparing && failed === 0 && jest.isGood;
process.exit(isGood ? 0 : 1);
