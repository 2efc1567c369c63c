import type { RecoverInput } from '../../../src/contract/recovery';
import { nameStack } from '../neighbours';
import { failureOf } from '../raw';
import { textsOf, type Run } from '../run';
import { useStubWorkers } from '../server';
import { NOTHING_STANDS } from '../standing';
import { HOST, RECORD } from '../stubs';
import { Gate, World } from '../world';

const { migrate, deploy, recover } = useStubWorkers();

const REASON = 'kim takes back what an earlier run has left';
const APPROVES = { shift: { approval: true } };
const WEEK = {
  shift: { weights: [100] },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

/** What a way back is asked for that goes by the ledger of a run which somebody has terminated. */
async function terminate(run: Run, weight: number): Promise<Omit<RecoverInput, 'plan'>> {
  await run.handle.terminate('somebody has clicked it');
  return {
    undos: await run.ledger(),
    weight,
    reason: REASON,
    derived: [],
  };
}

/** A stack whose run was terminated at 50 %. */
async function terminateAtHalf({ name } = nameStack()) {
  const run = await migrate({
    plan: {
      name,
      shift: { approval: [50] },
    },
  });
  await run.untilApprovalOf('50 → 100 %');
  return {
    name,
    asked: await terminate(run, 50),
  };
}

test.concurrent('the ledger of a run that was terminated at 50 % is carried out by another', async () => {
  const { name, asked } = await terminateAtHalf();
  const run = await recover({
    plan: { name },
    asked,
  });
  const status = await run.endedAs('rolled-back');
  expect(status).toMatchObject({
    kind: 'recovery',
    weight: 0,
    leftovers: [],
    rollback: { reason: REASON },
  });
  expect(run.handle.workflowId).toBe(`lgtm-migrate-${name}`);
  const { world } = run;
  for (const between of ['restoreRecords', 'scaleService'] as const) {
    const shown = ['restoreTraffic', between, 'findRemains'] as const;
    expect([...new Set(world.orderOf(...shown))]).toEqual(shown);
  }
  expect(world.names).not.toContain('runPreflight');
  expect(await run.ledger()).toEqual(asked.undos);
});

test.concurrent('services are scaled down when nobody asks them any more', async () => {
  const { name, asked } = await terminateAtHalf();
  const groups = ['grafana', 'of another way back'].map((service) => ({
    service,
    targetGroup: `targetgroup/${service}/1`,
  }));
  const run = await recover({
    plan: { name },
    asked: {
      ...asked,
      requests: {
        loadBalancer: 'app/lgtm-alb/1',
        groups,
        ingest: 'net/lgtm-ingest/1',
      },
    },
  });
  const { events } = await run.endedAs('rolled-back');
  expect(textsOf(events)).toContain('nobody asks ECS any more');
  const { world } = run;
  expect(world.inputsOf('watchRequests')).toMatchObject([
    {
      loadBalancer: 'app/lgtm-alb/1',
      groups: groups.slice(0, 1),
      ingest: 'net/lgtm-ingest/1',
    },
  ]);
  const shown = ['restoreTraffic', 'watchRequests', 'scaleService'] as const;
  expect([...new Set(world.orderOf(...shown))]).toEqual(shown);
});

test.concurrent('users on ECS are measured until the way back has ended', async () => {
  const { name, asked } = await terminateAtHalf();
  const requests = {
    loadBalancer: 'app/lgtm-alb/1',
    groups: [
      {
        service: 'grafana',
        targetGroup: 'targetgroup/grafana/1',
      },
    ],
  };
  const counts = { grafana: 2 };
  const run = await recover({
    plan: { name },
    asked: {
      ...asked,
      requests,
      counts,
    },
  });
  await run.endedAs('rolled-back');
  const { world } = run;
  expect(world.inputsOf('watchSignals')[0]).toMatchObject({
    loadBalancer: 'app/lgtm-alb/1',
    isOwnBalancer: false,
    services: [
      {
        name: 'grafana',
        count: 2,
        targetGroup: 'targetgroup/grafana/1',
      },
    ],
  });
});

test.concurrent('in the week the host comes first, and one that does not start holds as on any way back', async () => {
  const { name } = nameStack();
  const earlier = await migrate({
    plan: {
      name,
      ...WEEK,
    },
  });
  await earlier.untilApprovalOf('point of no return');
  const asked = await terminate(earlier, 100);
  const world = World.brokenAt('startInstance', 'InsufficientInstanceCapacity');
  const run = await recover({
    plan: { name },
    asked,
    world,
  });
  const { waitingFor, weight } = await run.untilWaitsFor('host', `could not start ${HOST} and its containers`);
  expect([weight, waitingFor!.verbs]).toEqual([100, ['retry', 'abort']]);
  expect(world.names).not.toContain('restoreTraffic');
  expect(await run.refusalOf('approve')).toContain('it is going back already');
  world.fix('startInstance');
  await run.say('retry');
  const { rollback } = await run.endedAs('rolled-back');
  expect(rollback!.steps.map(({ what }) => what).slice(0, 2)).toEqual([
    `start ${HOST} and its containers`,
    'all traffic to the host',
  ]);
  expect(world.orderOf('awaitHost', 'restoreTraffic')).toEqual(['awaitHost', 'restoreTraffic']);
});

test.concurrent('what had to be derived is in the events, and what stands all the same is left over', async () => {
  const { name, asked } = await terminateAtHalf();
  const derived = [`${RECORD}: its TTL before is not known`];
  const run = await recover({
    plan: { name },
    asked: {
      ...asked,
      derived,
    },
    stubs: {
      findRemains: async () => ({
        ...NOTHING_STANDS,
        services: [
          {
            service: 'loki',
            count: 1,
            run: 'r-0',
          },
        ],
      }),
    },
  });
  const { events, leftovers } = await run.endedAs('rollback-incomplete');
  expect(textsOf(events)).toEqual(expect.arrayContaining(derived));
  expect(leftovers).toMatchObject([{ what: 'loki' }]);
});

test.concurrent('of a recovery and a migration of one stack one runs at a time', async () => {
  const { name } = nameStack();
  const run = await migrate({
    plan: {
      name,
      ...APPROVES,
    },
  });
  await run.untilApprovalOf('10 → 50 %');
  const asked = {
    undos: await run.ledger(),
    weight: 10,
    reason: REASON,
    derived: [],
  };
  await expect(
    recover({
      plan: { name },
      asked,
    }),
  ).rejects.toThrow('already started');
});

test.concurrent('while a deployment runs nothing is taken back, and an abort leaves what stands, named', async () => {
  const { name, asked } = await terminateAtHalf();
  const gate = new Gate();
  const deployment = await deploy({
    plan: { name },
    stubs: { findStack: () => gate.pass().then(() => Promise.reject(new Error('stopped by the test'))) },
  });
  await deployment.untilAsked('findStack');
  const run = await recover({
    plan: { name },
    asked,
    stubs: {
      findRemains: async () => ({
        ...NOTHING_STANDS,
        records: [
          {
            name: RECORD,
            shape: 'pair',
            weight: 50,
          },
        ],
      }),
    },
  });
  const { waitingFor } = await run.untilRetryOf('check');
  expect(waitingFor!.reason).toContain(`a deployment of ${name} runs`);
  await run.say('abort');
  const { leftovers } = await run.endedAs('rollback-incomplete');
  expect(leftovers).toMatchObject([{ what: RECORD }]);
  expect([...new Set(run.world.names)]).toEqual(['findRemains']);
  gate.open();
});

test.concurrent.each<[string, unknown]>([
  ['no undo', { undos: [] }],
  ['an undo that nobody knows', { undos: [{ id: 'x', stage: 'scale', verb: 'removeEverything', input: {} }] }],
  ['no reason', { reason: undefined }],
  ['no weight', { weight: 'all' }],
])('a recovery with %s ends at once and says how it is started', async (_, wrong) => {
  const asked = {
    undos: [
      {
        id: 'x',
        stage: 'scale',
        verb: 'restoreService',
        input: {},
      },
    ],
    weight: 50,
    reason: REASON,
    derived: [],
    ...(wrong as object),
  };
  const run = await recover({ asked: asked as unknown as Omit<RecoverInput, 'plan'> });
  const { type, message } = await failureOf(run);
  expect(type).toBe('InvalidRecovery');
  expect(message).toMatch(/^not a recovery: .*; start it by lgtm-migrate recover$/);
});

test.concurrent('an undo whose input is not what it takes is one that failed, and no task fails', async () => {
  const run = await recover({
    asked: {
      undos: [
        {
          id: 'the record as before',
          stage: 'record',
          verb: 'restoreRecords',
          input: {} as never,
        },
      ],
      weight: 50,
      reason: REASON,
      derived: [],
    },
  });
  const { leftovers } = await run.endedAs('rollback-incomplete');
  expect(leftovers).toMatchObject([{ what: 'the record as before' }]);
  const { events } = await run.handle.fetchHistory();
  expect(events!.filter(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes)).toEqual([]);
});
