import type { Dump } from '../../lab/emulator';
import { LAB_ANALYSIS } from '../../lab/plan';
import type { PhaseStatus } from '../../src/contract/status';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const APPROVALS = {
  shift: { approval: true },
  decommission: {
    approveStop: true,
    approveTerminate: true,
  },
  // as many passes in a row as the default plan wants
  analysis: LAB_ANALYSIS,
};
const COUNTS = {
  mimir: 3,
  loki: 2,
  tempo: 1,
  pyroscope: 1,
  grafana: 1,
  alloy: 1,
};
const NAMES = ['alloy', 'grafana', 'loki', 'mimir', 'pyroscope', 'tempo'];
/** A default migration stays below, however long people take. */
const MOST_EVENTS = 1500;

/** What the plan document says that is there in the end. */
const AT_THE_END = {
  repositories: NAMES.map((name) => `lgtm-${name}`),
  clusters: ['lgtm-cluster'],
  namespaces: ['lgtm.local'],
  loadBalancers: ['lgtm-alb'],
  secrets: ['lgtm/grafana-secret-key', 'lgtm/s3-credentials'],
  targetGroups: ['lgtm-grafana-tg', 'lgtm-loki-tg', 'lgtm-mimir-tg', 'lgtm-tempo-tg'],
  securityGroups: ['lgtm-alb-sg', 'lgtm-ec2', 'lgtm-ecs-sg'],
  discovery: NAMES,
};

/** Requests, and the target group that must get each: Mimir has no authentication, so nobody reaches it by it. */
const ROUTES = {
  'host=grafana.example.com': 'lgtm-grafana-tg',
  'host=mimir.example.com&path=/api/v1/push': 'fixed-503',
  'host=mimir.example.com&path=/api/v1/push&source=10.0.2.7': 'fixed-503',
  'host=mimir.example.com&path=/ingester/shutdown&source=10.0.2.7': 'fixed-503',
  'host=nobody.example.com': 'fixed-503',
};

async function approveAll(operator: Operator): Promise<void> {
  for (const approval of ['10 → 50 %', '50 → 100 %', 'stop i-', 'terminate i-']) {
    await operator.untilWaitsFor('approval', approval);
    const said = await operator.cli('approve', 'lgtm-prd', '--by', 'kim', '--reason', approval);
    expect(said.out).toMatch(new RegExp(`^approve by kim is taken in .*: approved is "${approval}`));
    const isTaken = `the approval of ${approval}`;
    await operator.until(isTaken, ({ decisions }) => decisions.some(({ reason }) => reason === approval));
  }
}

async function expectRoutes(operator: Operator, balancer: string): Promise<void> {
  for (const [query, targetGroup] of Object.entries(ROUTES)) {
    const route = await operator.emulator.get(`/route?balancer=${balancer}&${query}`);
    expect([query, route]).toEqual([query, expect.objectContaining({ targetGroup })]);
  }
}

/** Or has been: a status that is there for a moment only may not be seen. */
function isDeploying({ phase, state }: PhaseStatus): boolean {
  return phase === 'deploy' && state !== 'pending';
}

function mapValues<T, R>(of: Record<string, T>, map: (value: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value, key)]));
}

function countRunning({ services }: Dump): Record<string, number> {
  return mapValues(services, ({ running }) => running);
}

test(
  'the default plan, approved at every turn, ends completed and leaves the world as the plan document says',
  scenario({ plan: APPROVALS }, async (operator) => {
    const before = await operator.world();
    const { code } = await operator.cli('start', '-f', operator.lab.plan, '--json');
    expect(code).toBe(0);
    await approveAll(operator);
    const watched = await operator.cli('watch', 'lgtm-prd', '--json');
    expect(watched.code).toBe(0);

    const after = await operator.world();
    expect(mapValues(AT_THE_END, (_, kind) => Object.keys(after[kind] as object))).toEqual(AT_THE_END);
    expect(after).toMatchObject({
      clusters: { 'lgtm-cluster': { status: 'ACTIVE' } },
      discovery: mapValues(COUNTS, (instances) => ({ instances })),
      instances: [{ state: 'terminated' }],
    });
    expect(countRunning(after)).toEqual(COUNTS);
    const balancer = after.records['grafana.example.com A']!.alias![1];
    expect(balancer).toMatch(/^lgtm-alb.*elb\.amazonaws\.com$/);
    await expectRoutes(operator, balancer);
    const host = 'ec2-instance.example.com A';
    expect(after.records[host]?.values).toEqual(before.records[host]?.values);
    const backup = [expect.stringMatching(/^lgtm-ec2-backup-\d{8}$/), expect.objectContaining({ state: 'available' })];
    expect(Object.entries(after.images)).toEqual([backup]);
    const { events } = await operator.handle.fetchHistory();
    expect(events!.length).toBeLessThan(MOST_EVENTS);
  }),
);

test(
  'what somebody made by hand is adopted, and a simple A record moves too',
  scenario(
    {
      world: 'adopted',
      record: 'a',
    },
    async (operator) => {
      const { code } = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
      expect(code).toBe(0);
      const { phases } = await operator.status();
      const provision = phases.find(({ phase }) => phase === 'provision');
      expect(provision?.detail).toMatch(/\(\d+ created, (2[0-9]|3[0-9]) adopted\)/);
      const { records } = await operator.world();
      expect(records['grafana.example.com A']?.alias).toBeTruthy();
    },
  ),
);

test(
  'without images the deploy holds and names them, goes on after a retry, and a second start is refused',
  scenario(
    {
      world: 'bare',
      plan: { shift: { approval: true } },
    },
    async (operator) => {
      await operator.start();
      const held = await operator.untilWaitsFor('retry');
      expect(held.waitingFor?.reason).toContain('no image in lgtm-mimir, lgtm-loki');
      const { code, err } = await operator.cli('start', '-f', operator.lab.plan);
      expect(code).toBe(1);
      expect(err).toContain(`is being migrated already: run ${held.runId}`);
      await operator.emulator.post('/ecr', { on: true });
      await operator.cli('retry', 'lgtm-prd', '--reason', 'pushed');
      await operator.untilWaitsFor('approval', '10 → 50 %');
      await operator.say('abort');
      expect((await operator.ended()).outcome).toBe('rolled-back');
    },
  ),
);

test(
  'a worker that is killed in deploy and a Temporal server that is killed in shift change nothing in the result',
  scenario({ plan: { shift: { approval: [10] } } }, async (operator) => {
    await operator.start();
    await operator.until('the deploy', ({ phases }) => phases.some(isDeploying));
    await operator.lab.stopPart('worker', 'SIGKILL');
    await operator.lab.startWorker();
    await operator.untilWaitsFor('approval', '10 → 50 %');
    await operator.lab.stopPart('temporal', 'SIGKILL');
    await operator.lab.startTemporal();
    await operator.untilWaitsFor('approval', '10 → 50 %');
    await operator.say('approve');
    const { code } = await operator.cli('watch', 'lgtm-prd', '--json');
    expect(code).toBe(0);
    const after = await operator.world();
    expect(countRunning(after)).toEqual(COUNTS);
    expect(after.instances).toMatchObject([{ state: 'terminated' }]);
  }),
);
