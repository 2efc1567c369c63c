import type { Peer } from '../../../src/contract/hosts';
import type { StoreState } from '../../../src/contract/stores';
import { textsOf } from '../run';
import { useStubWorker } from '../server';
import { HOST } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const ONE_STEP = { shift: { weights: [100] } };
const CLIENT: Peer = {
  peer: '10.0.3.4',
  port: 9009,
  service: 'mimir',
  connections: 3,
};
const STILL = '10.0.3.4 → 9009 (mimir), 3 connections';
const NOT_LISTED = 'mimir: s3://sys-lgtm-s3/mimirblocks lists nothing newer than 10:00';
const READ: StoreState = {
  service: 'mimir',
  store: 'mimir',
  held: 12,
};
const SILENT: StoreState = {
  service: 'mimir',
  store: 'mimir',
  silent: 'connection refused',
};

/** A run at 100 % in a world where a client is connected until the gate opens. */
function runConnected(world: World, gate: Gate) {
  world.answers.listConnections = async () => [CLIENT];
  world.answers.watchConnections = () => gate.pass().then(() => []);
  return runWorkflow({
    world,
    plan: ONE_STEP,
  });
}

test.concurrent('who is connected is named and holds the stop, until nobody is', async () => {
  const [gate, world] = [new Gate(), new World()];
  const run = await runConnected(world, gate);
  const { waitingFor } = await run.untilApprovalOf();
  expect(waitingFor!.what).toBe(`approval: stop ${HOST} although still connected: ${STILL}`);
  expect(world.orderOf('readStores', 'flushStores', 'stopStack')).toEqual([]);
  gate.open();
  const { events, decisions } = await run.ended();
  expect(decisions).toEqual([]);
  expect(textsOf(events)).toContain(`nobody is connected to ${HOST}`);
});

test.concurrent('who is cut off by an approval is told by name', async () => {
  const world = new World();
  const run = await runConnected(world, new Gate());
  await run.untilApprovalOf('although still connected');
  await run.say('approve');
  const { events } = await run.ended();
  expect(textsOf(events)).toContain(`approved although still connected: ${STILL}`);
});

test.concurrent('other clients than those first named correct the question', async () => {
  const world = new World();
  const gate = new Gate();
  const run = await runConnected(world, gate);
  const later: Peer[] = [
    {
      ...CLIENT,
      peer: '10.0.9.9',
      connections: 1,
    },
  ];
  world.answers.watchConnections = async ({ seen }) =>
    seen[0]!.peer === CLIENT.peer ? later : gate.pass().then(() => []);
  const { waitingFor } = await run.untilApprovalOf('10.0.9.9');
  expect(waitingFor!.what).toMatch(/although still connected: 10\.0\.9\.9 → 9009 \(mimir\), 1 connection$/);
  await run.until('the second watch', () => world.inputsOf('watchConnections').length > 1);
  const quiet = world.listOf('watchConnections', 'quietMs');
  expect(quiet).toEqual([60_000, 120_000]);
});

test.concurrent('a breach beats a client that stays connected', async () => {
  const world = new World();
  const run = await runConnected(world, new Gate());
  await run.untilApprovalOf('although still connected');
  world.judge('failed', { reason: 'errors failed' });
  const { rollback } = await run.ended();
  expect(rollback!.reason).toBe('at 100 %: errors failed');
  expect(world.names).not.toContain('stopStack');
});

test.concurrent('clients that can no longer be listed leave the approval to a human', async () => {
  const world = World.brokenAt('watchConnections', 'no agent');
  const run = await runConnected(world, new Gate());
  const { waitingFor } = await run.untilTold("the connections can't be listed any more: no agent");
  expect(waitingFor!.what).toContain(STILL);
});

test.concurrent.each([
  ['listConnections', 'retry of listing the connections'],
  ['readStores', 'retry of flushing the stores'],
  ['flushStores', 'retry of flushing the stores'],
  ['awaitFlush', 'retry of flushing the stores'],
] as const)('a failure of %s holds, measured, and a retry goes on', async (name, what) => {
  const world = World.brokenAt(name, 'InvalidInstanceId: the agent is away');
  const run = await runWorkflow({
    world,
    plan: ONE_STEP,
  });
  expect(await run.untilWaitsFor('retry', what)).toMatchObject({
    waitingFor: { reason: 'InvalidInstanceId: the agent is away' },
    weight: 100,
  });
  world.judge('holding', { reason: 'no data' });
  await run.untilJudged('holding');
  world.judge('passing');
  world.fix(name);
  await run.say('retry');
  await run.endedAs('completed');
});

test.concurrent('a breach beats the hold of a flush that failed', async () => {
  const world = World.brokenAt('flushStores', 'the agent is away');
  const run = await runWorkflow({
    world,
    plan: ONE_STEP,
  });
  await run.untilRetryOf('flushing the stores');
  world.judge('failed', { reason: 'errors failed' });
  const { rollback } = await run.ended();
  expect(rollback!.reason).toBe('at 100 %: errors failed');
});

test.concurrent('a hold goes on for a human when the signals can no longer be watched', async () => {
  const world = World.brokenAt('flushStores', 'the agent is away');
  const run = await runWorkflow({
    world,
    plan: ONE_STEP,
  });
  await run.untilRetryOf('flushing the stores');
  world.break('watchSignals', 'ExpiredToken');
  world.judge('holding');
  const { waitingFor } = await run.untilTold("the signals can't be watched: ExpiredToken");
  expect(waitingFor!.for).toBe('retry');
});

test.concurrent('a flush that S3 does not list holds, and a retry flushes and looks again', async () => {
  const world = new World({ readStores: async () => ({ stores: [READ] }) });
  world.answers.awaitFlush = async () => ({ missing: [{ service: 'mimir', why: NOT_LISTED }] });
  const run = await runWorkflow({
    world,
    plan: ONE_STEP,
  });
  const { waitingFor } = await run.untilApprovalOf();
  expect(waitingFor).toMatchObject({
    what: `approval: stop ${HOST} although S3 does not have it: ${NOT_LISTED}`,
    verbs: ['approve', 'retry', 'pause', 'abort'],
  });
  expect(world.names).not.toContain('stopStack');
  delete world.answers.awaitFlush;
  await run.say('retry');
  const { events } = await run.ended();
  expect(textsOf(events)).toContain(`${HOST}: flushed, and S3 lists it`);
  expect(world.orderOf('readStores', 'flushStores')).toEqual(['readStores', 'flushStores', 'flushStores']);
  expect(world.listOf('awaitFlush', 'stores')).toEqual([[READ], [READ]]);
});

test.concurrent('a store that was silent is read again by a retry, and only that one', async () => {
  const loki: StoreState = {
    service: 'loki',
    store: 'loki',
    held: 3,
  };
  const world = new World({ readStores: async () => ({ stores: [SILENT, loki] }) });
  world.answers.flushStores = async () => ({ failed: [{ service: 'mimir', why: 'connection refused' }] });
  world.answers.awaitFlush = async () => ({ missing: [{ service: 'mimir', why: 'mimir does not answer' }] });
  const run = await runWorkflow({
    world,
    plan: ONE_STEP,
  });
  await run.untilApprovalOf('mimir does not answer; connection refused');
  world.answers.readStores = async () => ({
    stores: [
      READ,
      {
        ...loki,
        held: 0,
      },
    ],
  });
  delete world.answers.flushStores;
  delete world.answers.awaitFlush;
  await run.say('retry');
  await run.untilAsked('awaitFlush', 2);
  expect(world.listOf('awaitFlush', 'stores')).toEqual([
    [SILENT, loki],
    [READ, loki],
  ]);
});

test.concurrent('a flush whose call was cut off, and that S3 has, holds nothing up and is told', async () => {
  const world = new World({ flushStores: async () => ({ failed: [{ service: 'mimir', why: 'empty reply' }] }) });
  const run = await runWorkflow({
    world,
    plan: ONE_STEP,
  });
  const { events } = await run.endedAs('completed');
  expect(textsOf(events)).toContain('mimir has flushed, though the call did not end well: empty reply');
});

test.concurrent('a loss that somebody approves is told and stops the host', async () => {
  const world = new World({ awaitFlush: async () => ({ missing: [{ service: 'mimir', why: NOT_LISTED }] }) });
  const run = await runWorkflow({
    world,
    plan: ONE_STEP,
  });
  await run.untilApprovalOf('although S3 does not have it');
  await run.say('approve');
  const { events } = await run.endedAs('completed');
  expect(textsOf(events)).toContain(`approved although S3 does not have it: ${NOT_LISTED}`);
});
