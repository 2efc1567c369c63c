import { ApplicationFailure } from '@temporalio/common';
import { useStubWorker } from '../server';
import { SURVEY } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const EDITED = 'grafana.example.com was edited by someone else: expected weight 10, found weight 33';
const TTL_RUN_OUT = 'until resolvers have forgotten the old answer';

/** A run that stands in an approval at 10 %, and its world. */
async function shiftTo10(world = new World()) {
  const run = await runWorkflow({
    world,
    plan: { shift: { approval: true } },
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.untilJudged('passing');
  return run;
}

test.concurrent(
  'the old TTL is waited out before the pair, and a weight is in sync for a TTL before it bakes',
  async () => {
    const run = await shiftTo10();
    const timeline = (await run.timeline()).filter((step) => step !== 'watchSignals');
    const shift = timeline.slice(timeline.indexOf('lowerTtl'));
    expect(shift).toEqual([
      'lowerTtl',
      'awaitInSync',
      `${TTL_RUN_OUT} (5m)`,
      'createPair',
      'awaitInSync',
      'findMissing',
      'checkReach',
      'setWeight',
      'awaitInSync',
      `${TTL_RUN_OUT} (1m)`,
      'bake 10 % (1h)',
    ]);
    expect(run.world.inputsOf('setWeight')).toMatchObject([
      {
        from: 0,
        to: 10,
        ttl: 60,
        records: SURVEY.records,
      },
    ]);
  },
);

test.concurrent('a step does not bake before every server of Route 53 has its weight', async () => {
  const gate = new Gate();
  const world = new World();
  const run = await shiftTo10(world);
  world.answers.awaitInSync = () => gate.pass().then(() => undefined);
  await run.say('approve');
  const { steps, weight } = await run.until('the sync', (status) => status.steps[1]!.state === 'syncing');
  expect([weight, steps.map(({ state }) => state)]).toEqual([50, ['done', 'syncing', 'pending']]);
  gate.open();
  await run.untilApprovalOf('50 → 100 %');
  const timeline = await run.timeline();
  expect(timeline.lastIndexOf('awaitInSync')).toBeLessThan(timeline.indexOf('bake 50 % (1h)'));
});

test.concurrent.each(['lowerTtl', 'createPair', 'setWeight'] as const)(
  'before users have moved a failure of %s holds, and a retry goes on',
  async (name) => {
    const world = World.brokenAt(name, 'AccessDenied: no');
    const run = await runWorkflow({
      world,
      plan: { shift: { approval: true } },
    });
    expect(await run.untilRetryOf('the record change')).toMatchObject({
      waitingFor: { reason: 'AccessDenied: no' },
      weight: 0,
    });
    world.fix(name);
    await run.say('retry');
    await run.untilApprovalOf('10 → 50 %');
    expect(world.inputsOf(name)).toHaveLength(2);
    expect(world.inputsOf(name)[1]).toEqual(world.inputsOf(name)[0]);
  },
);

test.concurrent(
  "somebody else's edit holds with the difference while users are on both sides, and a retry goes on",
  async () => {
    const world = new World();
    const run = await shiftTo10(world);
    world.break('setWeight', EDITED, 'RecordEdited');
    await run.say('approve');
    expect(await run.untilRetryOf('the record change')).toMatchObject({
      waitingFor: { reason: EDITED },
      weight: 10,
    });
    await run.untilJudged('passing');
    world.fix('setWeight');
    await run.say('retry');
    await run.untilApprovalOf('50 → 100 %');
    expect(world.inputsOf('setWeight').map(({ from, to }) => [from, to])).toEqual([
      [0, 10],
      [10, 50],
      [10, 50],
    ]);
  },
);

test.concurrent('a breach beats the hold of an edit', async () => {
  const world = new World();
  const run = await shiftTo10(world);
  world.break('setWeight', EDITED, 'RecordEdited');
  await run.say('approve');
  await run.untilRetryOf();
  world.judge('failed', { reason: 'errors failed 3 times' });
  const { rollback } = await run.ended();
  expect(rollback!.reason).toBe('at 10 %: errors failed 3 times');
});

test.concurrent('any other failure of a weight holds too once users have moved, and a retry goes on', async () => {
  const world = new World();
  const run = await shiftTo10(world);
  world.break('setWeight', 'InvalidChangeBatch: no');
  await run.say('approve');
  const { waitingFor } = await run.untilRetryOf('the record change');
  expect(waitingFor).toMatchObject({
    reason: 'InvalidChangeBatch: no',
    verbs: ['retry', 'pause', 'abort'],
  });
  world.fix('setWeight');
  await run.say('retry');
  await run.untilApprovalOf('50 → 100 %');
});

test.concurrent('a first weight that may have come without its reply holds without an end, measured', async () => {
  const world = new World();
  let tries = 0;
  world.answers.setWeight = async () => {
    tries++;
    if (tries === 1) throw new Error('socket hang up');
    throw ApplicationFailure.nonRetryable('AccessDenied: no', 'AccessDeniedException');
  };
  const run = await runWorkflow({
    world,
    plan: { hold: '1h' },
  });
  await run.untilRetryOf('the record change');
  await run.untilJudged('passing');
  world.judge('failed', { reason: 'errors failed 3 times' });
  const { rollback } = await run.endedAs('rolled-back');
  expect([tries, rollback!.reason]).toEqual([2, 'at 10 %: errors failed 3 times']);
});

test.concurrent.each([0, 10])(
  'a change that nobody may ask for holds at %i %, and is not made again',
  async (weight) => {
    const world = new World();
    const deny = () => world.break('awaitInSync', 'GetChange: AccessDenied', 'AccessDenied');
    if (weight === 0) deny();
    const run = await runWorkflow({
      world,
      plan: { shift: { approval: true } },
    });
    if (weight > 0) {
      await run.untilApprovalOf('10 → 50 %');
      deny();
      await run.say('approve');
    }
    const { waitingFor } = await run.untilRetryOf('asking whether Route 53 is INSYNC');
    expect(waitingFor!.reason).toBe('GetChange: AccessDenied');
    const before = world.orderOf('lowerTtl', 'setWeight').length;
    world.fix('awaitInSync');
    await run.say('retry');
    await run.untilApprovalOf(weight > 0 ? '50 → 100 %' : '10 → 50 %');
    expect(world.orderOf('lowerTtl', 'setWeight')).toHaveLength(weight > 0 ? before : before + 1);
  },
);

test.concurrent('a first weight whose reply does not come is measured while it is tried', async () => {
  const reply = new Gate();
  const world = new World();
  world.answers.setWeight = () => reply.pass().then(() => ({ changeId: 'C1' }));
  const run = await runWorkflow({ world });
  await run.untilAsked('setWeight');
  await run.untilJudged('passing');
  world.judge('failed', {
    reason: 'errors failed 3 times',
  });
  await run.until('the way back', ({ rollback }) => rollback !== null);
  reply.open();
  const { rollback } = await run.endedAs('rolled-back');
  expect(rollback!.reason).toBe('at 10 %: errors failed 3 times');
});
