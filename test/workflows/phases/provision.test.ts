import type { ActivityName } from '../../../src/contract/activities';
import { useStubWorker } from '../server';
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
    detail: '19 of 19 (18 created, 1 adopted)',
  });
});

test.concurrent('a service is served to the network alone, but for what the plan makes public', async () => {
  const world = World.brokenAt('findServices');
  const run = await runWorkflow({ world });
  await run.untilRetryOf('deploy');
  const sources = world.inputsOf('ensureListenerRule').map(({ host, sourceCidr }) => [host, sourceCidr]);
  expect(sources).toEqual([
    ['mimir.example.com', '10.0.0.0/16'],
    ['grafana.example.com', undefined],
  ]);
});

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
  await run.untilAsked('ensureListenerRule', 2);
  expect((await run.status()).waitingFor).toBeNull();

  gate.open();
  const { waitingFor } = await run.untilRetryOf('provision');
  expect(waitingFor!.reason).toBe('AccessDeniedException: no');
  world.fix('ensureLogGroup');
  await run.say('retry');
  await run.untilRetryOf('deploy');
  expect(world.inputsOf('ensureRepository')).toHaveLength(4);
});
