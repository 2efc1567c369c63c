import type { ActivityName } from '../../src/contract/activities';
import { textsOf } from './run';
import { useStubWorker } from './server';
import { HOST } from './stubs';
import { Gate, World } from './world';

const runWorkflow = useStubWorker();

const ONCE = { shift: { weights: [100] } };
const BROKEN = {
  failedClass: 'availability',
  reason: 'errors failed 3 times',
} as const;
const SLOW = {
  failedClass: 'performance',
  reason: 'latency failed 3 times',
} as const;

/** A world in which an activity, from its nth time on, goes on until the gate opens. */
function worldThatRestsIn(name: ActivityName, from = 1): { world: World; gate: Gate } {
  const [world, gate] = [new World(), new Gate()];
  let times = 0;
  const answer = world.answers as Record<string, unknown>;
  answer[name] = async (input: unknown) => {
    times++;
    if (times >= from) await gate.pass();
    // what it was told to end with may come too late: then it has ended well
    return name in answer ? {} : world.answer(name, input);
  };
  return { world, gate };
}

describe('a breach goes back', () => {
  test.concurrent.each([
    ['a weight comes to every server', 'awaitInSync', 3],
    ['the names are folded', 'foldPair', 1],
    ['somebody asks who is connected', 'listConnections', 1],
    ['the stores are flushed', 'flushStores', 1],
    ['the handover is measured', 'readNewestSamples', 1],
    ['the containers stop', 'stopStack', 1],
    ['the hosts stop', 'stopInstance', 1],
    ['the duties are taken over', 'scaleService', 1],
    ['a backup is made', 'createBackup', 1],
    ['a backup is awaited', 'awaitBackup', 1],
    ['what a way back would lose is measured', 'measureUnflushed', 1],
  ] as [string, ActivityName, number][])('while %s', async (_where, name, from) => {
    const { world, gate } = worldThatRestsIn(name, from);
    const run = await runWorkflow({
      world,
      plan: ONCE,
    });
    await run.untilAsked(name, from);
    await run.until('the eyes', () => world.names.includes('watchSignals'));
    delete world.answers[name];
    world.judge('failed', BROKEN);
    await run.until('the way back', ({ rollback }) => rollback !== null);
    gate.open();
    const { rollback } = await run.endedAs('rolled-back');
    expect(rollback!.reason).toBe('at 100 %: errors failed 3 times');
  });

  test.concurrent('while it is paused after the fold', async () => {
    const { world, gate } = worldThatRestsIn('foldPair');
    const run = await runWorkflow({
      world,
      plan: ONCE,
    });
    await run.untilAsked('foldPair');
    await run.say('pause');
    gate.open();
    await run.untilWaitsFor('resume');
    world.judge('failed', BROKEN);
    const { rollback } = await run.endedAs('rolled-back');
    expect(rollback!.reason).toBe('at 100 %: errors failed 3 times');
  });

  test.concurrent('while services are scaled out, unless all that it says is that they are slow', async () => {
    const { world } = worldThatRestsIn('scaleService');
    const run = await runWorkflow({
      world,
      plan: { shift: { approval: true } },
    });
    await run.untilApprovalOf('10 → 50 %');
    world.judge('failed', SLOW);
    await run.untilAsked('scaleService');
    const judged = () => Object.values(world.inputsOf('watchSignals').at(-1)!.analysis.signals);
    await run.until('eyes that know of it', () => judged().every((signal) => signal.class !== 'performance'));
    delete world.answers.scaleService;
    world.judge('failed', BROKEN);
    const { rollback } = await run.endedAs('rolled-back');
    expect(rollback!.reason).toBe('at 10 %: errors failed 3 times');
  });
});

/** How many watches ran at once, at most, and how many run now. */
function countWatches(world: World): { most: number; now: number } {
  const count = { most: 0, now: 0 };
  const watch = world.watch;
  world.answers.watchSignals = async (request) => {
    count.now++;
    count.most = Math.max(count.most, count.now);
    try {
      return await watch(request);
    } finally {
      count.now--;
    }
  };
  return count;
}

describe('the watch', () => {
  test.concurrent.each(['completed', 'rolled-back'] as const)(
    'is one from the first weight on, and ends with a run that has %s',
    async (outcome) => {
      const world = new World();
      const count = countWatches(world);
      const decommission = { approveStop: true, approveTerminate: false };
      const run = await runWorkflow({
        world,
        plan: { decommission },
      });
      await run.untilApprovalOf(`stop ${HOST}`);
      expect(world.names.indexOf('watchSignals')).toBeGreaterThan(world.names.indexOf('checkReach'));
      expect(count.most).toBe(1);
      await run.say(outcome === 'completed' ? 'approve' : 'abort');
      await run.endedAs(outcome);
      expect(count).toEqual({ most: 1, now: 0 });
    },
  );

  test.concurrent('does not begin before a weight is set', async () => {
    const world = World.brokenAt('createPair');
    const run = await runWorkflow({
      world,
    });
    await run.untilRetryOf('the record change');
    expect(world.names).not.toContain('watchSignals');
  });

  test.concurrent('tells once what AWS refuses to say, whatever is asked afterwards', async () => {
    const world = new World();
    const refusals = ['AWS refuses ecs:DescribeServices'];
    world.judge('passing', { refusals });
    const run = await runWorkflow({ world });
    const { events } = await run.endedAs('completed');
    expect(world.listOf('watchSignals', 'state').at(-1)!.refusals).toEqual(refusals);
    // what no task starts without is looked for too
    expect(world.listOf('watchSignals', 'parts')[0]).toMatchObject({
      roles: [expect.any(String), expect.any(String)],
      logGroups: ['/ecs/lgtm-mimir', '/ecs/lgtm-grafana'],
    });
    expect(textsOf(events).filter((text) => text === refusals[0])).toHaveLength(1);
  });

  test.concurrent('goes on from what it has counted when something else is asked', async () => {
    const world = new World();
    const counts = {
      errors: {
        failures: [7],
        inconclusive: 0,
        consecutiveSuccesses: 3,
        consecutiveErrors: 0,
        judgedUntil: 99,
      },
    };
    world.judge('passing', { counts });
    const run = await runWorkflow({
      world,
      plan: { shift: { approval: true } },
    });
    await run.untilApprovalOf('10 → 50 %');
    await run.untilJudged('passing');
    await run.say('approve');
    await run.untilApprovalOf('50 → 100 %');
    const later = world.inputsOf('watchSignals').filter(({ state }) => state.counts['errors'] !== undefined);
    expect(later.length).toBeGreaterThan(1);
    for (const { state } of later)
      expect(state.counts['errors']).toMatchObject({
        failures: [7],
        judgedUntil: 99,
      });
    const anew = later.filter(({ state }) => state.counts['errors']!.consecutiveSuccesses === 0);
    // of each weight
    expect(anew).toHaveLength(2);
  });

  test.concurrent('only shows on the way back', async () => {
    const { world, gate } = worldThatRestsIn('restoreTraffic');
    const run = await runWorkflow({
      world,
      plan: { shift: { approval: true } },
    });
    await run.untilApprovalOf();
    await run.say('abort');
    await run.untilAsked('restoreTraffic');
    world.judge('failed', BROKEN);
    const { gate: shown } = await run.untilJudged('failed');
    expect(shown.reason).toBe('errors failed 3 times');
    gate.open();
    const { rollback } = await run.endedAs('rolled-back');
    expect(rollback!.reason).toBe('test said abort');
  });

  test.concurrent('that fails is begun again without an end, says so, and passes nothing meanwhile', async () => {
    const world = World.brokenAt('watchSignals', 'ExpiredToken');
    const plan = { ...ONCE, decommission: { enabled: false } };
    const run = await runWorkflow({
      world,
      plan,
    });
    const { gate } = await run.untilJudged('holding');
    expect(gate.reason).toBe("the signals can't be watched: ExpiredToken");
    await run.untilAsked('watchSignals', 3);
    world.fix('watchSignals');
    await run.endedAs('completed');
  });

  test.concurrent('past the point of no return shows a failure, and nothing goes back', async () => {
    const world = World.brokenAt('terminateInstance');
    const run = await runWorkflow({
      world,
      plan: ONCE,
    });
    await run.untilRetryOf('terminating');
    world.judge('failed', BROKEN);
    await run.untilJudged('failed');
    world.fix('terminateInstance');
    await run.say('retry');
    const { rollback } = await run.endedAs('completed');
    expect(rollback).toBeNull();
  });
});

describe('a gate', () => {
  test.concurrent('ends only by a look that was made after everything else had come', async () => {
    const [world, gate] = [new World(), new Gate()];
    const watch = world.watch;
    world.answers.watchSignals = async (request) => {
      if (request.awaitsPass) await gate.pass();
      return watch(request);
    };
    const run = await runWorkflow({
      world,
      plan: { shift: { approval: true } },
    });
    await run.untilApprovalOf('10 → 50 %');
    await run.untilJudged('passing');
    await run.say('approve');
    const { weight } = await run.untilWaitsFor('bake', 'the signals of 10 %');
    expect([weight, world.inputsOf('setWeight').length]).toEqual([10, 1]);
    gate.open();
    await run.untilApprovalOf('50 → 100 %');
  });

  test.concurrent('that was promoted asks only when it knows what a way back would lose', async () => {
    const { world, gate } = worldThatRestsIn('measureUnflushed', 2);
    world.answers.measureUnflushed = async ({ stores }) => {
      if (world.inputsOf('measureUnflushed').length > 1) await gate.pass();
      return stores.map(({ service }) => ({
        service,
        amount: 7,
        unit: 'series',
        note: '',
      }));
    };
    const decommission = {
      approveStop: false,
      approveTerminate: true,
      hold: '12h',
    };
    const run = await runWorkflow({
      world,
      plan: { ...ONCE, decommission },
    });
    await run.untilWaitsFor('bake', 'the 12h before termination');
    await run.say('promote');
    await run.untilAsked('measureUnflushed', 2);
    await run.untilWaitsFor('bake', 'what a way back would lose');
    expect(await run.refusalOf('approve')).toContain('nothing waits for an approval');
    gate.open();
    const { waitingFor } = await run.untilApprovalOf('point of no return');
    expect(waitingFor!.what).toContain('7 series');
  });
});
