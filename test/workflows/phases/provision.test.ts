import type { ActivityName } from '../../../src/contract/activities';
import { LEFT_OUT, useStubWorker } from '../server';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const SECRETS = {
  secrets: [
    {
      name: 'lgtm/key',
      from: { env: 'LGTM_KEY' },
    },
  ],
};

const AT_ONCE: ActivityName[] = [
  'ensureRepository',
  'ensureSecret',
  'ensureTaskRole',
  'ensureLoadBalancerSecurityGroup',
  'ensureLogGroup',
  'ensureCluster',
  'ensureNamespace',
  'ensureTargetGroup',
];

const AFTERWARDS: ActivityName[] = [
  'ensureExecutionRole',
  'ensureTaskSecurityGroup',
  'ensureLoadBalancer',
  'ensureDiscoveryService',
  'ensureListener',
  'ensureListenerRule',
];

/** A world whose run stops behind provision; what others wait for is held up by a gate. */
function holdUp(gate: Gate): World {
  const world = new World({
    ensureSecret: async ({ name }) =>
      gate.pass().then(() => ({
        id: `arn of ${name}`,
        ownership: 'created',
      })),
    ensureNamespace: async () =>
      gate.pass().then(() => ({
        id: 'ns-1',
        ownership: 'adopted',
      })),
    ensureLoadBalancerSecurityGroup: async () =>
      gate.pass().then(() => ({
        id: 'sg-lb',
        ownership: 'created',
      })),
  });
  world.break('findServices');
  return world;
}

test.concurrent('what needs nothing begins at once, and what needs another gets it', async () => {
  const gate = new Gate();
  const world = holdUp(gate);
  const run = await runWorkflow({
    world,
    plan: SECRETS,
  });
  await run.until('all that needs nothing', () => AT_ONCE.every((name) => world.names.includes(name)));
  expect(world.orderOf(...AFTERWARDS)).toEqual([]);

  gate.open();
  const { phases } = await run.untilRetryOf('deploy');
  expect(AFTERWARDS.filter((name) => !world.names.includes(name))).toEqual([]);
  expect(world.inputsOf('ensureExecutionRole')[0]!.secrets).toEqual(['arn of lgtm/key']);
  expect(world.inputsOf('ensureTaskSecurityGroup')[0]!.loadBalancerSecurityGroup).toBe('sg-lb');
  expect(world.listOf('ensureDiscoveryService', 'namespaceId')).toEqual(['ns-1', 'ns-1']);
  expect(phases[1]).toMatchObject({
    state: 'done',
    detail: '18 of 18 (17 created, 1 adopted)',
  });
});

/** What the rules of a run bring, by host. */
async function listRules(plan: Record<string, unknown>): Promise<[string, string[] | undefined][]> {
  const world = World.brokenAt('findServices');
  const run = await runWorkflow({ world, plan });
  await run.untilRetryOf('deploy');
  expect(world.inputsOf('ensureTargetGroup')).toHaveLength(2);
  return world.inputsOf('ensureListenerRule').map(({ host, sources }) => [host, sources]);
}

const OFFICES = ['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32'];
/** Two paths and the host leave a rule room for two sources. */
const MIMIR = {
  paths: ['/api/v1/push', '/prometheus/*'],
  from: OFFICES,
};
const withOffices = { services: { ...LEFT_OUT, mimir: { expose: MIMIR } } };

test.concurrent('at an internal load balancer a service is served to the VPC and to whom the plan names', async () => {
  expect(await listRules({ ...withOffices, loadBalancer: { scheme: 'internal' } })).toEqual([
    ['mimir.example.com', ['10.0.0.0/16', '192.0.2.1/32']],
    ['mimir.example.com', ['192.0.2.2/32', '192.0.2.3/32']],
    ['grafana.example.com', undefined],
  ]);
});

test.concurrent('at an internet-facing one no rule leads to a service that nobody may come to', async () => {
  expect(await listRules({})).toEqual([['grafana.example.com', undefined]]);
});

test.concurrent('a service is in its target group only where a rule leads to that', async () => {
  const groupsOf = async (plan: Record<string, unknown>) => {
    const world = new World();
    const run = await runWorkflow({ world, plan });
    await run.untilAsked('ensureService', 2);
    return world.inputsOf('ensureService').map(({ targetGroup }) => targetGroup !== undefined);
  };
  expect((await groupsOf({})).sort()).toEqual([false, true]);
  expect(await groupsOf(withOffices)).toEqual([true, true]);
});

test.concurrent(
  'sources that one rule does not take are shared among several, each with an undo of its own',
  async () => {
    const world = World.brokenAt('findServices');
    const run = await runWorkflow({ world, plan: { ...withOffices, cleanup: 'delete' } });
    await run.untilRetryOf('deploy');
    await run.say('abort');
    await run.ended();
    const removed = world.inputsOf('removeListenerRule').map(({ host, sources }) => `${host} ${sources?.join(' ')}`);
    expect(removed.sort()).toEqual([
      'grafana.example.com undefined',
      'mimir.example.com 192.0.2.1/32 192.0.2.2/32',
      'mimir.example.com 192.0.2.3/32',
    ]);
  },
);

test.concurrent('a failure holds once nothing goes on any more, and a retry repeats the whole phase', async () => {
  const gate = new Gate();
  const world = new World({
    ensureCluster: ({ name }) =>
      gate.pass().then(() => ({
        id: name,
        ownership: 'created',
      })),
  });
  world.break('ensureLogGroup', 'AccessDeniedException: no');
  world.break('findServices');
  const run = await runWorkflow({ world });
  await run.untilAsked('ensureListenerRule');
  expect((await run.status()).waitingFor).toBeNull();

  gate.open();
  const { waitingFor } = await run.untilRetryOf('provision');
  expect(waitingFor!.reason).toBe('AccessDeniedException: no');
  world.fix('ensureLogGroup');
  await run.say('retry');
  await run.untilRetryOf('deploy');
  expect(world.inputsOf('ensureRepository')).toHaveLength(4);
});
