import type { Survey } from '../../../src/contract/findings';
import type { Peer } from '../../../src/contract/hosts';
import { textsOf } from '../run';
import { useStubWorker } from '../server';
import { HOST, RECORD, surveyWithIngest } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const NAME = 'ingest.example.com';
const PLAN = {
  records: [
    {
      name: RECORD,
      service: 'grafana',
    },
    {
      name: NAME,
      to: 'ingest',
    },
  ],
  ingest: { cut: true },
  shift: { weights: [100] },
};

const portOf = (port: number) => ({
  port,
  protocol: 'tcp' as const,
  service: 'mimir',
  targetPort: 9009,
});

const WITH_INGEST = surveyWithIngest(NAME, [portOf(9009), portOf(8080)]);

/** Compose calls it otherwise than the plan. */
const senderAt = (port: number): Peer => ({
  peer: '10.0.3.4',
  port,
  service: 'metrics',
  connections: 1,
});
const BOTH = '10.0.3.4 → 9009 (metrics), 1 connection; 10.0.3.4 → 8080 (metrics), 1 connection';

/** Two senders that hold connections until they are reset; they come to ECS where it receives what they send. */
class SenderWorld extends World {
  /** who is at the hosts' ports of the ingest; whoever goes by a name is gone once it is reset */
  peers = [senderAt(9009), senderAt(8080)];
  isBack = false;
  received = 0;

  constructor() {
    super({ runPreflight: async () => WITH_INGEST });
    this.answers.listConnections = async ({ ports }) => (ports ? this.peers : []);
    this.answers.watchConnections = ({ seen }) => new Gate().pass().then(() => seen);
    this.answers.resetConnections = async ({ port }) => {
      if (!this.isBack) this.peers = this.peers.filter((peer) => peer.port !== port);
    };
    this.answers.countReceived = async ({ services }) => {
      this.received += 7;
      return services.map(({ service }) => ({
        service,
        unit: 'samples',
        host: 100,
        ecs: this.received,
        note: '',
      }));
    };
  }
}

/** A run at 100 %, where it asks about those who still send to the hosts. */
async function runToQuestion(world: SenderWorld, plan: Record<string, unknown> = PLAN) {
  const run = await runWorkflow({
    world,
    plan,
  });
  const { waitingFor } = await run.untilApprovalOf('port by port');
  return {
    run,
    question: waitingFor!.what,
  };
}

test.concurrent('senders that hold connections at 100 % are reset when approved, port by port', async () => {
  const world = new SenderWorld();
  const { run, question } = await runToQuestion(world);
  expect(question).toBe(`approval: reset at ${HOST}, port by port: ${BOTH}`);
  expect(world.names).not.toContain('resetConnections');
  await run.say('approve');
  const { events } = await run.ended();
  expect(world.listOf('resetConnections', 'port')).toEqual([8080, 9009]);
  expect(textsOf(events)).toContain(`senders were reset at ${HOST}, and what they send comes to ECS`);
});

test.concurrent('senders that an earlier run has left at the host are asked about too', async () => {
  const world = new SenderWorld();
  const survey: Survey = {
    ...WITH_INGEST,
    records: WITH_INGEST.records.map((record) => ({
      ...record,
      moved: 'fold',
    })),
  };
  world.answers.runPreflight = async () => survey;
  const { run, question } = await runToQuestion(world);
  expect(question).toBe(`approval: reset at ${HOST}, port by port: ${BOTH}`);
  await run.say('approve');
  await run.ended();
  expect(world.listOf('resetConnections', 'port')).toEqual([8080, 9009]);
});

test.concurrent('a port that the plan gives is looked at whatever program answers there, to the end', async () => {
  const world = new SenderWorld();
  world.peers = [];
  const ports = [
    {
      port: 8080,
      service: 'mimir',
      targetPort: 9009,
    },
  ];
  const run = await runWorkflow({
    world,
    plan: {
      ...PLAN,
      ingest: {
        cut: true,
        ports,
      },
    },
  });
  await run.ended();
  const looked = world.listOf('listConnections', 'recordPorts');
  expect(looked.length).toBeGreaterThan(1);
  expect(looked.filter((each) => !each.includes(8080))).toEqual([]);
});

test.concurrent('an approval that names no question resets nobody', async () => {
  const world = new SenderWorld();
  const { run } = await runToQuestion(world);
  await run.handle.signal('approve', 'yes');
  await run.untilTold(/^approve refused: it must name question /);
  expect(world.names).not.toContain('resetConnections');
  await run.say('approve');
  await run.ended();
});

test.concurrent('who is back at the host goes by an address, and that holds until a retry finds nobody', async () => {
  const world = new SenderWorld();
  world.isBack = true;
  const { run } = await runToQuestion(world);
  await run.say('approve');
  const { waitingFor } = await run.untilApprovalOf('by an address');
  expect(waitingFor!.what).toBe(`approval: leave it so: back at the host, so by an address: ${BOTH}`);
  world.peers = [];
  await run.say('retry');
  const { events } = await run.ended();
  expect(textsOf(events)).toContain(`no sender holds a connection to ${HOST}`);
});

test.concurrent('where ECS receives nothing at a reset port, that holds, and an approval leaves it', async () => {
  const world = new SenderWorld();
  world.answers.countReceived = async ({ services }) =>
    services.map(({ service }) => ({
      service,
      unit: 'samples',
      host: 100,
      ecs: 0,
      note: '',
    }));
  const { run } = await runToQuestion(world);
  await run.say('approve');
  const { waitingFor } = await run.untilApprovalOf('has received nothing');
  expect(waitingFor!.what).toMatch(/: leave it so: mimir on ECS has received nothing since$/);
  await run.say('approve');
  await run.endedAs('completed');
});

test.concurrent('a reset that fails holds, and a retry resets them', async () => {
  const world = new SenderWorld();
  const { run } = await runToQuestion(world);
  world.break('resetConnections', 'iptables: No chain/target/match by that name.');
  await run.say('approve');
  const { waitingFor, weight } = await run.untilRetryOf('resetting the connections');
  expect([waitingFor!.reason, weight]).toEqual([expect.stringContaining('No chain/target/match'), 100]);
  world.fix('resetConnections');
  await run.say('retry');
  await run.endedAs('completed');
});

test.concurrent('where nobody can count what ECS receives, that holds too', async () => {
  const world = new SenderWorld();
  const { run } = await runToQuestion(world);
  world.break('countReceived', 'no task started');
  await run.say('approve');
  const { waitingFor } = await run.untilApprovalOf('is not known');
  expect(waitingFor!.what).toMatch(/: leave it so: whether mimir on ECS has received anything since is not known$/);
  await run.say('approve');
  await run.endedAs('completed');
});

test.concurrent('whom the plan accepts is not asked about, nor anybody where it does not cut', async () => {
  const world = new SenderWorld();
  world.peers = [];
  const accept = ['10.0.3.4/9009'];
  const run = await runWorkflow({
    world,
    plan: {
      ...PLAN,
      data: { accept },
    },
  });
  await run.endedAs('completed');
  expect(world.inputsOf('listConnections')[0]).toMatchObject({
    ports: [9009, 8080],
    without: accept,
  });
  const other = new SenderWorld();
  const without = await runWorkflow({
    world: other,
    plan: {
      ...PLAN,
      ingest: {},
    },
  });
  await without.endedAs('completed');
  expect(other.inputsOf('listConnections').every(({ ports }) => ports === undefined)).toBe(true);
});
