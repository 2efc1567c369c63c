import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateImageCommand,
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListNamespacesCommand, ListServicesCommand } from '@aws-sdk/client-servicediscovery';
import type { World } from '../../lab/emulator';
import { until } from '../../lab/until';
import type { Clients } from './clients';

export const CLUSTER = 'lgtm-cluster';

/** A task definition in which each of its settings is set. */
export const DEFINITION: RegisterTaskDefinitionCommandInput = {
  family: 'loki',
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'loki',
      image: 'grafana/loki:3.7.8',
      memory: 512,
      portMappings: [{ containerPort: 3000 }],
    },
  ],
};

/** The command, of which attribute, and how the account is changed. */
export type Change = [what: string, make: (account: Account) => Promise<unknown>];

/** What of an account the changes of a test are about: ids by what they are of. */
export type Account = Awaited<ReturnType<typeof furnish>>;

/** Adds to the world `adopted` what a migration makes later, with one thing of each kind. */
export async function furnish(clients: Clients, world: World) {
  await clients.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/loki' }));
  const group = await findGroup(clients);
  const spare = {
    GroupName: 'spare',
    Description: 'used by nobody',
    VpcId: world.vpcId,
  };
  const { GroupId } = await clients.ec2.send(new CreateSecurityGroupCommand(spare));
  await createService(clients, world, group);
  return {
    ...(await findBalancer(clients)),
    ...(await findDiscovery(clients)),
    clients,
    world,
    ...(await createImage(clients, world.instanceIds[0]!)),
    group,
    spareGroup: GroupId!,
    instance: world.instanceIds[0]!,
  };
}

async function createImage({ ec2 }: Clients, InstanceId: string) {
  const { ImageId } = await ec2.send(
    new CreateImageCommand({
      InstanceId,
      Name: 'lgtm-backup',
    }),
  );
  const found = await until('the image', async () => {
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId!] }));
    return Images![0]!.State === 'available' && Images![0];
  });
  return {
    image: ImageId!,
    snapshot: found.BlockDeviceMappings![0]!.Ebs!.SnapshotId!,
  };
}

/** The security group of the tasks. */
export async function findGroup({ ec2 }: Clients): Promise<string> {
  const Filters = [{ Name: 'group-name', Values: ['lgtm-ecs-sg'] }];
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  return SecurityGroups![0]!.GroupId!;
}

async function createService({ ecs }: Clients, { subnets }: World, group: string): Promise<void> {
  await ecs.send(new RegisterTaskDefinitionCommand(DEFINITION));
  const awsvpcConfiguration = {
    subnets: [subnets['private-a']!],
    securityGroups: [group],
  };
  const service = {
    cluster: CLUSTER,
    serviceName: 'loki',
    taskDefinition: 'loki',
    desiredCount: 1,
    networkConfiguration: { awsvpcConfiguration },
  };
  await ecs.send(new CreateServiceCommand(service));
  await until('a steady service', async () => {
    const { services } = await ecs.send(
      new DescribeServicesCommand({
        cluster: CLUSTER,
        services: ['loki'],
      }),
    );
    return services![0]!.deployments![0]!.rolloutState === 'COMPLETED';
  });
}

async function findBalancer({ elb }: Clients) {
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
  const balancer = LoadBalancers![0]!.LoadBalancerArn!;
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer }));
  const listener = Listeners![0]!.ListenerArn!;
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listener }));
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['lgtm-loki-tg'] }));
  return {
    balancer,
    listener,
    rule: Rules!.find(({ Priority }) => Priority === '1')!.RuleArn!,
    targetGroup: TargetGroups![0]!.TargetGroupArn!,
  };
}

async function findDiscovery({ discovery }: Clients) {
  const { Namespaces } = await discovery.send(new ListNamespacesCommand({}));
  const { Services } = await discovery.send(new ListServicesCommand({}));
  const service = Services!.find(({ Name }) => Name === 'loki')!;
  return {
    namespace: Namespaces![0]!.Id!,
    discovered: service.Id!,
    discoveredArn: service.Arn!,
  };
}
