import type { Scan } from '../../../src/contract/images';
import { textsOf } from '../run';
import { LEFT_OUT, useStubWorker } from '../server';
import { World } from '../world';

const runWorkflow = useStubWorker();

const BUILT_HERE = { images: { builder: 'docker' } };
const SCANNED: Scan = {
  status: 'COMPLETE',
  counts: { HIGH: 9 },
};

/** A world whose run stops once the images are known. */
function stopBeforeServices(world: World): World {
  world.break('ensureTaskDefinition', 'stopped by the test');
  return world;
}

test.concurrent('images are built side by side and deployed by the digest that came out', async () => {
  const world = stopBeforeServices(
    new World({
      buildImage: async ({ service }) => ({
        image: `${service}@sha256:1`,
        tag: 'ab12',
        built: service === 'mimir',
      }),
    }),
  );
  const run = await runWorkflow({
    world,
    plan: BUILT_HERE,
  });
  const { phases, events } = await run.untilRetryOf('deploy');
  expect(phases[2]).toMatchObject({
    state: 'done',
    detail: 'mimir built  grafana unchanged',
  });
  expect(textsOf(events)).toContain('lgtm-mimir:ab12 built');
  const deployed = world.definitions.map(({ image }) => image);
  expect(deployed.sort()).toEqual(['grafana@sha256:1', 'mimir@sha256:1']);
  expect(world.names).not.toContain('resolveImage');
});

test.concurrent('a build that fails holds with the last lines of the builder, and a retry builds again', async () => {
  const world = stopBeforeServices(new World());
  world.break('buildImage', 'docker could not build lgtm-mimir:\nno room', 'BuildFailed');
  const run = await runWorkflow({
    world,
    plan: BUILT_HERE,
  });
  expect(await run.untilRetryOf('images')).toMatchObject({
    phase: 'images',
    waitingFor: { reason: 'docker could not build lgtm-mimir:\nno room' },
  });
  world.fix('buildImage');
  await run.say('retry');
  await run.untilRetryOf('deploy');
  expect(world.inputsOf('buildImage')).toHaveLength(4);
});

test.concurrent('images that somebody else pushes are awaited, and only those that are missing', async () => {
  let looks = 0;
  const resolveMimir = () => (++looks < 3 ? {} : { image: 'mimir@sha256:2' });
  const world = stopBeforeServices(
    new World({
      resolveImage: async ({ repository }) =>
        repository === 'lgtm-mimir' ? resolveMimir() : { image: 'grafana@sha256:2' },
    }),
  );
  const run = await runWorkflow({ world });
  const { phases } = await run.untilRetryOf('deploy');
  expect(phases[2]!.state).toBe('skipped');
  const asked = world.listOf('resolveImage', 'repository');
  expect(asked.sort()).toEqual(['lgtm-grafana', 'lgtm-mimir', 'lgtm-mimir', 'lgtm-mimir']);
});

test.concurrent('images that nobody pushes in time hold the deploy by name, until a retry finds them', async () => {
  const world = stopBeforeServices(new World({ resolveImage: async () => ({}) }));
  const plan = {
    deploy: { imageTimeout: '2s' },
    services: LEFT_OUT,
  };
  const run = await runWorkflow({ world, plan });
  const { waitingFor } = await run.untilRetryOf();
  expect(waitingFor!.reason).toBe('no image in lgtm-mimir, lgtm-grafana; push them to ECR, then retry');
  delete world.answers.resolveImage;
  await run.say('retry');
  await run.until('images', () => world.names.includes('awaitScan'));
});

test.concurrent(
  'findings worse than the plan tolerates wait for an approval, a missing scan is only told',
  async () => {
    const scans: Record<string, Scan> = {
      'lgtm-mimir': {
        status: 'COMPLETE',
        counts: {
          HIGH: 9,
          CRITICAL: 2,
        },
      },
      'lgtm-grafana': {
        status: 'NONE',
        counts: {},
      },
    };
    const world = stopBeforeServices(new World({ awaitScan: async ({ repository }) => scans[repository]! }));
    const run = await runWorkflow({ world });
    const { waitingFor, events } = await run.untilApprovalOf();
    expect(waitingFor).toMatchObject({
      what: 'approval: deploy with 2 CRITICAL in lgtm-mimir',
      reason: 'the plan tolerates HIGH at most; rebuild and abort, or approve',
    });
    expect(textsOf(events)).toContain('not scanned: lgtm-grafana (NONE)');
    expect(world.names).not.toContain('ensureTaskDefinition');
    await run.say('approve');
    await run.untilRetryOf('deploy');
  },
);

test.concurrent('findings that the plan tolerates hold nothing', async () => {
  const world = stopBeforeServices(new World({ awaitScan: async () => SCANNED }));
  const run = await runWorkflow({ world });
  const { waitingFor } = await run.until('any wait', (status) => status.waitingFor !== null);
  expect(waitingFor!.what).toBe('retry of deploy');
});
