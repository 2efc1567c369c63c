import {
  DeleteSecurityGroupCommand,
  DescribeVpcsCommand,
  StartInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { DeleteTargetGroupCommand, DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DeleteRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand as CreateDiscoveryServiceCommand,
  DeleteNamespaceCommand,
  DeleteServiceCommand as DeleteDiscoveryServiceCommand,
  ListNamespacesCommand,
} from '@aws-sdk/client-servicediscovery';
import { until } from '../../lab/until';
import { nameOf, useBreakable } from './breakable';

/** Longer than any test waits. */
const NEVER_S = 3600;

const breakable = useBreakable();

const ANYWHERE = 'arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/a/b';
const IN_USE: [string, string, string, () => Promise<unknown>][] = [
  [
    'ec2',
    'DeleteSecurityGroup',
    'DependencyViolation',
    () => breakable.clients.ec2.send(new DeleteSecurityGroupCommand({})),
  ],
  [
    'ecs',
    'CreateService',
    'InvalidParameterException',
    () => breakable.clients.ecs.send(new CreateServiceCommand({ serviceName: 'a' })),
  ],
  [
    'ecs',
    'DeleteCluster',
    'ClusterContainsTasksException',
    () => breakable.clients.ecs.send(new DeleteClusterCommand({ cluster: 'a' })),
  ],
  [
    'elasticloadbalancing',
    'DeleteTargetGroup',
    'ResourceInUseException',
    () => breakable.clients.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: ANYWHERE })),
  ],
  [
    'iam',
    'DeleteRole',
    'DeleteConflictException',
    () => breakable.clients.iam.send(new DeleteRoleCommand({ RoleName: 'nobody' })),
  ],
  [
    'secretsmanager',
    'CreateSecret',
    'InvalidRequestException',
    () => breakable.clients.secrets.send(new CreateSecretCommand({ Name: 'a' })),
  ],
  [
    'servicediscovery',
    'DeleteNamespace',
    'ResourceInUse',
    () => breakable.clients.discovery.send(new DeleteNamespaceCommand({ Id: 'ns-a' })),
  ],
];

test.each(IN_USE)('what is in use makes %s %s end as %s', async (service, action, error, call) => {
  await breakable.rule({
    service,
    action,
    kind: 'in-use',
    times: 1,
  });
  expect(await call().then(() => 'answered', nameOf)).toBe(error);
  expect(await call().then(() => 'answered', nameOf)).not.toBe(error);
});

test('a call that nothing can hold up passes a rule about all that is in use', async () => {
  await breakable.rule({ service: '*', kind: 'in-use' });
  await breakable.clients.elb.send(new DescribeLoadBalancersCommand({}));
});

test('the name of a deleted service is blocked for as long as it drains', async () => {
  await breakable.emulator.post('/settings', { draining_s: NEVER_S });
  await breakable.clients.ecs.send(new CreateClusterCommand({ clusterName: 'c' }));
  const containerDefinitions = [
    {
      name: 'a',
      image: 'a',
      memory: 512,
    },
  ];
  await breakable.clients.ecs.send(new RegisterTaskDefinitionCommand({ family: 'a', containerDefinitions }));
  const service = {
    cluster: 'c',
    serviceName: 'a',
    taskDefinition: 'a',
    desiredCount: 0,
  };
  await breakable.clients.ecs.send(new CreateServiceCommand(service));
  await breakable.clients.ecs.send(new DeleteServiceCommand({ cluster: 'c', service: 'a' }));
  const { services } = await breakable.clients.ecs.send(new DescribeServicesCommand({ cluster: 'c', services: ['a'] }));
  expect(services![0]!.status).toBe('DRAINING');
  expect(await breakable.clients.ecs.send(new CreateServiceCommand(service)).catch(String)).toContain('still Draining');
  await breakable.emulator.post('/settings', { draining_s: 0 });
  await until('the name', () =>
    breakable.clients.ecs.send(new CreateServiceCommand(service)).then(
      () => true,
      () => false,
    ),
  );
});

test('a namespace is not deleted as long as a service is in it', async () => {
  const { discovery, ec2 } = breakable.clients;
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  await discovery.send(
    new CreatePrivateDnsNamespaceCommand({
      Name: 'a.local',
      Vpc: Vpcs![0]!.VpcId,
    }),
  );
  const { Namespaces } = await discovery.send(new ListNamespacesCommand({}));
  const { Id } = Namespaces!.find(({ Name }) => Name === 'a.local')!;
  const { Service } = await discovery.send(
    new CreateDiscoveryServiceCommand({
      Name: 'a',
      NamespaceId: Id,
    }),
  );
  const remove = () => discovery.send(new DeleteNamespaceCommand({ Id }));
  expect(await remove().then(() => 'answered', nameOf)).toBe('ResourceInUse');
  await discovery.send(new DeleteDiscoveryServiceCommand({ Id: Service!.Id }));
  await remove();
});

test('an instance that was terminated is not started again', async () => {
  const { ec2 } = breakable.clients;
  const InstanceIds = [...breakable.emulator.account.instanceIds];
  await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  await expect(ec2.send(new StartInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
    name: 'IncorrectInstanceState',
  });
});
