import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTasksCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { until } from '../../lab/until';
import { startEmulator, type OwnEmulator } from '../activities/emulator';

let emulator: OwnEmulator;
let ecs: ECSClient;
let image: string;
let group: string;

beforeAll(async () => {
  emulator = await startEmulator();
  const config = {
    region: 'ap-northeast-2',
    endpoint: emulator.url,
  };
  ecs = new ECSClient(config);
  const ecr = new ECRClient(config);
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'lgtm-loki' }));
  const pushed = async () =>
    (await ecr.send(new DescribeImagesCommand({ repositoryName: 'lgtm-loki' }))).imageDetails?.[0]?.imageDigest;
  image = `${repository!.repositoryUri}@${await until('the image', pushed)}`;
  const { SecurityGroups } = await new EC2Client(config).send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        {
          Name: 'vpc-id',
          Values: [emulator.account.vpcId],
        },
      ],
    }),
  );
  group = SecurityGroups![0]!.GroupId!;
  await ecs.send(new CreateClusterCommand({ clusterName: 'c' }));
});
afterAll(() => emulator.stop());

async function definition(of: string): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'loki',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: 'loki',
          image: of,
          memory: 512,
        },
      ],
    }),
  );
  return taskDefinition!.taskDefinitionArn!;
}
const create = (serviceName: string, taskDefinition: string, desiredCount = 2) =>
  ecs.send(
    new CreateServiceCommand({
      cluster: 'c',
      serviceName,
      taskDefinition,
      desiredCount,
      capacityProviderStrategy: [
        {
          capacityProvider: 'FARGATE',
          base: 1,
          weight: 1,
        },
      ],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [emulator.account.subnets['private-a']!],
          securityGroups: [group],
        },
      },
      deploymentConfiguration: {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
        },
      },
    }),
  );
const now = async (name: string): Promise<Service> =>
  (
    await ecs.send(
      new DescribeServicesCommand({
        cluster: 'c',
        services: [name],
      }),
    )
  ).services![0]!;
const rollout = (name: string, state: string) =>
  until(`${name} to be ${state}`, async () => {
    const service = await now(name);
    return service.deployments?.[0]?.rolloutState === state && service;
  });

test('a service comes up over time, keeps what it was made with, and refuses to be made otherwise', async () => {
  const good = await definition(image);
  await create('good', good);
  const steady = await rollout('good', 'COMPLETED');
  expect(steady).toMatchObject({
    runningCount: 2,
    pendingCount: 0,
    capacityProviderStrategy: [
      {
        capacityProvider: 'FARGATE',
        base: 1,
        weight: 1,
      },
    ],
    deploymentConfiguration: {
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
      },
    },
  });
  expect(steady.events?.[0]?.message).toBe('(service good) has reached a steady state.');
  await expect(create('good', good)).resolves.toMatchObject({ service: { serviceName: 'good' } });
  await expect(create('good', good, 3)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Creation of service was not idempotent.',
  });
});

test('tasks whose image is missing trip the circuit breaker after three, and say why', async () => {
  await create('missing', await definition(`${image.split('@')[0]}:none`));
  const failed = await rollout('missing', 'FAILED');
  expect(failed.deployments?.[0]).toMatchObject({
    rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    failedTasks: expect.any(Number) as number,
  });
  expect(failed.deployments![0]!.failedTasks).toBeGreaterThanOrEqual(3);
  const { taskArns } = await ecs.send(
    new ListTasksCommand({
      cluster: 'c',
      serviceName: 'missing',
      desiredStatus: 'STOPPED',
    }),
  );
  const { tasks } = await ecs.send(
    new DescribeTasksCommand({
      cluster: 'c',
      tasks: taskArns,
    }),
  );
  expect(tasks![0]).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(/^CannotPullContainerError/) as string,
  });
});

test('a bad second deployment is rolled back to the one that was steady', async () => {
  const good = await definition(image);
  await create('rolled', good);
  await rollout('rolled', 'COMPLETED');
  await ecs.send(
    new UpdateServiceCommand({
      cluster: 'c',
      service: 'rolled',
      taskDefinition: await definition(`${image.split('@')[0]}:none`),
    }),
  );
  await until('the breaker', async () =>
    (await now('rolled')).events?.some(
      ({ message }) => message?.includes('circuit breaker') || message?.includes('deployment failed'),
    ),
  );
  const back = await until('the revision before', async () => {
    const service = await now('rolled');
    return (
      service.taskDefinition === good &&
      service.deployments?.length === 1 &&
      service.deployments[0]?.rolloutState === 'COMPLETED' &&
      service
    );
  });
  expect(back.runningCount).toBe(2);
});

test('a family is its latest revision that is active', async () => {
  const [first, second] = [await definition(image), await definition(image)];
  const find = async () => {
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'loki' }));
    return taskDefinition!.taskDefinitionArn;
  };
  expect(await find()).toBe(second);
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: second }));
  expect(await find()).toBe(first);
});
