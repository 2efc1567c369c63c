import { randomUUID } from 'node:crypto';
import { STOP_SUMMARY } from '../../src/workflows/deployments';
import { payloadOf, sendRaw } from './raw';
import { textsOf, type Run } from './run';
import { useStubWorkers } from './server';
import { Gate, World } from './world';

const { deploy, migrate } = useStubWorkers();

const MIMIR = { services: ['mimir'] };
const RUNS = 'arn:aws:ecs:task-definition/lgtm-mimir:1';

/** A stack of its own: its runs see each other, and no others. */
const nameStack = () => ({ name: `lgtm-${randomUUID().slice(0, 8)}` });

/** Nothing is verified in this world until its gate opens. */
function closeGate({ answers }: World): Gate {
  const gate = new Gate();
  answers.verifyService = async () => {
    await gate.pass();
    return { problems: [] };
  };
  return gate;
}

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

/** A migration in the week before its host is terminated. */
const inTheWeek = () => ({
  ...nameStack(),
  decommission: { approveStop: false, approveTerminate: true },
});

test.concurrent('in the week one needs --during-week, and the way back knows what it left', async () => {
  const plan = inTheWeek();
  const world = new World();
  const migration = await migrate({ plan, world });
  await migration.untilApprovalOf('point of no return');
  const refused = await (await deploy({ plan, asked: MIMIR })).endedAs('rolled-back');
  expect(refused.rollback?.reason).toContain('give --during-week');

  let revision = 6;
  const deployed = new World({
    ensureTaskDefinition: async ({ family }) => ({
      id: `arn:aws:ecs:task-definition/${family}:${++revision}`,
      ownership: 'created',
    }),
  });
  const run = await deploy({ plan, world: deployed, asked: { ...MIMIR, duringWeek: true } });
  await run.endedAs('completed');
  const duties = deployed.inputsOf('ensureTaskDefinition').map(({ environment }) => environment['COMPACTOR']);
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
  'a migration that goes back stops the deployment, and begins when the services are put back',
  async () => {
    const plan = inTheWeek();
    const world = new World();
    const migration = await migrate({ plan, world, longTimer: STOP_SUMMARY });
    await migration.untilApprovalOf('point of no return');
    const gate = new Gate();
    const deployed = new World({
      awaitSteadyState: async ({ count }) => {
        await gate.pass();
        return { running: count, seconds: 1 };
      },
    });
    const run = await deploy({ plan, world: deployed, asked: { ...MIMIR, duringWeek: true } });
    await run.untilAsked('awaitSteadyState');
    await migration.untilWaitsFor('deployment');
    await migration.say('rollback');
    const { decisions } = await run.endedAs('rolled-back');
    expect(decisions).toMatchObject([{ by: 'the migration', reason: expect.stringContaining('it goes back') }]);
    expect(deployed.listOf('scaleService', 'taskDefinition').at(-1)).toBe(RUNS);
    const ended = await migration.endedAs('rolled-back');
    expect(textsOf(ended.events)).toContain('the deployment of mimir has stopped, its services are back');
  },
);

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
