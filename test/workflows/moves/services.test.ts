import { useStubWorker } from '../server';
import { World } from '../world';

const runWorkflow = useStubWorker();

const APPROVES = { shift: { approval: true } };
const BEFORE = 'arn:aws:ecs:task-definition/lgtm-mimir:7';

test.concurrent('a service of an earlier run is awaited where it goes back to, a new one is only stopped', async () => {
  const world = new World({
    findServices: async () => ({
      mimir: {
        count: 2,
        taskDefinition: BEFORE,
      },
    }),
  });
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  const steady = world.inputsOf('awaitSteadyState').length;
  await run.say('abort');
  const { phases } = await run.ended();
  const awaited = world.inputsOf('awaitSteadyState').slice(steady);
  expect(awaited).toMatchObject([
    {
      service: 'mimir',
      count: 2,
      taskDefinition: BEFORE,
    },
  ]);
  expect(phases[3]!.detail).toBe('mimir 2/3  grafana 0/1');
});

test.concurrent('a service that had been stopped before goes to no task', async () => {
  const world = new World({
    findServices: async () => ({
      mimir: {
        count: 0,
        taskDefinition: BEFORE,
      },
    }),
  });
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  const { rollback } = await run.ended();
  expect(rollback!.steps.map(({ what }) => what)).toContain('scale mimir to 0');
});
