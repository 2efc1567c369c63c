import { useStubWorker } from './server';
import { World } from './world';

const runWorkflow = useStubWorker();

const LEFT =
  'remove log group /ecs/lgtm-grafana, remove log group /ecs/lgtm-mimir, remove security group lgtm-alb-sg and 3 more';

test.concurrent('a permission that is missing on the way back holds it, and a retry goes on', async () => {
  const world = new World();
  const run = await runWorkflow({
    world,
    plan: {
      shift: { approval: true },
      cleanup: 'delete',
    },
  });
  await run.untilApprovalOf('10 → 50 %');
  world.break('removeCluster', 'removeCluster: AccessDenied', 'AccessDeniedException');
  await run.say('abort');
  const { waitingFor } = await run.untilWaitsFor('host');
  expect(waitingFor).toMatchObject({
    what: 'a human: could not remove cluster lgtm-cluster',
    reason: `removeCluster: AccessDenied; not begun before that: ${LEFT}`,
    verbs: ['retry', 'abort'],
  });
  world.fix('removeCluster');
  await run.say('retry');
  const { leftovers } = await run.endedAs('rolled-back');
  expect(leftovers).toEqual([]);
});
