import { textsOf } from '../run';
import { useStubWorker } from '../server';
import { World } from '../world';

const runWorkflow = useStubWorker();

const CLUSTER = 'cluster lgtm-cluster is gone: somebody has deleted it';
const REGISTRY = 'the Cloud Map service of mimir is gone: somebody has deleted it';
const NOTHING = {
  missing: [],
  repositories: [],
};

/** A world in which something is gone until its phase makes it anew. */
function lose(missing: string, repositories: string[] = []): World {
  return new World({
    findMissing: async () => ({
      missing: [missing],
      repositories,
    }),
  });
}

test.concurrent(
  'what a failed deploy stands on and somebody has deleted is named, and a retry makes it anew',
  async () => {
    const world = lose(CLUSTER);
    world.break('ensureService', 'ClusterNotFoundException: Cluster not found.');
    const run = await runWorkflow({ world });
    const { waitingFor } = await run.untilRetryOf('deploy');
    expect(waitingFor!.reason).toBe(`ClusterNotFoundException: Cluster not found.; ${CLUSTER}`);
    expect(world.inputsOf('ensureCluster')).toHaveLength(1);
    world.fix('ensureService');
    world.answers.findMissing = async () => NOTHING;
    await run.say('retry');
    await run.endedAs('completed');
    expect(world.inputsOf('ensureCluster')).toHaveLength(2);
  },
);

test.concurrent('a repository that is made anew gets its images anew', async () => {
  const world = lose('repository lgtm-mimir is gone: somebody has deleted it', ['lgtm-mimir']);
  world.break('ensureTaskDefinition');
  const images = {
    builder: 'docker',
    context: '/src',
  };
  const run = await runWorkflow({
    world,
    plan: { images },
  });
  await run.untilRetryOf('deploy');
  const built = world.inputsOf('buildImage').length;
  world.fix('ensureTaskDefinition');
  world.answers.findMissing = async () => NOTHING;
  await run.say('retry');
  await run.endedAs('completed');
  expect(world.inputsOf('buildImage')).toHaveLength(2 * built);
});

test.concurrent('where nothing is gone a retry makes nothing else anew', async () => {
  const world = World.brokenAt('ensureService');
  const run = await runWorkflow({ world });
  await run.untilRetryOf('deploy');
  world.fix('ensureService');
  await run.say('retry');
  await run.endedAs('completed');
  expect(world.inputsOf('ensureCluster')).toHaveLength(1);
});

describe('before the first weight', () => {
  test.concurrent('what was deleted holds, and a retry makes and deploys it anew before anybody comes', async () => {
    const world = lose(REGISTRY);
    const run = await runWorkflow({ world });
    const { waitingFor, weight } = await run.untilRetryOf('making what was deleted');
    expect(waitingFor!.reason).toBe(`${REGISTRY}; retry makes it anew`);
    expect([weight, world.names.includes('setWeight')]).toEqual([0, false]);
    const deployed = world.inputsOf('ensureService').length;
    world.answers.findMissing = async () => NOTHING;
    await run.say('retry');
    await run.endedAs('completed');
    expect(world.listOf('ensureDiscoveryService', 'name').sort()).toEqual(['grafana', 'grafana', 'mimir', 'mimir']);
    expect(world.inputsOf('ensureService')).toHaveLength(2 * deployed);
    // once it was whole nobody looks a third time: from then on the watch does
    expect(world.inputsOf('findMissing')).toHaveLength(2);
  });

  test.concurrent(
    'a load balancer under another name is no way on: the names are prepared for the former',
    async () => {
      const world = lose('nothing forwards to the target group of grafana: its listener rule is gone');
      const run = await runWorkflow({ world });
      await run.untilRetryOf('making what was deleted');
      world.answers.findMissing = async () => NOTHING;
      world.answers.ensureLoadBalancer = async ({ name }) => ({
        id: name,
        ownership: 'created',
        dnsName: 'other.elb.amazonaws.com',
        hostedZoneId: 'ZALB',
        dimension: `app/${name}/2`,
      });
      await run.say('retry');
      await run.until('the other name', ({ waitingFor }) => waitingFor?.reason?.includes('other.elb') === true);
      expect(world.names).not.toContain('setWeight');
      await run.say('abort');
      await run.endedAs('rolled-back');
    },
  );

  test.concurrent('where AWS does not say, it goes on and tells so', async () => {
    const run = await runWorkflow({ world: World.brokenAt('findMissing', 'AccessDenied: no') });
    const { events } = await run.endedAs('completed');
    expect(textsOf(events)).toContain('whether something was deleted is not known: AccessDenied: no');
  });
});
