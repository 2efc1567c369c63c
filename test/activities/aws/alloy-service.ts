import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { ListServicesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { ServiceSlice } from '../../../src/contract/services';
import { startEmulator, type OwnEmulator } from '../emulator';

const REGION = 'ap-northeast-2';
export const OWNER = {
  migration: 'lgtm-migrate-test',
  run: 'run-1',
};
export const CLUSTER = 'lgtm-cluster';
export const SERVICE = 'alloy';

export let emulator: OwnEmulator;
export let activities: Activities;
export let ecs: ECSClient;
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
export async function define(version: string): Promise<string> {
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

/** Makes each task end at once, or none start; null: no more. */
export async function breakTasks(how: 'exit' | 'capacity' | null): Promise<void> {
  await emulator.post('/ecs/break', {
    service: SERVICE,
    how,
  });
}

export async function ensure(taskDefinition: string, slice: Partial<ServiceSlice> = {}): Promise<void> {
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
      health: {
        path: '/-/ready',
        startPeriod: 60,
        gracePeriod: 120,
      },
      ...slice,
    },
  });
}

export function waitUntilSteady(taskDefinition: string) {
  return activities.awaitSteadyState({
    cluster: CLUSTER,
    service: SERVICE,
    count: 1,
    timeoutMs: 60_000,
    taskDefinition,
  });
}

export const update = (taskDefinition: string) =>
  activities.updateService({
    owner: OWNER,
    cluster: CLUSTER,
    service: SERVICE,
    count: 1,
    taskDefinition,
  });

export async function deleteService(): Promise<void> {
  const command = new DeleteServiceCommand({
    cluster: CLUSTER,
    service: SERVICE,
    force: true,
  });
  await ecs.send(command);
}

export async function readService(): Promise<Service> {
  const command = new DescribeServicesCommand({
    cluster: CLUSTER,
    services: [SERVICE],
  });
  const { services } = await ecs.send(command);
  return services![0]!;
}

export async function findPrimary(): Promise<string | undefined> {
  const { deployments = [] } = await readService();
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return primary?.taskDefinition;
}
