import { DescribeServicesCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { ListServicesCommand } from '@aws-sdk/client-servicediscovery';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { ServiceRequest } from '../../../src/contract/services';
import { planWith } from '../../plan/plan';
import { startEmulator, type OwnEmulator } from '../emulator';

const OWNER = {
  migration: 'lgtm-migrate-test',
  run: 'run-1',
};
const SERVICE = 'alloy';
const PORTS = [4317, 4318];

let emulator: OwnEmulator;
let clients: ReturnType<typeof createClients>;
let activities: Activities;
let request: ServiceRequest;

beforeAll(async () => {
  emulator = await startEmulator('--world', 'adopted');
  clients = createClients('ap-northeast-2');
  activities = createActivities({ clients, environment: {} });
  const { vpcId, subnets } = emulator.account;
  const group = await activities.ensureIngestSecurityGroup({
    owner: OWNER,
    name: 'senders',
    vpcId,
    sources: [],
  });
  const { Services } = await clients.discovery.send(new ListServicesCommand({}));
  request = {
    owner: OWNER,
    service: SERVICE,
    cluster: 'lgtm-cluster',
    taskDefinition: await define(),
    subnets: [subnets['private-a']!],
    securityGroup: group.id,
    registry: Services!.find(({ Name }) => Name === SERVICE)!.Arn!,
    plan: {
      count: 1,
      port: 12345,
      deployment: { minimumHealthyPercent: 100, maximumPercent: 200 },
      capacity: { FARGATE: { base: 0, weight: 1 } },
      health: { path: '/-/ready', startPeriod: 60, gracePeriod: 120 },
    },
  };
});
afterAll(() => emulator.stop());

async function define(): Promise<string> {
  const { taskDefinition } = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: SERVICE,
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: SERVICE,
          image: 'grafana/alloy:v1.19.2',
          memory: 512,
          portMappings: PORTS.map((containerPort) => ({ containerPort })),
        },
      ],
    }),
  );
  return taskDefinition!.taskDefinitionArn!;
}

/** A target group to which a port of the ingest leads. */
async function openPort(number: number) {
  const port = {
    port: number,
    protocol: 'tcp' as const,
    service: SERVICE,
    targetPort: number,
  };
  const { id: loadBalancer } = await activities.ensureIngestBalancer({ ...request, name: 'ingest' });
  const { id: targetGroup } = await activities.ensureIngestGroup({
    owner: OWNER,
    name: `ingest-${number}`,
    vpcId: emulator.account.vpcId,
    port,
    health: { port: 12345, path: '/-/ready' },
  });
  await activities.ensureIngestListener({
    owner: OWNER,
    loadBalancer,
    port,
    targetGroup,
  });
  return { targetGroup, port: number };
}

async function listPorts(): Promise<(number | undefined)[]> {
  const asked = { cluster: request.cluster, services: [SERVICE] };
  const { services } = await clients.ecs.send(new DescribeServicesCommand(asked));
  return services![0]!.loadBalancers!.map(({ containerPort }) => containerPort);
}

test('a service that is there is brought into the groups that it lacks, and stays in those that it has', async () => {
  const [first, second] = [await openPort(PORTS[0]!), await openPort(PORTS[1]!)];
  await activities.ensureService({ ...request, ingest: [first] });
  expect(await listPorts()).toEqual([4317]);
  await activities.ensureService({ ...request, ingest: [second] });
  await activities.ensureService(request);
  expect(await listPorts()).toEqual(PORTS);
});

test('a deployment afterwards finds the ports of the ingest that a service is in', async () => {
  const [first, second] = [await openPort(PORTS[0]!), await openPort(PORTS[1]!)];
  await activities.ensureService({ ...request, ingest: [first, second] });
  const { platform } = await activities.findStack({
    plan: planWith('ingest: {name: ingest}\n'),
    owner: OWNER,
    services: [SERVICE],
  });
  expect(platform.ingest).toMatchObject({
    loadBalancer: { ownership: 'adopted' },
    groups: [first, second].map(({ targetGroup, port }) => ({
      id: targetGroup,
      port,
      protocol: 'tcp',
      service: SERVICE,
      targetPort: port,
    })),
  });
});
