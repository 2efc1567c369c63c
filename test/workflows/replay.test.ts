import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { compiled } from '../../lab/tools';
import { until } from '../../lab/until';
import { listOpenRuns } from '../../src/worker/replay';
import { checkOpenRuns } from '../../src/worker/replay-check';
import { makeFolder } from '../temporary';
import { runCli } from '../commands/command-line';
import { bundleWith } from './bundle';
import type { Run } from './run';
import { StubWorker } from './server';
import { World } from './world';

const SAME = { codePath: compiled('workflow') };
const RECORDED = join(__dirname, '../replay/histories/completed.json.gz');

let worker: StubWorker;
let connection: NativeConnection;
let other: WorkflowBundleOption;
beforeAll(async () => {
  worker = await StubWorker.start();
  connection = await NativeConnection.connect({ address: process.env['DEV_SERVER']! });
  other = await bundleWith(require.resolve('./other-code'));
});
afterAll(async () => {
  await worker.stop();
  await connection.close();
});

/** A run that waits, and that the server lists. */
async function hold(): Promise<Run> {
  const run = await worker.runWorkflow({ world: World.brokenAt('runPreflight') });
  await run.untilRetryOf();
  const { client, taskQueue } = worker.session;
  await until('the run to be listed', async () => {
    for await (const { workflowId } of listOpenRuns(client, taskQueue))
      if (workflowId === run.handle.workflowId) return true;
    return false;
  });
  return run;
}

const check = (bundle: WorkflowBundleOption, isSkipped?: boolean) =>
  checkOpenRuns(
    {
      connection,
      namespace: 'default',
    },
    worker.session.taskQueue,
    bundle,
    isSkipped,
  );

/** What the command line says of a run on the server, or of a file. */
const replay = (...words: string[]) =>
  runCli(['replay', ...words], { environment: { TEMPORAL_ADDRESS: process.env['DEV_SERVER'] } });

test('a worker of other code polls no queue with an open run: it names run, event and who must go on', async () => {
  const { handle } = await hold();
  const { runId } = await handle.describe();
  const refusal = await check(other).then(() => '', String);
  expect(refusal).toContain(`task queue ${worker.session.taskQueue} has open runs of other code`);
  expect(refusal).toMatch(
    new RegExp(
      `${handle.workflowId} \\(run ${runId}\\) would go on otherwise under this code from event \\d+ on: Nondet`,
    ),
  );
  expect(refusal).toMatch(/keep the image running that carried it until now: \d+@/);
  await expect(check(other, true)).resolves.toBeUndefined();
});

test('a worker of the same code polls it', async () => {
  await hold();
  await expect(check(SAME)).resolves.toBeUndefined();
});

test('the command line says of a run, by its name, that this version carries it on', async () => {
  const { handle } = await hold();
  const name = handle.workflowId.replace('lgtm-migrate-', '');
  const { code, out } = await replay(name);
  expect([code, out]).toEqual([0, expect.stringMatching(/: this version carries it on, \d+ events are the same\n$/)]);
});

test('the same of a deployment', async () => {
  const run = await worker.runDeployment({ world: World.brokenAt('findStack') });
  await run.ended();
  const name = run.handle.workflowId.replace('lgtm-deploy-', '');
  const { code, out } = await replay(name, '--deployment');
  expect([code, out]).toEqual([0, expect.stringMatching(/^lgtm-deploy-.*: this version carries it on/)]);
});

test('of a history in a file it names the event from which on another activity was asked', async () => {
  const history = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as { events: Scheduled[] };
  const changed = history.events.find(({ activityTaskScheduledEventAttributes: asked }) => {
    return asked && asked.activityType.name !== 'runPreflight';
  })!;
  changed.activityTaskScheduledEventAttributes!.activityType.name = 'somethingElse';
  const file = join(makeFolder(), 'history.json');
  writeFileSync(file, JSON.stringify(history));
  const { code, out } = await replay(file);
  const [, event] = /otherwise under this code from event (\d+) on: .*'somethingElse'/.exec(out) ?? [];
  expect(code).toBe(1);
  expect(Number(changed.eventId) - Number(event)).toBeLessThanOrEqual(2);
});

test('a run goes on with the plan as it was read at its start, whatever this version would read in it', async () => {
  const history = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as { events: Started[] };
  const { input } = history.events[0]!.workflowExecutionStartedEventAttributes;
  input.payloads[0]!.data = Buffer.from('{"plan":"a plan of another day"}').toString('base64');
  const file = join(makeFolder(), 'history.json');
  writeFileSync(file, JSON.stringify(history));
  const { code, out } = await replay(file);
  expect([code, out]).toEqual([0, expect.stringContaining('this version carries it on')]);
});

test.each(['README.md', 'package.json'])('%s is no history: exit 2, and how to export one', async (file) => {
  const { code, err } = await replay(file);
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(/^lgtm-migrate: \S+ is no history: .*; export one with temporal/),
  ]);
});

interface Started {
  workflowExecutionStartedEventAttributes: { input: { payloads: { data: string }[] } };
}

interface Scheduled {
  eventId: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}
