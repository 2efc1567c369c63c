import { ApplicationFailure } from '@temporalio/common';
import { endDeploymentSignal } from '../../src/contract/messages';
import { GIVE_UP_SUMMARY, STOP_SUMMARY } from '../../src/workflows/deployments';
import { inTheWeek, MIMIR, RUNS } from './neighbours';
import { textsOf, type Run } from './run';
import { useStubWorkers } from './server';
import { Gate, World } from './world';

const { deploy, migrate } = useStubWorkers();

/** A migration in its week and a deployment that has updated Mimir and waits for its tasks. */
async function deployInTheWeek(world: World, deployed: World, standingTimer: string): Promise<[Run, Run]> {
  const plan = inTheWeek();
  const migration = await migrate({ plan, world, standingTimer });
  await migration.untilApprovalOf('point of no return');
  const run = await deploy({ plan, world: deployed, asked: { ...MIMIR, duringWeek: true } });
  return [migration, run];
}

const isBack = ({ taskDefinition }: { taskDefinition?: string }) => taskDefinition === RUNS;

/** Of a deployment: nothing that it has deployed becomes steady. */
function neverSteady(): Partial<World['answers']> {
  const gate = new Gate();
  return {
    awaitSteadyState: async ({ count }) => {
      await gate.pass();
      return { running: count, seconds: 1 };
    },
  };
}

test.concurrent(
  'a migration that goes back starts the host at once, and touches a service when the deployment has put it back',
  async () => {
    const world = new World();
    const started = new Gate();
    world.answers.startInstance = async () => {
      started.open();
      return { publicIp: '203.0.113.7' };
    };
    const deployed = new World({
      ...neverSteady(),
      updateService: async (input) => {
        if (isBack(input)) await started.pass();
      },
    });
    const [migration, run] = await deployInTheWeek(world, deployed, STOP_SUMMARY);
    await run.untilAsked('awaitSteadyState');
    await migration.untilWaitsFor('deployment');
    await migration.say('rollback');
    const { decisions } = await run.endedAs('rolled-back');
    expect(decisions).toMatchObject([{ by: 'the migration', reason: expect.stringContaining('it goes back') }]);
    expect(deployed.listOf('updateService', 'taskDefinition').at(-1)).toBe(RUNS);
    const texts = textsOf((await migration.endedAs('rolled-back')).events);
    const stopped = texts.indexOf('the deployment of mimir has stopped, its services are back');
    const touched = texts.findIndex((text) => /^mimir gives .* back$/.test(text));
    expect(stopped).toBeGreaterThan(0);
    expect(touched).toBeGreaterThan(stopped);
  },
);

test.concurrent('what a deployment leaves in the moment of a way back is what that goes back to', async () => {
  const gate = new Gate();
  const world = new World({
    startInstance: async () => {
      await gate.pass();
      return { publicIp: '203.0.113.7' };
    },
  });
  const deployed = new World({
    ...neverSteady(),
    updateService: async (input) => {
      if (isBack(input)) await gate.pass();
    },
  });
  const [migration, run] = await deployInTheWeek(world, deployed, STOP_SUMMARY);
  await run.untilAsked('awaitSteadyState');
  await migration.say('rollback');
  await migration.untilAsked('startInstance');
  const left = {
    taskDefinition: 'arn:aws:ecs:task-definition/lgtm-mimir:9',
    count: 3,
    image: 'registry/lgtm-mimir@sha256:9',
  };
  const { runId } = await run.status();
  await migration.handle.signal(endDeploymentSignal, { runId, services: { mimir: left } });
  await migration.untilTold('the deployment of mimir has ended: lgtm-mimir:9');
  gate.open();
  await migration.endedAs('rolled-back');
  expect(world.listOf('scaleService', 'taskDefinition')).toContain(left.taskDefinition);
  await run.ended();
});

test.concurrent(
  'a deployment that waits for its tasks on its way back waits no longer once a migration goes back',
  async () => {
    const gate = new Gate();
    const deployed = World.brokenAt('verifyService');
    deployed.answers.awaitSteadyState = async (input) => {
      if (isBack(input)) await gate.pass();
      return { running: input.count, seconds: 1 };
    };
    const [migration, run] = await deployInTheWeek(new World(), deployed, STOP_SUMMARY);
    await run.untilAsked('awaitSteadyState', 2);
    await migration.say('rollback');
    await run.endedAs('rolled-back');
    await migration.endedAs('rolled-back');
  },
);

test.concurrent(
  'one that can not put its services back gives up after the migration’s limit, and says what is left',
  async () => {
    const deployed = World.brokenAt('verifyService');
    deployed.answers.updateService = async (input) => {
      if (isBack(input)) throw ApplicationFailure.nonRetryable('UpdateService is denied', 'AccessDenied');
    };
    const [migration, run] = await deployInTheWeek(new World(), deployed, GIVE_UP_SUMMARY);
    await run.untilWaitsFor('host');
    await migration.say('rollback');
    await run.endedAs('rollback-incomplete');
    const { events } = await migration.endedAs('rolled-back');
    expect(textsOf(events)).toContainEqual(
      expect.stringMatching(/has ended, and not all is as it was: mimir back to 3 of lgtm-mimir:1: .* is denied/),
    );
  },
);

test.concurrent('a deployment that could not go back whole is known to the migration and to its way back', async () => {
  const deployed = World.brokenAt('verifyService');
  deployed.answers.updateService = async (input) => {
    if (isBack(input)) throw ApplicationFailure.nonRetryable('it is gone', 'NoService');
  };
  const [migration, run] = await deployInTheWeek(new World(), deployed, STOP_SUMMARY);
  await run.endedAs('rollback-incomplete');
  const left = 'mimir back to 3 of lgtm-mimir:1: it is gone';
  await migration.untilTold(`the deployment of mimir has ended, and not all is as it was: ${left}`);
  await migration.say('rollback');
  const { events } = await migration.endedAs('rolled-back');
  expect(textsOf(events)).toContain(
    `what a deployment could not put back is set by the undos of its services: ${left}`,
  );
});
