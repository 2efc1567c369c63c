import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { until } from '../../lab/until';
import { GuardedWorker } from '../../src/worker/guarded-worker';
import { readyQuery, sideBySide } from './guard/workflow';

const ACTIVITIES = `activities-${randomUUID()}`;

let folder: string;
let bundle: WorkflowBundleWithSourceMap;
let connection: NativeConnection;
let client: Client;
let calls: Worker;
let ended: Promise<void>;
/** activities that wait until a test lets them end, by the run that has begun them */
const begun = new Map<string, () => void>();

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const address = process.env['DEV_SERVER']!;
  folder = mkdtempSync(join(tmpdir(), 'guarded-worker-'));
  bundle = await bundleWorkflowCode({
    workflowsPath: require.resolve('./guard/workflow'),
    logger: new DefaultLogger('ERROR'),
  });
  writeFileSync(join(folder, 'bundle.js'), bundle.code);
  connection = await NativeConnection.connect({ address });
  client = new Client({ connection: await Connection.connect({ address }) });
  const wait = (name: string) => () => new Promise<void>((resolve) => begun.set(name, resolve));
  calls = await Worker.create({
    connection,
    taskQueue: ACTIVITIES,
    activities: {
      beginOne: wait('one'),
      beginOther: wait('other'),
      endOne: async () => undefined,
      endOther: async () => undefined,
    },
  });
  ended = calls.run();
});

afterAll(async () => {
  calls.shutdown();
  await ended;
  await Promise.all([connection.close(), client.connection.close()]);
  rmSync(folder, { recursive: true });
});

async function startDyingWorker(taskQueue: string): Promise<ChildProcess> {
  const program = join(__dirname, 'guard', 'dying-worker.ts');
  const options = { execArgv: ['--import', 'tsx'] };
  const child = fork(program, [process.env['DEV_SERVER']!, taskQueue, join(folder, 'bundle.js')], options);
  await once(child, 'message');
  return child;
}

/** A run whose worker was killed, that is asked something, and whose first activity ends then. */
async function askBeforeItsTask(taskQueue: string): Promise<{ run: WorkflowHandle; answer: Promise<unknown> }> {
  begun.clear();
  const child = await startDyingWorker(taskQueue);
  const run = await client.workflow.start(sideBySide, {
    workflowId: randomUUID(),
    taskQueue,
    args: [ACTIVITIES],
  });
  await until('both activities', () => begun.size === 2);
  await until('its task', async () => (await run.describe()).raw.pendingWorkflowTask === null);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const answer = run.query(readyQuery).catch(String);
  await run.describe();
  begun.get('one')!();
  return { run, answer };
}

/** Asks a run before its task comes, which another worker gets then. */
async function carryOn() {
  const taskQueue = randomUUID();
  const { run, answer } = await askBeforeItsTask(taskQueue);
  const worker = await GuardedWorker.create({
    connection,
    taskQueue,
    workflowBundle: bundle,
  });
  await worker.runUntil(async () => {
    await answer;
    begun.get('other')!();
    await run.result();
  });
  return {
    run,
    answer: await answer,
    replay: await replay(run),
  };
}

async function replay(run: WorkflowHandle): Promise<string> {
  const history = await run.fetchHistory();
  return Worker.runReplayHistory({ workflowBundle: bundle }, history, run.workflowId).then(() => 'the same', String);
}

test('a query that comes before its task leaves a run that replays as it went, and is told to come again', async () => {
  const refused = await until('a query before its task', async () => {
    const seen = await carryOn();
    expect(seen.replay).toBe('the same');
    return seen.answer !== true && seen;
  });
  expect(refused.answer).toContain('ask again in a moment');
});
