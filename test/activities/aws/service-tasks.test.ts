import { DescribeTasksCommand, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { until } from '../../../lab/until';
import {
  activities,
  CLUSTER,
  define,
  ecs,
  emulator,
  ensure,
  OWNER,
  readService,
  SERVICE,
  update,
  waitUntilSteady,
} from './alloy-service';

/** More than any of them takes. */
const TIME_MS = 60_000;

describe('each service has its grace, behind a load balancer or not, and stays in its zones if it is a store', () => {
  const health = { path: '/ready', startPeriod: 300, gracePeriod: 900 };

  test('from its creation', async () => {
    await ensure(await define('1'));
    expect(await readService()).toMatchObject({
      healthCheckGracePeriodSeconds: 120,
      availabilityZoneRebalancing: 'ENABLED',
    });
  });

  test('and where an earlier run has made it otherwise', async () => {
    const definition = await define('1');
    await ensure(definition);
    await ensure(definition, { health, store: 'mimir' });
    expect(await readService()).toMatchObject({
      healthCheckGracePeriodSeconds: 900,
      availabilityZoneRebalancing: 'DISABLED',
    });
  });
});

describe('a task that leaves is no longer counted as running, and goes on', () => {
  const listLeaving = async () => {
    const { taskArns } = await ecs.send(
      new ListTasksCommand({ cluster: CLUSTER, serviceName: SERVICE, desiredStatus: 'STOPPED' }),
    );
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns }));
    return tasks!.map(({ lastStatus }) => lastStatus);
  };

  beforeEach(async () => {
    const definition = await define('1');
    await ensure(definition);
    await waitUntilSteady(definition);
    await emulator.post('/settings', { task_stop_s: 2 });
  });

  test('so scaling to 0 is over when it is STOPPED, and says how it ended', async () => {
    const scaled = await activities.scaleService({
      owner: OWNER,
      cluster: CLUSTER,
      service: SERVICE,
      count: 0,
      timeoutMs: TIME_MS,
    });
    expect(await listLeaving()).toEqual(['STOPPED']);
    expect(scaled).toMatchObject({ before: 1, exits: [{ code: 0 }] });
  });

  test('and one that does not end in its time is told, with what may keep it', async () => {
    const scaling = activities.scaleService({
      owner: OWNER,
      cluster: CLUSTER,
      service: SERVICE,
      count: 0,
      timeoutMs: 1000,
    });
    await expect(scaling).rejects.toMatchObject({
      type: 'TasksRemain',
      message: expect.stringMatching(/^a task of alloy still runs 1s after .*something else sets its count/) as string,
    });
  });

  test('and a count that something else sets meanwhile is set again', async () => {
    const readCount = async () => (await readService()).desiredCount;
    const scaling = activities.scaleService({
      owner: OWNER,
      cluster: CLUSTER,
      service: SERVICE,
      count: 0,
      timeoutMs: TIME_MS,
    });
    await until('nothing to be wanted', async () => (await readCount()) === 0);
    await ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: SERVICE, desiredCount: 1 }));
    await scaling;
    expect(await readCount()).toBe(0);
  });

  test('so a service that has to be alone is steady when it is STOPPED', async () => {
    const next = await define('2');
    await update(next);
    await activities.awaitSteadyState({
      cluster: CLUSTER,
      service: SERVICE,
      count: 1,
      timeoutMs: TIME_MS,
      taskDefinition: next,
      alone: true,
    });
    expect(await listLeaving()).toEqual(['STOPPED']);
  });
});
