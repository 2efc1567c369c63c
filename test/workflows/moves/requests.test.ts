import { heartbeat, sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { RequestsAnswer } from '../../../src/contract/watch';
import { stepOf, textsOf, type Run } from '../run';
import { useStubWorker } from '../server';
import { RECORD, surveyWithIngest } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

/** Of more than six hours: long enough to be met in a test. */
const LONG = {
  shift: {
    approval: true,
    drainTimeout: '12h',
  },
};
const SHORT = {
  shift: {
    approval: true,
    drainTimeout: '30m',
  },
};
const GOES_BACK_IN_THE_WEEK = {
  shift: {
    weights: [100],
    drainTimeout: '12h',
  },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};
const GRAFANA = {
  service: 'grafana',
  perMinute: 12,
};
const LOOK_MS = 40;

/** A world in which somebody asks Grafana on ECS until a test says that nobody does. */
class AskedWorld extends World {
  isQuiet = false;

  constructor() {
    super();
    this.answers.watchRequests = async ({ seen }) => {
      const answer = (): RequestsAnswer => ({
        isQuiet: this.isQuiet,
        asked: this.isQuiet ? [] : [GRAFANA],
      });
      try {
        while (!this.isQuiet && seen.includes('grafana')) {
          heartbeat();
          await sleep(LOOK_MS);
        }
      } catch {
        // cancelled: it says what it saw last
      }
      return answer();
    };
  }
}

async function abortAt10(world: World, plan: Record<string, unknown>): Promise<Run> {
  const run = await runWorkflow({
    world,
    plan,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  return run;
}

const STILL_ASKED = 'scale ECS down although it is still asked: grafana';

test.concurrent('ECS is scaled down when nobody asks it any more, and not before', async () => {
  const world = new AskedWorld();
  const run = await abortAt10(world, LONG);
  const { waitingFor, weight } = await run.untilApprovalOf(STILL_ASKED);
  expect(weight).toBe(0);
  expect(waitingFor).toMatchObject({
    verbs: ['approve'],
    question: { isGrave: true },
    until: expect.any(String) as string,
    reason: 'still asked: grafana 12 requests a minute; it goes on by itself when nobody asks any more',
  });
  expect(world.names).not.toContain('scaleService');
  const [asked] = world.inputsOf('watchRequests');
  // to Mimir nobody comes through the load balancer
  expect(asked!.groups.map(({ service }) => service)).toEqual(['grafana']);
  world.isQuiet = true;
  const { events } = await run.endedAs('rolled-back');
  expect(textsOf(events)).toContain('nobody asks ECS any more');
  expect(world.orderOf('watchRequests', 'scaleService')).toEqual([
    'watchRequests',
    'watchRequests',
    'scaleService',
    'scaleService',
  ]);
});

test.concurrent('a service that does not run without its duties is asked by nobody when it stops', async () => {
  const world = new AskedWorld();
  const run = await runWorkflow({
    world,
    plan: GOES_BACK_IN_THE_WEEK,
  });
  await run.untilApprovalOf('point of no return');
  world.break('awaitSteadyState', 'NotSteady: it crashes');
  await run.say('rollback');
  await run.untilApprovalOf(STILL_ASKED);
  await run.until('both to be tried', () => world.inputsOf('awaitSteadyState').length >= 4);
  expect(world.listOf('scaleService', 'count')).not.toContain(0);
  world.isQuiet = true;
  await run.endedAs('rolled-back');
  expect(world.inputsOf('watchRequests')).toHaveLength(2);
});

test.concurrent('connections that senders hold through the ingest are waited for too, and named', async () => {
  const name = 'ingest.example.com';
  const port = {
    port: 9009,
    protocol: 'tcp' as const,
    service: 'mimir',
    targetPort: 9009,
  };
  const world = new World({
    runPreflight: async () => surveyWithIngest(name, [port]),
    watchRequests: async () => ({
      isQuiet: false,
      asked: [
        {
          service: 'the ingest',
          flows: 3,
        },
      ],
    }),
  });
  const run = await abortAt10(world, {
    ...SHORT,
    records: [
      { name: RECORD, service: 'grafana' },
      { name, to: 'ingest' },
    ],
  });
  const { events } = await run.endedAs('rolled-back');
  const [asked] = world.inputsOf('watchRequests');
  expect(asked!.ingest).toMatch(/lgtm-ingest/);
  expect(textsOf(events)).toContain('ECS is scaled down, which cuts off the ingest 3 connections');
});

test.concurrent('after the time of the plan it goes down, and what that cuts off is named', async () => {
  const run = await abortAt10(new AskedWorld(), SHORT);
  const { events } = await run.endedAs('rolled-back');
  expect(textsOf(events)).toContain('ECS is scaled down, which cuts off grafana 12 requests a minute');
});

test.concurrent('whoever cuts them off earlier says so to its question', async () => {
  const run = await abortAt10(new AskedWorld(), LONG);
  await run.untilApprovalOf(STILL_ASKED);
  expect(await run.refusalOf('approve', { question: '1-00000000' })).toContain('it was meant for question');
  await run.say('approve');
  const { decisions, events } = await run.endedAs('rolled-back');
  expect(decisions.at(-1)).toMatchObject({
    verb: 'approve',
    question: STILL_ASKED,
  });
  expect(textsOf(events)).toContain('ECS is scaled down, which cuts off grafana 12 requests a minute');
});

test.concurrent('where it can not be counted the time is waited out, and that is told', async () => {
  const world = World.brokenAt('watchRequests', 'AccessDenied: cloudwatch:GetMetricData');
  const run = await abortAt10(world, SHORT);
  const { events } = await run.endedAs('rolled-back');
  expect(textsOf(events)).toEqual(
    expect.arrayContaining([
      "who still asks ECS can't be counted: AccessDenied: cloudwatch:GetMetricData; 30m are waited, " +
        'or until somebody approves',
      'ECS is scaled down, and whom that cuts off is not known',
    ]),
  );
});

test.concurrent('before any weight nobody is waited for', async () => {
  const world = World.brokenAt('createPair');
  const run = await runWorkflow({ world });
  await run.untilRetryOf('the record change');
  await run.say('abort');
  await run.endedAs('rolled-back');
  expect(world.names).toContain('scaleService');
  expect(world.names).not.toContain('watchRequests');
});

test.concurrent('a name that still leads to ECS is waited for, and nobody counts requests before', async () => {
  const world = new World();
  const run = await runWorkflow({
    world,
    plan: LONG,
  });
  await run.untilApprovalOf('10 → 50 %');
  world.break('restoreTraffic', 'no');
  await run.say('abort');
  await run.untilWaitsFor('host');
  await run.say('abort', { what: 'all traffic' });
  await run.untilWaitsFor('host', 'a name still leads to ECS');
  expect(world.names).not.toContain('watchRequests');
  world.fix('restoreTraffic');
  await run.say('retry');
  const status = await run.endedAs('rolled-back');
  expect(stepOf(status, 'scale grafana to 0')!.state).toBe('done');
  expect(world.names).toContain('watchRequests');
});

test.concurrent('a word to an undo that waits is taken while the requests are waited for', async () => {
  const world = new AskedWorld();
  const run = await runWorkflow({
    world,
    plan: GOES_BACK_IN_THE_WEEK,
  });
  await run.untilApprovalOf('point of no return');
  const duties = new Gate();
  world.answers.scaleService = async () => {
    await duties.pass();
    return { before: 1 };
  };
  world.break('restoreRecords', 'AccessDenied: no', 'AccessDeniedException');
  await run.say('rollback');
  await run.untilWaitsFor('host', `${RECORD} as before`);
  duties.open();
  await run.untilApprovalOf(STILL_ASKED);
  world.fix('restoreRecords');
  await run.say('retry');
  await run.until('the record', (status) => stepOf(status, `${RECORD} as before`)?.state === 'done');
  expect(await run.refusalOf('retry')).toContain('it is going back already');
  world.isQuiet = true;
  await run.endedAs('rolled-back');
});

test.concurrent('a question is approved though an undo has failed meanwhile, and is what is shown', async () => {
  const world = new AskedWorld();
  const run = await runWorkflow({
    world,
    plan: GOES_BACK_IN_THE_WEEK,
  });
  await run.untilApprovalOf('point of no return');
  const record = new Gate();
  world.answers.restoreRecords = async () => {
    await record.pass();
    throw ApplicationFailure.nonRetryable('AccessDenied: no', 'AccessDeniedException');
  };
  await run.say('rollback');
  await run.untilApprovalOf(STILL_ASKED);
  record.open();
  const { asked } = await run.untilWaitsFor('host', `${RECORD} as before`);
  expect(asked).toMatchObject({ what: `approval: ${STILL_ASKED}` });
  await run.say('approve');
  await run.until('the end of the question', (status) => status.asked === null);
  delete world.answers.restoreRecords;
  await run.say('retry');
  const { decisions } = await run.endedAs('rolled-back');
  expect(decisions.find(({ verb }) => verb === 'approve')).toMatchObject({ question: STILL_ASKED });
});

test.concurrent('services that are asked by turns are news once each', async () => {
  const services = ['grafana', 'mimir'];
  const world = new World();
  const looks = world.inputsOf.bind(world, 'watchRequests');
  world.answers.watchRequests = async ({ seen }) => {
    const next = services[(looks().length - 1) % 2]!;
    if (looks().length > 1 && seen.length === services.length) await new Gate().pass().catch(() => undefined);
    return {
      isQuiet: false,
      asked: [
        {
          service: next,
          perMinute: 12,
        },
      ],
    };
  };
  const run = await abortAt10(world, LONG);
  await run.untilApprovalOf(`${STILL_ASKED}, mimir`);
  await run.say('approve');
  await run.endedAs('rolled-back');
  expect(world.listOf('watchRequests', 'seen')).toEqual([[], ['grafana'], ['grafana', 'mimir']]);
});
