import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../../src/contract/activities';
import type { SavedRecord } from '../../../src/contract/records';
import { useStubWorker } from '../server';
import { RECORD, SURVEY } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const [OWN, INSIDE] = ['Z0123456789ABC', 'Z0PRIVATE'];
const TTL_RUN_OUT = 'until resolvers have forgotten the old answer';
const [outer] = SURVEY.records as [SavedRecord];

/** The same name in a private zone of the VPC. */
const inner: SavedRecord = {
  ...outer,
  zone: INSIDE,
  isPrivate: true,
};

/** A name of two zones. */
class TwoZones extends World {
  constructor(answers: Partial<Activities> = {}) {
    super({
      runPreflight: async () => ({
        ...SURVEY,
        records: [outer, inner],
      }),
      ...answers,
    });
  }
}

const RECORDS = [
  {
    name: RECORD,
    service: 'grafana',
  },
  {
    name: RECORD,
    zone: INSIDE,
    service: 'grafana',
  },
];

const start = (world: World, keys: Record<string, unknown> = {}) =>
  runWorkflow({
    world,
    plan: {
      records: RECORDS,
      shift: { approval: true },
      ...keys,
    },
  });

const zonesOf = (world: World, name: 'setWeight' | 'restoreTraffic' | 'restoreRecords' | 'foldPair') =>
  world.inputsOf(name).map(({ hostedZone }) => hostedZone);

test.concurrent('every change goes to all zones, and all are INSYNC before a TTL runs or a bake begins', async () => {
  const run = await start(new TwoZones());
  await run.untilApprovalOf('10 → 50 %');
  await run.untilJudged('passing');
  const timeline = (await run.timeline()).filter((step) => step !== 'watchSignals');
  expect(timeline.slice(timeline.indexOf('lowerTtl'))).toEqual([
    'lowerTtl',
    'lowerTtl',
    'awaitInSync',
    'awaitInSync',
    `${TTL_RUN_OUT} (5m)`,
    'createPair',
    'createPair',
    'awaitInSync',
    'awaitInSync',
    'findMissing',
    'checkReach',
    'setWeight',
    'setWeight',
    'awaitInSync',
    'awaitInSync',
    `${TTL_RUN_OUT} (1m)`,
    'checkPrivateAnswers',
    'bake 10 % (1h)',
  ]);
  expect(run.world.inputsOf('setWeight')).toMatchObject([
    {
      hostedZone: OWN,
      records: [outer],
    },
    {
      hostedZone: INSIDE,
      records: [inner],
    },
  ]);
});

/** The private zone refuses this weight. */
function refusing(weight: number): TwoZones {
  const world: TwoZones = new TwoZones({
    setWeight: async ({ hostedZone, to }) => {
      if (hostedZone === INSIDE && to === weight && isRefused) {
        throw ApplicationFailure.nonRetryable(`${RECORD} was edited`, 'RecordEdited');
      }
      return { changeId: 'C1' };
    },
  });
  let isRefused = true;
  return Object.assign(world, { accept: () => (isRefused = false) });
}

test.concurrent('a weight that one zone refuses is finished by a retry, in all zones', async () => {
  const world = refusing(50) as TwoZones & { accept(): void };
  const run = await start(world);
  await run.untilApprovalOf('10 → 50 %');
  await run.say('approve');
  const { waitingFor } = await run.untilRetryOf('the record change');
  expect(waitingFor!.reason).toBe(
    `${INSIDE}: ${RECORD} was edited; done already in ${OWN}: a retry finishes it, an abort takes it back`,
  );
  world.accept();
  await run.say('retry');
  await run.untilApprovalOf('50 → 100 %');
  expect(zonesOf(world, 'setWeight')).toEqual([OWN, INSIDE, OWN, INSIDE, OWN, INSIDE]);
});

test.concurrent('a weight that one zone refuses is taken back in all by an abort, and watched until then', async () => {
  const world = refusing(10);
  const run = await start(world);
  expect((await run.untilRetryOf('the record change')).weight).toBe(10);
  await run.untilJudged('passing');
  await run.say('abort');
  const { rollback } = await run.endedAs('rolled-back');
  expect(zonesOf(world, 'restoreTraffic').sort()).toEqual([OWN, INSIDE].sort());
  expect(zonesOf(world, 'restoreRecords').sort()).toEqual([OWN, INSIDE].sort());
  expect(rollback!.steps.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      `all traffic in ${OWN} to the host`,
      `all traffic in ${INSIDE} to the host`,
      `${RECORD} in ${OWN} as before`,
      `${RECORD} in ${INSIDE} as before`,
    ]),
  );
});

test.concurrent('on the way back no zone waits for another, and users are back when all are', async () => {
  const gate = new Gate();
  const world = new TwoZones({
    restoreTraffic: async ({ hostedZone }) => {
      if (hostedZone === OWN) await gate.pass();
      return { changeId: 'C1' };
    },
  });
  const run = await start(world);
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  const isBack = (zone: string) => (status: { rollback: { steps: { what: string; state: string }[] } | null }) =>
    status.rollback?.steps.some(({ what, state }) => what.includes(`traffic in ${zone}`) && state === 'done') ?? false;
  const { weight } = await run.until('the private zone to be back', isBack(INSIDE));
  expect(weight).toBe(10);
  expect(world.names).not.toContain('restoreRecords');
  gate.open();
  expect((await run.endedAs('rolled-back')).weight).toBe(0);
});

/** Only of a weight is it asked what the names answer. */
const answering = (answer: () => Promise<string | undefined>): Partial<Activities> => ({
  awaitInSync: async ({ pair }) => (pair ? answer() : undefined),
});

test.concurrent('a public name that answers with neither side holds, with what it answered', async () => {
  let isWrong = true;
  const world = new TwoZones(
    answering(async () => {
      if (isWrong) throw ApplicationFailure.nonRetryable(`${RECORD} answers 192.0.2.9`, 'WrongAnswer');
      return undefined;
    }),
  );
  const run = await start(world);
  const { waitingFor, weight } = await run.untilRetryOf('asking whether Route 53 is INSYNC');
  expect([weight, waitingFor!.reason]).toEqual([10, `${RECORD} answers 192.0.2.9`]);
  isWrong = false;
  await run.say('retry');
  await run.untilApprovalOf('10 → 50 %');
  const asked = world.inputsOf('awaitInSync').flatMap(({ pair }) => pair?.hostedZone ?? []);
  expect([...new Set(asked)]).toEqual([OWN]);
});

test.concurrent('a private name that answers with neither side inside the VPC holds too', async () => {
  let problems = [`${RECORD} in ${INSIDE} answers 192.0.2.9`];
  const world = new TwoZones({
    checkPrivateAnswers: async () => ({
      problems,
      unknown: [],
    }),
  });
  const run = await start(world);
  const { waitingFor } = await run.untilRetryOf('asking what the names answer');
  expect(waitingFor!.reason).toBe(`${RECORD} in ${INSIDE} answers 192.0.2.9; correct it, then retry, or abort`);
  problems = [];
  await run.say('retry');
  await run.untilApprovalOf('10 → 50 %');
});

test.concurrent('what nobody can tell of an answer is told, and holds nothing up', async () => {
  const told = `${RECORD} answers 192.0.2.9`;
  const run = await start(
    new TwoZones({
      ...answering(async () => told),
      checkPrivateAnswers: async () => ({
        problems: [],
        unknown: [`${told} inside`],
      }),
    }),
  );
  const { events } = await run.untilApprovalOf('10 → 50 %');
  expect(events.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      `not known to answer as they shall: ${told}`,
      `not known to answer as they shall: ${told} inside`,
    ]),
  );
});

test.concurrent('before the hosts stop the names of all zones lead to ECS alone', async () => {
  const world = new TwoZones();
  const run = await start(world, { shift: { approval: false } });
  await run.endedAs('completed');
  // once before the hosts stop, and once more before they are terminated
  expect(zonesOf(world, 'foldPair')).toEqual([OWN, INSIDE, OWN, INSIDE]);
});
