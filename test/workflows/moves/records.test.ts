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
    const timeline = await run.timeline();
    const begin = timeline.indexOf('lowerTtl');
    const shift = timeline.slice(begin, timeline.indexOf('watchSignals') + 1);
    expect(shift).toEqual([
      'lowerTtl',
      'awaitInSync',
      `${TTL_RUN_OUT} (5m)`,
      'createPair',
      'awaitInSync',
      'setWeight',
      'awaitInSync',
      `${TTL_RUN_OUT} (1m)`,
      expect.stringMatching(/^first look at 10 %/),
      expect.stringMatching(/^bake 10 %/),
      'watchSignals',
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
  world.answers.awaitInSync = () => gate.pass();
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
  expect(rollback!.reason).toBe('before the retry of the record change: errors failed 3 times');
});

test.concurrent('any other failure of a weight goes back once users have moved', async () => {
  const world = new World();
  const run = await shiftTo10(world);
  world.break('setWeight', 'InvalidChangeBatch: no');
  await run.say('approve');
  expect(await run.ended()).toMatchObject({
    outcome: 'rolled-back',
    rollback: { reason: 'InvalidChangeBatch: no' },
  });
  expect(world.names).toContain('restoreTraffic');
});
