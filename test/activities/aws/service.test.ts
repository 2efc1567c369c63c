import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeServicesCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { ListServicesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import { startEmulator, until, type Emulator } from '../emulator';

const owner = { migration: 'lgtm-migrate-test', run: 'run-1' };
const cluster = 'lgtm-cluster';
const service = 'alloy';
let emulator: Emulator;
let activities: Activities;
let ecs: ECSClient;
let registry: string;
let securityGroup: string;

beforeEach(async () => {
  emulator = await startEmulator('--world', 'adopted');
  activities = createActivities({ clients: createClients('ap-northeast-2'), environment: {} });
  ecs = new ECSClient({ region: 'ap-northeast-2', endpoint: emulator.aws });
  const { Services } = await new ServiceDiscoveryClient({ region: 'ap-northeast-2', endpoint: emulator.aws }).send(
    new ListServicesCommand({}),
  );
  const { SecurityGroups } = await new EC2Client({ region: 'ap-northeast-2', endpoint: emulator.aws }).send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['lgtm-ecs-sg'] }] }),
  );
  securityGroup = SecurityGroups![0]!.GroupId!;
  registry = Services!.find(({ Name }) => Name === service)!.Arn!;
});
afterEach(() => emulator.stop());

/** Another environment makes another revision of the same image. */
async function define(version: string): Promise<string> {
  let image: string | undefined;
  while (!image) image = (await activities.resolveImage({ repository: 'lgtm-alloy' })).image;
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'lgtm-alloy',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: service, image, memory: 512, environment: [{ name: 'VERSION', value: version }] }],
    }),
  );
  return taskDefinition!.taskDefinitionArn!;
}
const breaks = (how: string | null) => emulator.call('POST', '/ecs/break', { service, how });
const ensure = (taskDefinition: string) =>
  activities.ensureService({
    owner,
    service,
    cluster,
    taskDefinition,
    subnets: [(emulator.world['subnets'] as Record<string, string>)['private-a']!],
    securityGroup,
    registry,
    plan: {
      count: 1,
      port: 12345,
      deployment: { minimumHealthyPercent: 100, maximumPercent: 200 },
      capacity: { FARGATE: { base: 0, weight: 1 } },
    },
  });
const steady = (taskDefinition: string) =>
  activities.awaitSteadyState({ cluster, service, count: 1, timeoutMs: 60_000, taskDefinition });

test('a first deployment that failed starts again once its cause is mended and somebody says retry', async () => {
  const definition = await define('1');
  await breaks('exit');
  await ensure(definition);
  await expect(steady(definition)).rejects.toMatchObject({
    type: 'NotSteady',
    message: expect.stringMatching(/a task ended: Essential container in task exited/) as string,
  });
  await breaks(null);
  await ensure(definition);
  await expect(steady(definition)).resolves.toMatchObject({ running: 1 });
});

test('a service whose circuit breaker went back to what ran before is not taken for the new one', async () => {
  const [old, next] = [await define('1'), await define('2')];
  await ensure(old);
  await steady(old);
  await breaks('exit');
  await activities.scaleService({ owner, cluster, service, count: 1, taskDefinition: next });
  const outcome = steady(next).catch((error: unknown) => error);
  const primary = async () =>
    (await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }))).services![0]!.deployments!.find(
      ({ status }) => status === 'PRIMARY',
    )!;
  await until(async () => (await primary()).taskDefinition === old);
  await breaks(null);
  expect(await outcome).toMatchObject({
    type: 'NotSteady',
    message: expect.stringMatching(/its circuit breaker went back to lgtm-alloy:1;/) as string,
  });
});
