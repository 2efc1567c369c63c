import type { Activities, ActivityName } from '../../src/contract/activities';
import { ledgerQuery } from '../../src/contract/messages';
import type { Run } from './run';
import { useStubWorker } from './server';
import { HEALTHY, HOST, RECORD, SURVEY } from './stubs';
import { World } from './world';

const runWorkflow = useStubWorker();

/** Of each effect the undo, in an operator's words, that must be written down when it begins. */
const UNDO_OF: Partial<Record<ActivityName, string | ((input: Record<string, string>) => string)>> = {
  ensureRepository: ({ name }) => `remove repository ${name}`,
  ensureSecret: ({ name }) => `remove secret ${name}`,
  ensureExecutionRole: ({ name }) => `remove role ${name}`,
  ensureTaskRole: ({ name }) => `take our own inline policy off role ${name}`,
  ensureLoadBalancerSecurityGroup: ({ name }) => `remove security group ${name}`,
  ensureTaskSecurityGroup: ({ name }) => `take our own rules off security group ${name}`,
  ensureLogGroup: ({ name }) => `remove log group ${name}`,
  ensureCluster: ({ name }) => `remove cluster ${name}`,
  ensureNamespace: ({ name }) => `remove namespace ${name}`,
  ensureDiscoveryService: ({ name }) => `remove discovery service ${name}`,
  ensureLoadBalancer: ({ name }) => `remove load balancer ${name}`,
  ensureTargetGroup: ({ name }) => `remove target group ${name}`,
  ensureListenerRule: ({ host }) => `remove rule for ${host}`,
  ensureTaskDefinition: ({ family }) => `deregister task definition ${family}`,
  ensureService: ({ service }) => `scale ${service} to 0`,
  checkRings: 'deregister task definition lgtm-probe',
  checkStorage: 'deregister task definition lgtm-probe',
  lowerTtl: `${RECORD} as before`,
  createPair: 'all traffic to the host',
  setWeight: 'all traffic to the host',
  lockGrafana: `Grafana on ${HOST} takes edits again`,
  countGrafana: "edits in fs-0123456789abcdef0:/lgtm-grafana/grafana.db that the host's Grafana has not",
  stopStack: `start ${HOST} and its containers`,
  stopInstance: `start ${HOST} and its containers`,
};

const PLAN = {
  secrets: [
    {
      name: 'lgtm/key',
      from: { env: 'LGTM_KEY' },
    },
  ],
  grafana: {
    database: 'move',
    target: { efs: 'fs-0123456789abcdef0' },
  },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

/** A world in which each effect reads the ledger when it begins. */
class ReadingWorld extends World {
  readonly unwritten: string[] = [];
  private tellRun: (run: Run) => void = () => undefined;
  private readonly run = new Promise<Run>((resolve) => (this.tellRun = resolve));

  constructor(answers: Partial<Activities>) {
    super(answers);
    for (const [name, undo] of Object.entries(UNDO_OF)) this.readLedgerAt(name as keyof typeof HEALTHY, undo);
  }

  attach(run: Run): void {
    this.tellRun(run);
  }

  private readLedgerAt(name: keyof typeof HEALTHY, undo: string | ((input: Record<string, string>) => string)): void {
    const answer = HEALTHY[name] as (input: never) => Promise<never>;
    const readFirst = async (input: never) => {
      const { handle } = await this.run;
      const ledger = await handle.query(ledgerQuery);
      const id = typeof undo === 'string' ? undo : undo(input);
      if (!ledger.some((entry) => entry.id === id)) this.unwritten.push(`${name}: ${id}`);
      return answer(input);
    };
    Object.assign(this.answers, { [name]: readFirst });
  }
}

test('every effect finds its undo in the ledger when it begins', async () => {
  const survey = {
    ...SURVEY,
    grafana: {
      instanceId: HOST,
      path: '/data/grafana.db',
    },
  };
  const world = new ReadingWorld({ runPreflight: async () => survey });
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  world.attach(run);
  await run.untilApprovalOf('point of no return');
  expect(world.unwritten).toEqual([]);
  const begun = Object.keys(UNDO_OF).filter((name) => world.names.includes(name as ActivityName));
  expect(begun).toEqual(Object.keys(UNDO_OF));
});

test('the undo of an earlier pair is written before the fold, and makes it a pair again', async () => {
  const records = SURVEY.records.map((record) => ({
    ...record,
    moved: 'pair' as const,
  }));
  const world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      records,
    }),
  });
  world.break('foldPair', 'edited', 'RecordEdited');
  const run = await runWorkflow({ world });
  await run.untilRetryOf('the record change');
  const undos = (await run.ledger()).filter(({ stage }) => stage === 'record' || stage === 'traffic');
  expect(undos.map(({ id }) => id)).toEqual([`${RECORD}: the pair at 100 % again`]);
  await run.say('abort');
  await run.endedAs('rolled-back');
  expect(world.inputsOf('unfoldPair')).toMatchObject([{ records }]);
  expect(world.names).not.toContain('restoreTraffic');
});

test('names that an earlier run folded are looked at again before its hosts are terminated', async () => {
  const records = SURVEY.records.map((record) => ({
    ...record,
    moved: 'fold' as const,
  }));
  const world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      records,
    }),
  });
  const run = await runWorkflow({ world });
  await run.endedAs('completed');
  expect(world.inputsOf('foldPair')).toMatchObject([{ records }]);
  const order = world.orderOf('stopStack', 'foldPair', 'terminateInstance');
  expect(order).toEqual(['stopStack', 'foldPair', 'terminateInstance']);
});
