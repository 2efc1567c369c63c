import type { Peer } from '../../../src/contract/hosts';
import type { BoundSurvey } from '../../../src/contract/senders';
import { stepOf, textsOf, type Run } from '../run';
import { useStubWorker } from '../server';
import { HOST, RECORD, surveyWithIngest } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const NAME = 'ingest.example.com';
const PLAN = {
  records: [
    { name: RECORD, service: 'grafana' },
    { name: NAME, to: 'ingest' },
  ],
  ingest: {},
  shift: {
    weights: [50, 100],
    approval: true,
  },
};
const UNDO = `see senders back at ${HOST}`;

const SENDER: Peer = {
  peer: '10.0.3.4',
  port: 9009,
  service: 'mimir',
  connections: 1,
};
const OTHER: Peer = {
  ...SENDER,
  peer: '10.0.3.5',
};

const surveyWith = (peers: Peer[]): BoundSurvey => ({
  ports: [],
  senders: peers.map((peer) => ({
    ...peer,
    instanceId: HOST,
    component: 'mimir',
    move: 'by-name',
    why: '',
    change: '',
  })),
  cutOff: [],
  tls: [],
  left: 0,
});

/** Senders that come to ECS with the weight, and to the host again when a test says so. */
class SenderWorld extends World {
  /** who is at the host's port, on the way back */
  peers: Peer[] = [];
  onHost = 100;
  onEcs = 0;
  /** what comes in between two looks */
  hostRate = 0;
  ecsRate = 7;

  constructor(known: Peer[] = [SENDER]) {
    const survey = surveyWithIngest(NAME, [
      {
        port: 9009,
        protocol: 'tcp',
        service: 'mimir',
        targetPort: 9009,
      },
    ]);
    super({
      runPreflight: async () => ({
        ...survey,
        senders: surveyWith(known),
      }),
    });
    this.answers.listConnections = async () => this.peers;
    this.answers.countReceived = async ({ services }) => {
      this.onHost += this.hostRate;
      this.onEcs += this.ecsRate;
      return services.map(({ service }) => ({
        service,
        unit: 'samples',
        host: this.onHost,
        ecs: this.onEcs,
        note: '',
      }));
    };
  }
}

async function abortAt50(world: World): Promise<Run> {
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  await run.untilApprovalOf('50 → 100 %');
  await run.say('abort');
  return run;
}

test.concurrent('senders that came to ECS must be back at the host, or the way back holds until they are', async () => {
  const world = new SenderWorld();
  const run = await abortAt50(world);
  const { waitingFor } = await run.untilWaitsFor('host', UNDO);
  expect(waitingFor).toMatchObject({
    verbs: ['retry', 'abort'],
    reason: expect.stringContaining(
      'nobody has come back to 9009 (mimir), where 10.0.3.4 was connected before',
    ) as string,
  });
  // the last look at what ECS has received comes before it stops
  expect(world.orderOf('restoreTraffic', 'countReceived', 'scaleService', 'listConnections').slice(0, 6)).toEqual([
    'countReceived',
    'restoreTraffic',
    'countReceived',
    'scaleService',
    'scaleService',
    'listConnections',
  ]);
  world.peers = [SENDER];
  await run.say('retry');
  const status = await run.endedAs('rolled-back');
  expect(stepOf(status, UNDO)!.state).toBe('done');
  expect(textsOf(status.events)).toContain(`senders are back at ${HOST}: 9009 (mimir)`);
});

test.concurrent('who was there before and is not seen again is named, and holds nothing up', async () => {
  const world = new SenderWorld([SENDER, OTHER]);
  world.peers = [SENDER];
  const run = await abortAt50(world);
  const { events } = await run.endedAs('rolled-back');
  expect(textsOf(events)).toContain(
    `senders are back at ${HOST}: 9009 (mimir); not seen again, though there before: 10.0.3.5 → 9009`,
  );
});

test.concurrent('where nobody was seen connected before, what the host has received since is enough', async () => {
  const world = new SenderWorld([]);
  world.hostRate = 3;
  const run = await abortAt50(world);
  const { events } = await run.endedAs('rolled-back');
  expect(textsOf(events)).toContain(`senders are back at ${HOST}: 9009 (mimir)`);
});

test.concurrent('a host that has received nothing since holds, and whoever gives it up leaves it named', async () => {
  const run = await abortAt50(new SenderWorld([]));
  const { waitingFor } = await run.untilWaitsFor('host', UNDO);
  expect(waitingFor!.reason).toContain('mimir has received nothing since');
  await run.say('abort', { what: UNDO });
  const { leftovers } = await run.endedAs('rollback-incomplete');
  expect(leftovers).toMatchObject([{ what: UNDO }]);
});

test.concurrent(
  'where no side can count, whoever was seen before must be back, and nobody else is waited for',
  async () => {
    const uncounted = (world: SenderWorld) => {
      world.answers.countReceived = async ({ services }) =>
        services.map(({ service }) => ({
          service,
          unit: 'samples',
          host: null,
          ecs: null,
          note: 'no answer',
        }));
      return world;
    };
    const alone = await abortAt50(uncounted(new SenderWorld([])));
    await alone.endedAs('rolled-back');
    const run = await abortAt50(uncounted(new SenderWorld()));
    const { waitingFor } = await run.untilWaitsFor('host', UNDO);
    expect(waitingFor!.reason).toContain('nobody has come back to 9009');
    await run.say('abort', { what: UNDO });
    await run.endedAs('rollback-incomplete');
  },
);

test.concurrent('where no sender came to ECS nobody is waited for', async () => {
  const world = new SenderWorld();
  world.ecsRate = 0;
  const run = await abortAt50(world);
  const status = await run.endedAs('rolled-back');
  expect(stepOf(status, UNDO)!.state).toBe('done');
  expect(world.names).not.toContain('listConnections');
});

test.concurrent('a plan that has no name of senders waits for none', async () => {
  const world = new World();
  const run = await runWorkflow({
    world,
    plan: { shift: PLAN.shift },
  });
  await run.untilApprovalOf('50 → 100 %');
  expect((await run.ledger()).map(({ verb }) => verb)).not.toContain('awaitSenders');
  await run.say('abort');
  await run.endedAs('rolled-back');
});
