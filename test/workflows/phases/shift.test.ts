import { textsOf } from '../run';
import { LEFT_OUT, useStubWorker } from '../server';
import { RECORD, SURVEY } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const APPROVES = { shift: { approval: true } };
const SLOW = {
  failedClass: 'performance',
  reason: 'latency failed 3 times',
} as const;
const FAILING = {
  failedClass: 'availability',
  reason: 'errors failed 3 times',
} as const;

async function shiftTo10(plan: Record<string, unknown> = {}) {
  const run = await runWorkflow({
    plan: {
      ...APPROVES,
      ...plan,
    },
  });
  await run.untilApprovalOf('10 → 50 %');
  return run;
}

test.concurrent('weights go up one by one, each after the one before has passed and was approved', async () => {
  const run = await shiftTo10({ decommission: { enabled: false } });
  await run.say('approve');
  const at50 = await run.untilApprovalOf('50 → 100 %');
  expect(at50.steps.map(({ state }) => state)).toEqual(['done', 'gating', 'pending']);
  expect(run.world.inputsOf('setWeight').map(({ from, to }) => [from, to])).toEqual([
    [0, 10],
    [10, 50],
  ]);
  await run.say('approve');
  const status = await run.ended();
  const { steps } = status;
  expect(status).toMatchObject({
    outcome: 'completed',
    weight: 100,
  });
  expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
});

test.concurrent('signals that hold stop a step without going back, and it goes on once they pass', async () => {
  const world = new World();
  world.judge('holding', { reason: 'errors had no data 6 times' });
  const run = await runWorkflow({
    world,
    plan: {
      shift: { weights: [100] },
      decommission: { enabled: false },
    },
  });
  const { waitingFor, gate } = await run.untilWaitsFor('bake', 'the signals of 100 %');
  expect([gate.verdict, waitingFor!.reason]).toEqual(['holding', gate.reason]);
  world.judge('passing');
  await run.endedAs('completed');
});

describe('a step in which nobody came', () => {
  const NOBODY = {
    reason: 'nobody came to grafana.example.com at 100 %',
    absent: ['grafana.example.com'],
  };
  const plan = {
    shift: { weights: [100] },
    decommission: { enabled: false },
  };
  const startLonely = async (more: Record<string, unknown> = {}) => {
    const world = new World();
    world.judge('holding', NOBODY);
    return runWorkflow({ world, plan: { ...plan, ...more } });
  };

  test.concurrent('holds, and goes on by itself when somebody comes', async () => {
    const run = await startLonely();
    const { waitingFor } = await run.untilApprovalOf('100 %, although nobody came to grafana.example.com');
    expect(waitingFor!.reason).toBe(NOBODY.reason);
    run.world.judge('passing');
    await run.endedAs('completed');
  });

  test.concurrent('goes on when somebody approves, and then nobody has to come to that name', async () => {
    const run = await startLonely();
    await run.untilApprovalOf('although nobody came');
    await run.say('approve');
    await run.endedAs('completed');
    const expected = run.world.listOf('watchSignals', 'expected').map((entry) => entry?.names);
    expect([expected[0], expected.at(-1)]).toEqual([['grafana.example.com'], undefined]);
  });

  test.concurrent('is no hold for a name that the plan has as quiet', async () => {
    const records = [
      {
        name: 'grafana.example.com',
        service: 'grafana',
        quiet: true,
      },
    ];
    const run = await startLonely({ records });
    await run.endedAs('completed');
  });
});

test.concurrent('the measuring goes on while an approval is awaited, and a breach beats it', async () => {
  const run = await shiftTo10();
  run.world.judge('holding', { reason: 'no data' });
  await run.untilJudged('holding');
  run.world.judge('passing');
  await run.untilJudged('passing');
  run.world.judge('failed', FAILING);
  const status = await run.ended();
  const { steps } = status;
  expect(status).toMatchObject({
    outcome: 'rolled-back',
    rollback: { reason: 'at 10 %: errors failed 3 times' },
  });
  expect(steps[0]).toMatchObject({
    state: 'failed',
    reason: 'at 10 %: errors failed 3 times',
  });
});

test.concurrent('a slow service is scaled out once and bakes again; slow at the next step it goes back', async () => {
  const run = await shiftTo10();
  const { world } = run;
  world.answers.scaleService = async () => {
    world.judge('passing');
    return { before: 1 };
  };
  world.judge('failed', SLOW);
  await run.untilTold('grafana scaled out to 2');
  await run.untilApprovalOf('10 → 50 %');
  expect(world.inputsOf('scaleService')).toMatchObject([
    {
      service: 'grafana',
      count: 2,
    },
  ]);
  expect(world.inputsOf('awaitSteadyState').at(-1)).toMatchObject({
    service: 'grafana',
    count: 2,
  });
  await run.untilJudged('passing');
  const watched = world.inputsOf('watchSignals').at(-1)!.services;
  expect(watched.find(({ name }) => name === 'grafana')!.count).toBe(2);

  delete world.answers.scaleService;
  await run.say('approve');
  await run.untilApprovalOf('50 → 100 %');
  world.judge('failed', SLOW);
  const { rollback } = await run.endedAs('rolled-back');
  expect(rollback!.reason).toBe('at 50 %: latency failed 3 times');
  const order = world.orderOf('restoreTraffic', 'scaleService');
  expect(order.slice(0, 2)).toEqual(['scaleService', 'restoreTraffic']);
});

test.concurrent('a slow service goes back at once where the plan scales nothing out', async () => {
  const run = await shiftTo10({ deploy: { scaleOutPercent: 100 } });
  run.world.judge('failed', SLOW);
  expect((await run.ended()).rollback!.reason).toBe('at 10 %: latency failed 3 times');
  expect(run.world.orderOf('restoreTraffic', 'scaleService')[0]).toBe('restoreTraffic');
});

test.concurrent('a slow Tempo goes back at once: two of them would find half of the traces each', async () => {
  const run = await shiftTo10({
    records: [
      {
        name: RECORD,
        service: 'tempo',
      },
    ],
    loadBalancer: {
      scheme: 'internal',
    },
    services: {
      ...LEFT_OUT,
      tempo: {},
    },
  });
  run.world.judge('failed', SLOW);
  expect((await run.ended()).rollback!.reason).toBe('at 10 %: latency failed 3 times');
  expect(run.world.orderOf('restoreTraffic', 'scaleService')[0]).toBe('restoreTraffic');
});

test.concurrent('while it is paused a slow service is not scaled out before somebody resumes', async () => {
  const run = await shiftTo10();
  const { world } = run;
  world.answers.scaleService = async () => {
    world.judge('passing');
    return { before: 1 };
  };
  await run.say('pause');
  world.judge('failed', SLOW);
  await run.untilTold(/scaling out before going back$/);
  await run.untilWaitsFor('resume');
  expect(world.names).not.toContain('scaleService');
  await run.say('resume');
  await run.untilTold('grafana scaled out to 2');
  await run.untilApprovalOf('10 → 50 %');
});

test.concurrent('a breach goes back although a scale-out waits for somebody who resumes', async () => {
  const run = await shiftTo10();
  await run.say('pause');
  run.world.judge('failed', SLOW);
  await run.untilTold(/scaling out before going back$/);
  await run.untilWaitsFor('resume');
  run.world.judge('failed', FAILING);
  const { rollback } = await run.endedAs('rolled-back');
  expect(rollback!.reason).toBe('at 10 %: errors failed 3 times');
});

test.concurrent('services that are slow and can not be scaled out go back', async () => {
  const run = await shiftTo10();
  run.world.break('scaleService', 'no capacity');
  run.world.judge('failed', SLOW);
  await run.until('the way back', ({ rollback }) => rollback !== null);
  expect((await run.status()).rollback!.reason).toBe(
    'at 10 %: latency failed 3 times, and scaling out failed: no capacity',
  );
});

test.concurrent('the last step waits for an approval too where the plan lists its weight', async () => {
  const run = await runWorkflow({
    plan: {
      shift: {
        weights: [100],
        approval: [100],
      },
    },
  });
  await run.untilApprovalOf('the end of the shift');
  expect(run.world.names).not.toContain('foldPair');
});

test.concurrent('names that an earlier run moved are judged at 100 % and not touched', async () => {
  const records = SURVEY.records.map((record) => ({
    ...record,
    moved: 'fold' as const,
  }));
  const hosts = SURVEY.hosts.map((host) => ({
    ...host,
    state: 'stopped',
  }));
  const world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      records,
      hosts,
    }),
  });
  const run = await runWorkflow({ world });
  const status = await run.ended();
  const { steps, phases } = status;
  expect(status).toMatchObject({
    outcome: 'completed',
    weight: 100,
  });
  expect(steps.map(({ state }) => state)).toEqual(['skipped', 'skipped', 'done']);
  expect(phases.at(-2)!.detail).toBe('100 % since an earlier run');
  expect(phases.at(-1)).toMatchObject({
    state: 'skipped',
    detail: 'no host runs any more',
  });
  expect(world.names).toContain('watchSignals');
  expect(world.orderOf('lowerTtl', 'createPair', 'setWeight', 'foldPair', 'stopInstance')).toEqual([]);
});

test.concurrent('users are told before the first weight what reads of either side miss', async () => {
  const world = World.brokenAt('lowerTtl');
  const run = await runWorkflow({ world });
  const { data, events } = await run.untilRetryOf('the record change');
  expect(data!.reads![0]).toMatch(/^dual write is off: /);
  expect(data!.reads![1]).toMatch(/^mimir: reads of the new side miss samples that only the host took in/);
  expect(textsOf(events)).toEqual(expect.arrayContaining(data!.reads!));
});
