// npm run check: what npm test looks at before its tests.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CHECKS } from './checks.mjs';
import { setup } from './setup.mjs';
import { runStep } from './step.mjs';

/**
 * Runs all checks, as many at once as there are cores.
 * @returns of each how many tests passed and failed, a check without tests being one, and a line where it failed
 */
export async function runChecks() {
  const left = [...CHECKS];
  const results = [];
  const takeTurns = async () => {
    for (let check = left.shift(); check; check = left.shift()) {
      results.push(await runCheck(check));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));
  return results;
}

async function runCheck({ name, command, count }) {
  const { output, isGood } = await runStep(name, command);
  const { passed, failed } = count?.(output) ?? {
    passed: Number(isGood),
    failed: Number(!isGood),
  };
  return {
    passed,
    failed: isGood ? failed : Math.max(failed, 1),
    broken: isGood ? [] : [`${name}: ${output.trim().split('\n').at(-1)}`],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setup({ forTests: true });
  const results = await runChecks();
  process.exit(results.some(({ failed }) => failed > 0) ? 1 : 0);
}
