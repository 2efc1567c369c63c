import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { until } from '../../../lab/until';
import {
  activities,
  breakTasks,
  CLUSTER,
  define,
  deleteService,
  ecs,
  ensure,
  findPrimary,
  OWNER,
  SERVICE,
  update,
  waitUntilSteady,
} from './alloy-service';

test('a first deployment that failed starts again once its cause is fixed and somebody says retry', async () => {
  const definition = await define('1');
  await breakTasks('exit');
  await ensure(definition);
  await expect(waitUntilSteady(definition)).rejects.toMatchObject({
    type: 'NotSteady',
    message: expect.stringMatching(/a task ended: Essential container in task exited/) as string,
  });
  await breakTasks(null);
  await ensure(definition);
  await expect(waitUntilSteady(definition)).resolves.toMatchObject({ running: 1 });
});

test("where Fargate has no capacity AWS's own words are told, and what can be done", async () => {
  const definition = await define('1');
  await breakTasks('capacity');
  await ensure(definition);
  await expect(waitUntilSteady(definition)).rejects.toMatchObject({
    type: 'NotSteady',
    message: expect.stringMatching(
      /ECS says: .*Capacity is unavailable at this time\. .*; ECS goes on trying: retry later; or .*another zone/,
    ) as string,
  });
});

test('a service whose circuit breaker went back to what ran before is not taken for the new one', async () => {
  const [old, next] = [await define('1'), await define('2')];
  await ensure(old);
  await waitUntilSteady(old);
  await breakTasks('exit');
  await activities.scaleService({
    owner: OWNER,
    cluster: CLUSTER,
    service: SERVICE,
    count: 1,
    taskDefinition: next,
    timeoutMs: 60_000,
  });
  const outcome = waitUntilSteady(next).catch((error: unknown) => error);
  await until('the way back of the breaker', async () => (await findPrimary()) === old);
  await breakTasks(null);
  expect(await outcome).toMatchObject({
    type: 'NotSteady',
    message: expect.stringMatching(/its circuit breaker went back to lgtm-alloy:1;/) as string,
  });
});

test('where its cluster was deleted nothing of a service runs, and nothing is to be scaled', async () => {
  const scaled = activities.scaleService({
    owner: OWNER,
    cluster: 'nowhere',
    service: SERVICE,
    count: 0,
    timeoutMs: 60_000,
  });
  expect(await scaled).toEqual({ before: 0 });
});

test('an update is told to ECS, and no task is waited for', async () => {
  const [old, next] = [await define('1'), await define('2')];
  await ensure(old);
  await waitUntilSteady(old);
  await breakTasks('exit');
  await update(next);
  expect(await findPrimary()).toBe(next);
});

test('a service that was deleted is no update, and is not waited for: both say so with the way out', async () => {
  const definition = await define('1');
  await ensure(definition);
  await waitUntilSteady(definition);
  await deleteService();
  const isGone = {
    type: 'NoService',
    message: expect.stringMatching(/^service alloy in lgtm-cluster is .*: somebody deleted it; start the migration/),
  };
  await expect(update(definition)).rejects.toMatchObject(isGone);
  await expect(waitUntilSteady(definition)).rejects.toMatchObject(isGone);
});

test('a copy of a task definition is all that it was, but for what is switched', async () => {
  const original = await define('1');
  const copy = {
    owner: OWNER,
    family: 'lgtm-alloy',
    copyOf: original,
    switches: {
      DUAL_WRITE: 'off',
      OLD_HOST: null,
    },
  };
  const { id } = await activities.ensureTaskDefinition(copy);
  const read = async (taskDefinition: string) =>
    (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition!;
  const [before, after] = [await read(original), await read(id)];
  const [container] = before.containerDefinitions!;
  expect(after).toMatchObject({
    cpu: before.cpu,
    memory: before.memory,
    containerDefinitions: [
      {
        ...container,
        environment: [
          { name: 'VERSION', value: '1' },
          { name: 'DUAL_WRITE', value: 'off' },
        ],
      },
    ],
  });
  expect(await activities.ensureTaskDefinition(copy)).toMatchObject({ id });
});
