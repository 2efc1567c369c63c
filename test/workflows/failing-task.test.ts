import { execFileSync } from 'node:child_process';
import { temporalPath } from '../../lab/tools';
import { until } from '../../lab/until';
import { NoAnswer } from '../../src/temporal/errors';
import { readLiveStatus, type RunName } from '../../src/temporal/run';
import { runCli } from '../commands/command-line';
import { bundleWith } from './bundle';
import { POISON } from './poison';
import { Run } from './run';
import { StubWorker } from './server';
import { World } from './world';

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start(await bundleWith(require.resolve('./poison')));
});
afterAll(() => worker.stop());

const ENVIRONMENT = { TEMPORAL_ADDRESS: process.env['DEV_SERVER'] };
const nameOf = ({ handle }: Run) => handle.workflowId.replace(/^lgtm-(migrate|deploy)-/, '');

/** What the command line says once the task has failed twice. */
async function untilFailing(run: Run, kind: RunName['kind'] = 'migration'): Promise<string> {
  return until('a task that fails', async () => {
    const error: unknown = await readLiveStatus(worker.session, { kind, name: nameOf(run) }).then(
      () => undefined,
      (trouble: unknown) => trouble,
    );
    return error instanceof NoAnswer && / failed [2-9] times /.test(error.message) && error.message;
  });
}

/** Types what the sentence says. */
function reset(sentence: string): void {
  const [, words] = /temporal (workflow reset .* --reason poison) /.exec(sentence)!;
  const address = ['--address', process.env['DEV_SERVER']!];
  execFileSync(temporalPath(), [...words!.split(' '), ...address], { stdio: 'pipe' });
}

test('a task that fails is told with its error, and the reset that it names brings the run back', async () => {
  const run = await worker.runWorkflow({ world: World.brokenAt('runPreflight') });
  await run.untilRetryOf();
  await run.say('pause');
  await run.handle.signal(POISON, { by: 'mallory' });
  await run.signal('resume', { by: 'kim' });

  const sentence = await untilFailing(run);
  const name = nameOf(run);
  expect(sentence).toMatch(new RegExp(`^${name} stands still, .* since \\S+Z: this workflow has a fault; `));
  expect(sentence).toMatch(/drops every signal since: poison by mallory at \S+Z, resume by kim at \S+Z; say the good/);
  for (const words of [
    ['status', name],
    ['abort', name],
  ]) {
    const { code, err } = await runCli(words, { environment: ENVIRONMENT });
    expect([code, err]).toEqual([1, expect.stringMatching(/stands still, .* --event-id \d+ --reapply-exclude Signal/)]);
  }

  reset(sentence);
  const again = worker.follow(run);
  const { paused, decisions } = await again.untilRetryOf();
  expect([paused, decisions.map(({ verb }) => verb)]).toEqual([true, ['pause']]);
  await again.say('abort');
  await again.endedAs('rolled-back');
});

test('a deployment whose task fails is told and brought back the same way', async () => {
  const scanned = async () => ({
    status: 'COMPLETE',
    counts: { CRITICAL: 1 },
  });
  const run = await worker.runDeployment({ stubs: { awaitScan: scanned } });
  await run.untilApprovalOf('deploy with 1 CRITICAL');
  await run.handle.signal(POISON, { by: 'mallory' });

  const sentence = await untilFailing(run, 'deployment');
  const { code, err } = await runCli(['deploy', 'status', nameOf(run)], { environment: ENVIRONMENT });
  expect([code, err]).toEqual([1, expect.stringMatching(/stands still, .* --event-id \d+ --reapply-exclude Signal/)]);

  reset(sentence);
  const again = worker.follow(run);
  await again.untilApprovalOf('deploy with 1 CRITICAL');
  await again.say('abort');
  await again.endedAs('rolled-back');
});
