import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { ListServicesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { until } from '../../../lab/until';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import { startEmulator, type OwnEmulator } from '../emulator';

const REGION = 'ap-northeast-2';
const OWNER = {
  migration: 'lgtm-migrate-test',
  run: 'run-1',
};
const CLUSTER = 'lgtm-cluster';
const SERVICE = 'alloy';

let emulator: OwnEmulator;
let activities: Activities;
let ecs: ECSClient;
let registry: string;
let securityGroup: string;

beforeEach(async () => {
  emulator = await startEmulator('--world', 'adopted');
  activities = createActivities({
    clients: createClients(REGION),
    environment: {},
  });
  ecs = new ECSClient({
    region: REGION,
    endpoint: emulator.url,
  });
  registry = await findRegistry();
  securityGroup = await findSecurityGroup();
});
afterEach(() => emulator.stop());

async function findRegistry(): Promise<string> {
  const discovery = new ServiceDiscoveryClient({
    region: REGION,
    endpoint: emulator.url,
  });
  const { Services } = await discovery.send(new ListServicesCommand({}));
  return Services!.find(({ Name }) => Name === SERVICE)!.Arn!;
}

async function findSecurityGroup(): Promise<string> {
  const ec2 = new EC2Client({
    region: REGION,
    endpoint: emulator.url,
  });
  const filters = [
    {
      Name: 'group-name',
      Values: ['lgtm-ecs-sg'],
    },
  ];
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: filters }));
  return SecurityGroups![0]!.GroupId!;
}

/** Another environment makes another revision of the same image. */
async function define(version: string): Promise<string> {
  const image = await waitForImage();
  const environment = [
    {
      name: 'VERSION',
      value: version,
    },
  ];
  const command = new RegisterTaskDefinitionCommand({
    family: 'lgtm-alloy',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: SERVICE,
        image,
        memory: 512,
        environment,
      },
    ],
  });
  const { taskDefinition } = await ecs.send(command);
  return taskDefinition!.taskDefinitionArn!;
}

async function waitForImage(): Promise<string> {
  for (;;) {
    const { image } = await activities.resolveImage({ repository: 'lgtm-alloy' });
    if (image) return image;
  }
}

/** Makes each task end at once; null: no more. */
async function breakTasks(how: 'exit' | null): Promise<void> {
  await emulator.post('/ecs/break', {
    service: SERVICE,
    how,
  });
}

async function ensure(taskDefinition: string): Promise<void> {
  const subnets = emulator.account.subnets;
  await activities.ensureService({
    owner: OWNER,
    service: SERVICE,
    cluster: CLUSTER,
    taskDefinition,
    subnets: [subnets['private-a']!],
    securityGroup,
    registry,
    plan: {
      count: 1,
      port: 12345,
      deployment: {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
      },
      capacity: {
        FARGATE: {
          base: 0,
          weight: 1,
        },
      },
    },
  });
}

function waitUntilSteady(taskDefinition: string) {
  return activities.awaitSteadyState({
    cluster: CLUSTER,
    service: SERVICE,
    count: 1,
    timeoutMs: 60_000,
    taskDefinition,
  });
}

const update = (taskDefinition: string) =>
  activities.updateService({
    owner: OWNER,
    cluster: CLUSTER,
    service: SERVICE,
    count: 1,
    taskDefinition,
  });

async function deleteService(): Promise<void> {
  const command = new DeleteServiceCommand({
    cluster: CLUSTER,
    service: SERVICE,
    force: true,
  });
  await ecs.send(command);
}

async function findPrimary(): Promise<string | undefined> {
  const command = new DescribeServicesCommand({
    cluster: CLUSTER,
    services: [SERVICE],
  });
  const { services } = await ecs.send(command);
  const { deployments = [] } = services![0]!;
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return primary?.taskDefinition;
}

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
