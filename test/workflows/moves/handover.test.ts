import { textsOf } from '../run';
import { LEFT_OUT, ONE_TASK, useStubWorker } from '../server';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const PLAN = {
  shift: { weights: [100] },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};
const NEWEST = '2026-11-25T10:00:05.000Z';
const FIRST = '2026-11-25T09:00:00.000Z';

test.concurrent(
  'the newest sample of the host and the first of ECS are told after the flush, before the stop',
  async () => {
    const world = new World({
      readNewestSamples: async () => [
        {
          service: 'mimir',
          at: NEWEST,
          note: '',
        },
      ],
      readFirstSamples: async () => [
        {
          service: 'mimir',
          at: FIRST,
          note: '',
        },
      ],
    });
    const run = await runWorkflow({
      world,
      plan: PLAN,
    });
    const { data, events, phases } = await run.untilApprovalOf('point of no return');
    expect(data!.handover).toEqual([
      {
        service: 'mimir',
        newestOld: NEWEST,
        firstNew: FIRST,
        gapSeconds: 0,
        note: 'both sides took in for 3605 s',
      },
    ]);
    expect(textsOf(events)).toContain('handover: mimir gap 0 s');
    const order = world.orderOf('awaitFlush', 'readNewestSamples', 'stopStack');
    expect(order).toEqual(['awaitFlush', 'readNewestSamples', 'stopStack']);
    const [asked] = world.inputsOf('readFirstSamples');
    const shift = phases.find(({ phase }) => phase === 'shift');
    expect(asked!.since).toBe(shift!.startedAt);
    const store = {
      service: 'mimir',
      store: 'mimir',
      port: 9009,
      url: 'http://mimir.lgtm.local:9009',
    };
    expect(asked!.stores).toEqual([store]);
  },
);

const at = (service: string, time: string | null, note = '') => ({
  service,
  at: time,
  note,
});
const TEN_MINUTES_LATER = '2026-11-25T10:10:05.000Z';

test.concurrent('a gap above data.maxGap holds before anything stops, and a retry measures again', async () => {
  const world = new World({
    readNewestSamples: async () => [at('mimir', NEWEST)],
    readFirstSamples: async () => [at('mimir', TEN_MINUTES_LATER)],
  });
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  const { waitingFor } = await run.untilApprovalOf('the handover is not proven');
  expect(waitingFor!.what).toContain('mimir 600 s in which neither side has a sample, allowed 5m');
  expect(world.names).not.toContain('stopStack');
  world.answers.readNewestSamples = async () => [at('mimir', TEN_MINUTES_LATER)];
  await run.say('retry');
  const { events } = await run.untilApprovalOf('point of no return');
  expect(textsOf(events)).toContain('handover: mimir gap 0 s');
});

test.concurrent('of a host that reads S3 too the gap is at most that from before the shift on', async () => {
  const shared = (ownAt: string) => ({
    ...at('mimir', TEN_MINUTES_LATER),
    isShared: true,
    ownAt,
  });
  const world = new World({
    readNewestSamples: async () => [shared(NEWEST)],
    readFirstSamples: async () => [at('mimir', TEN_MINUTES_LATER)],
  });
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  const { waitingFor, steps } = await run.untilApprovalOf('the handover is not proven');
  expect(waitingFor!.what).toContain('mimir up to 600 s, allowed 5m (at most: ');
  const [asked] = world.inputsOf('readNewestSamples');
  expect(asked!.before).toBe(steps[0]!.startedAt);
  world.answers.readNewestSamples = async () => [shared('2026-11-25T10:08:05.000Z')];
  await run.say('retry');
  const { events } = await run.untilApprovalOf('point of no return');
  expect(textsOf(events)).toContain('handover: mimir gap of at most 120 s');
});

test.concurrent('a store may have a longer gap of its own, or any', async () => {
  const world = new World({
    readNewestSamples: async () => [at('mimir', NEWEST)],
    readFirstSamples: async () => [at('mimir', TEN_MINUTES_LATER)],
  });
  const run = await runWorkflow({
    world,
    plan: {
      ...PLAN,
      data: { maxGaps: { mimir: '15m' } },
    },
  });
  await run.untilApprovalOf('point of no return');
});

test.concurrent('a store that no host runs has nothing to hand over', async () => {
  const world = new World({
    readNewestSamples: async () => [
      {
        ...at('mimir', null, 'no container of it runs on i-1'),
        isAbsent: true,
      },
    ],
  });
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  await run.untilApprovalOf('point of no return');
});

test.concurrent('what can not be read is not measured, named, and holds until somebody approves', async () => {
  const world = World.brokenAt('readNewestSamples', 'no agent');
  world.break('readFirstSamples', 'no task started');
  world.break('measureUnflushed', 'no task started');
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  const note = 'old: no agent; new: no task started';
  const held = await run.untilApprovalOf('the handover is not proven');
  expect(held.waitingFor!.what).toContain(`mimir not measured (${note})`);
  expect(world.names).not.toContain('stopStack');
  await run.say('approve');
  const { data, waitingFor, events } = await run.untilApprovalOf('point of no return');
  expect(data!.handover).toMatchObject([
    {
      newestOld: null,
      firstNew: null,
      gapSeconds: null,
      note,
    },
  ]);
  expect(textsOf(events)).toContainEqual(
    expect.stringMatching(/^approved although the handover is not proven: mimir not measured/),
  );
  expect(waitingFor!.what).toMatch(/is in S3 but for what is in memory: not measured \(no task started\)$/);
});

test.concurrent('without a service that can probe nothing is asked of ECS, and that is said', async () => {
  const services = {
    ...LEFT_OUT,
    grafana: { probe: false },
    mimir: ONE_TASK,
  };
  const run = await runWorkflow({
    plan: {
      ...PLAN,
      services,
    },
  });
  await run.untilApprovalOf('send users though');
  await run.say('approve');
  await run.untilApprovalOf('not seen to write to S3');
  await run.say('approve');
  await run.untilApprovalOf('the handover is not proven');
  await run.say('approve');
  const { waitingFor, data } = await run.untilApprovalOf('point of no return');
  expect(data!.handover).toMatchObject([
    {
      firstNew: null,
      note: 'new: no service of the plan has probe: true',
    },
  ]);
  expect(waitingFor!.what).toMatch(/not measured \(no service of the plan has probe: true\)$/);
  expect(run.world.names).not.toContain('measureUnflushed');
});

test.concurrent(
  'what a late rollback would lose is measured for the question and again when somebody goes back',
  async () => {
    let amount = 7;
    const world = new World({
      measureUnflushed: async () => [
        {
          service: 'mimir',
          amount: amount++,
          unit: 'series',
          note: '',
        },
      ],
    });
    const run = await runWorkflow({
      world,
      plan: PLAN,
    });
    const { waitingFor } = await run.untilApprovalOf('point of no return');
    expect(waitingFor!.what).toMatch(
      /; a rollback from here: what ECS took in since \S+ \S+ UTC is in S3 but for mimir 8 series in memory at/,
    );
    await run.say('rollback');
    const ended = await run.ended();
    expect(ended.data!.unflushed!.stores).toMatchObject([{ amount: 9 }]);
    const texts = textsOf(ended.events);
    const told = texts.find((text) => text.includes('but for mimir 9 series in memory'));
    expect(told).toBeDefined();
    // the questions of a run share one count
    const purposes = world.listOf('measureUnflushed', 'purpose');
    expect(purposes).toEqual(Array(3).fill(expect.stringMatching(/^memory-\d+$/)));
    expect(new Set(purposes).size).toBe(3);
    const last = world.names.lastIndexOf('measureUnflushed');
    expect(last).toBeLessThan(world.names.lastIndexOf('scaleService'));
  },
);

test.concurrent('at the end of the week it is asked anew, though nobody approves the termination', async () => {
  const run = await runWorkflow({
    plan: {
      ...PLAN,
      decommission: {
        approveStop: false,
        approveTerminate: false,
      },
    },
  });
  await run.endedAs('completed');
  const order = run.world.orderOf('measureUnflushed', 'terminateInstance');
  expect(order).toEqual(['measureUnflushed', 'measureUnflushed', 'terminateInstance']);
});

test.concurrent('it is asked beside the hosts, which start at once, and before any task is replaced', async () => {
  const run = await runWorkflow({ plan: PLAN });
  await run.untilApprovalOf('point of no return');
  const { world } = run;
  const asked = world.inputsOf('measureUnflushed').length;
  const [starting, measuring] = [new Gate(), new Gate()];
  world.answers.startInstance = () => starting.pass().then(() => ({}));
  world.answers.measureUnflushed = () => measuring.pass().then(() => []);
  const before = world.calls.length;
  await run.say('rollback');
  await run.untilAsked('startInstance');
  await run.untilAsked('measureUnflushed', asked + 1);
  starting.open();
  await run.until('users on the host', ({ weight }) => weight === 0);
  const back = () => world.calls.slice(before).map(({ name }) => name);
  expect(back()).not.toContain('scaleService');
  measuring.open();
  await run.endedAs('rolled-back');
  expect(back()).toContain('scaleService');
});

test.concurrent('before the hosts have stopped a way back loses nothing and measures nothing', async () => {
  const run = await runWorkflow({
    plan: {
      ...PLAN,
      decommission: { approveStop: true },
    },
  });
  await run.untilApprovalOf('stop i-');
  await run.say('rollback');
  await run.endedAs('rolled-back');
  expect(run.world.names).not.toContain('measureUnflushed');
});
