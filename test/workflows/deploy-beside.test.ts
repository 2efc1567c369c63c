import { randomUUID } from 'node:crypto';
import { payloadOf, sendRaw } from './raw';
import { closeGate, countFromSeven, inTheWeek, MIMIR, nameStack } from './neighbours';
import { textsOf, type Run } from './run';
import { LEFT_OUT, useStubWorkers } from './server';
import { World } from './world';

const { deploy, migrate } = useStubWorkers();

/** A migration that stands paused after its deploy, before any weight. */
async function pauseAtZero(plan: Record<string, unknown>, world = new World()): Promise<Run> {
  const gate = closeGate(world);
  const migration = await migrate({ plan, world });
  await migration.untilAsked('verifyService');
  await migration.say('pause');
  gate.open();
  await migration.untilWaitsFor('resume');
  return migration;
}

test.concurrent(
  'a migration that is paused at 0 % lets one in, waits for its end and goes on with what it left',
  async () => {
    const plan = nameStack();
    const world = new World();
    const migration = await pauseAtZero(plan, world);
    const deployed = new World();
    const gate = closeGate(deployed);
    const run = await deploy({ plan, world: deployed, asked: MIMIR });
    await run.untilAsked('verifyService');
    await migration.say('resume');
    const waiting = await migration.untilWaitsFor('deployment');
    expect(waiting.waitingFor?.what).toBe('the deployment of mimir');
    expect(world.inputsOf('lowerTtl')).toEqual([]);
    gate.open();
    const ended = await run.endedAs('completed');
    expect(ended.phases.find(({ phase }) => phase === 'bake')).toMatchObject({ state: 'skipped' });
    const { events } = await migration.endedAs('completed');
    expect(textsOf(events)).toContain('the deployment of mimir has ended: lgtm-mimir:1');
  },
);

test.concurrent('a migration under way refuses one with the way out, and one that is gone waits for none', async () => {
  const plan = nameStack();
  const world = World.brokenAt('lowerTtl');
  const migration = await migrate({ plan, world });
  await migration.untilRetryOf('the record change');
  const refused = await (await deploy({ plan, asked: MIMIR })).endedAs('rolled-back');
  expect(refused.rollback?.reason).toContain(
    `only while it is paused at 0 % after its phase deploy (lgtm-migrate pause ${plan.name})`,
  );
  await migration.say('abort');
  await migration.endedAs('rolled-back');
  await (await deploy({ plan, asked: MIMIR })).endedAs('completed');
});

test.concurrent('in the week one needs --during-week, and the way back knows what it left', async () => {
  const plan = inTheWeek();
  const world = new World();
  const migration = await migrate({ plan, world });
  await migration.untilApprovalOf('point of no return');
  const refused = await (await deploy({ plan, asked: MIMIR })).endedAs('rolled-back');
  expect(refused.rollback?.reason).toContain('give --during-week');

  const deployed = countFromSeven();
  const run = await deploy({ plan, world: deployed, asked: { ...MIMIR, duringWeek: true } });
  await run.endedAs('completed');
  const duties = deployed.definitions.map(({ environment }) => environment['COMPACTOR']);
  expect(duties).toEqual(['off', 'on']);
  const undos = await migration.ledger();
  expect(undos.find(({ verb }) => verb === 'revertService')?.input).toMatchObject({
    service: 'mimir',
    taskDefinition: 'arn:aws:ecs:task-definition/lgtm-mimir:7',
  });
  await migration.say('rollback');
  await migration.endedAs('rolled-back');
  expect(world.inputsOf('scaleService').map(({ taskDefinition }) => taskDefinition)).toContain(
    'arn:aws:ecs:task-definition/lgtm-mimir:7',
  );
});

test.concurrent(
  'what was deployed at 0 % is what gets the duties, not what the migration was started with',
  async () => {
    const plan = nameStack();
    const migration = await pauseAtZero(plan);
    const run = await deploy({ plan, world: countFromSeven(), asked: MIMIR });
    await run.endedAs('completed');
    await migration.say('resume');
    await migration.endedAs('completed');
    const mimir = migration.world.copies.filter(({ family }) => family === 'lgtm-mimir');
    expect(mimir).toMatchObject([
      {
        copyOf: 'arn:aws:ecs:task-definition/lgtm-mimir:7',
        switches: { COMPACTOR: 'on' },
      },
    ]);
  },
);

test.concurrent(
  'in the week the revision before goes back to itself without duties, whatever the plan says',
  async () => {
    const plan = inTheWeek();
    const migration = await migrate({ plan });
    await migration.untilApprovalOf('point of no return');
    const deployed = countFromSeven();
    const run = await deploy({ plan, world: deployed, asked: { ...MIMIR, previous: true, duringWeek: true } });
    await run.endedAs('completed');
    expect(deployed.definitions).toEqual([]);
    expect(deployed.copies).toMatchObject([
      {
        copyOf: 'arn:aws:ecs:task-definition/lgtm-mimir:0',
        switches: { COMPACTOR: 'off' },
      },
    ]);
    const undos = await migration.ledger();
    expect(undos.find(({ verb }) => verb === 'revertService')?.input).toMatchObject({
      taskDefinition: 'arn:aws:ecs:task-definition/lgtm-mimir:7',
    });
  },
);

/** A migration in the week whose Tempo runs one task at a time, and whether each watch since then looks at it. */
async function watchTempoInTheWeek() {
  const plan = {
    ...inTheWeek(),
    services: {
      ...LEFT_OUT,
      tempo: {},
    },
  };
  const world = new World();
  const migration = await migrate({ plan, world });
  await migration.untilApprovalOf('point of no return');
  const taken = world.inputsOf('watchSignals').length;
  const watched = () =>
    world
      .inputsOf('watchSignals')
      .slice(taken)
      .map(({ services }) => services.some(({ name }) => name === 'tempo'));
  return {
    plan,
    migration,
    watched,
  };
}
const TEMPO = {
  services: ['tempo'],
  duringWeek: true,
};

test.concurrent('in the week a service that falls short while it is deployed is not judged meanwhile', async () => {
  const { plan, migration, watched } = await watchTempoInTheWeek();
  await (await deploy({ plan, world: countFromSeven(), asked: TEMPO })).endedAs('completed');
  await migration.until('two watches more', () => watched().length >= 2);
  expect(watched()).toEqual([false, true]);
  await migration.say('rollback');
  await migration.endedAs('rolled-back');
});

test.concurrent('in the week it is judged again though somebody has ended the deployment, without a word', async () => {
  const { plan, migration, watched } = await watchTempoInTheWeek();
  const world = new World();
  closeGate(world);
  const run = await deploy({ plan, world, asked: TEMPO });
  await run.untilAsked('verifyService');
  await run.handle.terminate('the test says so');
  await migration.untilTold(/^the deployment of tempo says nothing any more/);
  await migration.until('a watch of it', () => watched().at(-1) === true);
  await migration.say('rollback');
  await migration.endedAs('rolled-back');
});

test.concurrent('a deployment that was ended from outside is found to be gone when somebody says retry', async () => {
  const plan = nameStack();
  const migration = await pauseAtZero(plan);
  const world = new World();
  closeGate(world);
  const run = await deploy({ plan, world, asked: MIMIR });
  await run.untilAsked('verifyService');
  await migration.say('resume');
  await migration.untilWaitsFor('deployment');
  await run.handle.terminate('the test says so');
  await migration.say('retry');
  await migration.untilTold(
    'the deployment of mimir says nothing any more: what it has changed runs on; deploy again to be sure',
  );
  await migration.endedAs('completed');
});

test.concurrent(
  'a migration that starts while a deployment runs fails its preflight until that has ended',
  async () => {
    const plan = nameStack();
    const world = new World();
    const gate = closeGate(world);
    const run = await deploy({ plan, world, asked: MIMIR });
    await run.untilAsked('verifyService');
    const migration = await migrate({ plan });
    const held = await migration.untilRetryOf('preflight');
    expect(held.waitingFor?.reason).toContain(`lgtm-migrate deploy watch ${plan.name}`);
    gate.open();
    await run.endedAs('completed');
    await migration.say('retry');
    await migration.endedAs('completed');
  },
);

test.concurrent('a request that nobody has sent holds no migration up', async () => {
  const migration = await pauseAtZero(nameStack());
  const nobody = {
    runId: randomUUID(),
    firstRunId: randomUUID(),
    services: ['mimir', 'toString'],
    duringWeek: false,
  };
  await sendRaw(migration, 'requestDeployment', payloadOf('json/plain', JSON.stringify(nobody)));
  await migration.untilTold(/^the deployment of mimir, toString says nothing any more/);
  const end = { runId: nobody.runId, services: {} };
  await sendRaw(migration, 'endDeployment', payloadOf('json/plain', JSON.stringify(end)));
  await migration.say('resume');
  await migration.endedAs('completed');
});

test.concurrent('nor does it put a deployment that runs out of the way', async () => {
  const plan = nameStack();
  const migration = await pauseAtZero(plan);
  const world = new World();
  const gate = closeGate(world);
  const run = await deploy({ plan, world, asked: MIMIR });
  await run.untilAsked('verifyService');
  const nobody = {
    runId: randomUUID(),
    firstRunId: randomUUID(),
    ...MIMIR,
    duringWeek: false,
  };
  await sendRaw(migration, 'requestDeployment', payloadOf('json/plain', JSON.stringify(nobody)));
  await run.untilTold(/^a migration of this stack asked whether this deployment is there/);
  await migration.say('resume');
  await migration.untilWaitsFor('deployment');
  gate.open();
  await run.endedAs('completed');
  const { events } = await migration.endedAs('completed');
  expect(textsOf(events)).toContain('the deployment of mimir has ended: lgtm-mimir:1');
});

test.concurrent('one that is aborted while it asks leaves no migration waiting', async () => {
  const plan = nameStack();
  const migration = await pauseAtZero(plan);
  const run = await deploy({ plan, asked: MIMIR });
  await run.signal('abort');
  await run.endedAs('rolled-back');
  await migration.say('resume');
  await migration.endedAs('completed');
});
