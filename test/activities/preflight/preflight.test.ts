import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateServiceCommand as CreateEcsService,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyTargetGroupCommand,
  DescribeRulesCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  DeleteNamespaceCommand,
  DeleteServiceCommand,
  ListNamespacesCommand,
  ListServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import type { World } from '../../../lab/emulator';
import { labPlan } from '../../../lab/plan';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Finding } from '../../../src/contract/findings';
import { parsePlan } from '../../../src/plan/loader';
import { startEmulator, type Emulator } from '../emulator';

let emulator: Emulator;
let config: { region: string; endpoint: string };
const start = async (world: string) => {
  emulator = await startEmulator('--world', world);
  config = { region: 'ap-northeast-2', endpoint: emulator.aws };
};
afterEach(() => emulator.stop());

async function preflight(keys: Record<string, unknown> = {}): Promise<Finding[]> {
  const plan = parsePlan(JSON.stringify({ ...labPlan(emulator.world as unknown as World), ...keys }), 'lab');
  const activities = createActivities({ clients: createClients('ap-northeast-2'), environment: process.env });
  return (await activities.runPreflight({ plan, owner: { migration: 'lgtm-migrate-lgtm-prd', run: 'test' } })).findings;
}
const failures = (findings: Finding[]) =>
  findings.filter(({ level }) => level === 'fail').map(({ message }) => message);
const of = (findings: Finding[], check: string) => findings.filter((finding) => finding.check === check);

test('an account that bears the move passes; a worker of another region is refused, and where IAM may not be asked preflight lists what a run calls', async () => {
  await start('ready');
  const findings = await preflight();
  expect(failures(findings)).toEqual([]);
  expect(of(findings, 'quota')).toMatchObject([
    { level: 'pass', message: 'Fargate vCPUs: quota 100, 0 in use, the plan needs 11' },
  ]);
  expect(of(findings, 'alarms')).toMatchObject([{ level: 'pass' }]);
  expect(of(findings, 'permissions')).toMatchObject([
    { level: 'pass', message: expect.stringMatching(/may call the \d+ actions of a run$/) as string },
  ]);

  expect(of(await preflight({ region: 'eu-west-1' }), 'region')).toMatchObject([
    {
      level: 'fail',
      message: 'the worker acts in ap-northeast-2, the plan is for eu-west-1',
      fix: expect.stringContaining('AWS_REGION=eu-west-1') as string,
    },
  ]);

  await emulator.call('POST', '/rules', { service: 'iam', action: 'SimulatePrincipalPolicy', kind: 'deny' });
  const unasked = await preflight();
  expect(failures(unasked)).toEqual([]);
  expect(of(unasked, 'permissions')).toMatchObject([
    {
      level: 'warn',
      message: expect.stringContaining('IAM does not say what') as string,
      fix: expect.stringContaining('route53:ChangeResourceRecordSets') as string,
    },
  ]);
});

test('a quota that is too small, alarms that are red and permissions that lack are named with their way out', async () => {
  await start('ready');
  const cloudwatch = new CloudWatchClient(config);
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'grafana is slow',
      MetricName: 'x',
      Namespace: 'y',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'grafana is slow', StateValue: 'ALARM', StateReason: 'it is' }),
  );
  await emulator.call('POST', '/settings', { fargate_vcpus: 6 });
  await emulator.call('POST', '/rules', { service: 'ec2', action: 'TerminateInstances', kind: 'deny' });
  const findings = await preflight();
  expect(failures(findings)).toEqual(['Fargate vCPUs: quota 6, 0 in use, the plan needs 11']);
  expect(of(findings, 'quota')[0]?.fix).toBe(
    'aws service-quotas request-service-quota-increase --service-code fargate --quota-code L-3032A538 --desired-value 13',
  );
  expect(of(findings, 'alarms')).toMatchObject([{ level: 'warn', message: '1 alarm is red already: grafana is slow' }]);
  expect(of(findings, 'permissions')).toMatchObject([
    {
      level: 'warn',
      message: expect.stringMatching(/is not allowed ec2:TerminateInstances on all resources$/) as string,
    },
  ]);
});

test('what was made by hand and differs in a way that matters is a conflict, each with its fix', async () => {
  await start('adopted');
  expect(failures(await preflight())).toEqual([]);
  const [elb, discovery, ec2] = [
    new ElasticLoadBalancingV2Client(config),
    new ServiceDiscoveryClient(config),
    new EC2Client(config),
  ];
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['lgtm-alb'] }));
  const { Listeners } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn }),
  );
  const { CertificateArn: other } = await new ACMClient(config).send(
    new RequestCertificateCommand({ DomainName: 'other.example.com' }),
  );
  await elb.send(
    new ModifyListenerCommand({ ListenerArn: Listeners![0]!.ListenerArn, Certificates: [{ CertificateArn: other }] }),
  );
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['lgtm-loki-tg'] }));
  await elb.send(
    new ModifyTargetGroupCommand({ TargetGroupArn: TargetGroups![0]!.TargetGroupArn, HealthCheckPath: '/' }),
  );
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners![0]!.ListenerArn }));
  const rule = Rules!.find(({ Conditions }) =>
    Conditions!.some(({ Values }) => Values?.includes('tempo.example.com')),
  )!;
  await elb.send(
    new ModifyRuleCommand({
      RuleArn: rule.RuleArn,
      Actions: [{ Type: 'forward', TargetGroupArn: TargetGroups![0]!.TargetGroupArn }],
    }),
  );
  const { Services } = await discovery.send(new ListServicesCommand({}));
  const mimir = Services!.find(({ Name }) => Name === 'mimir')!;
  await discovery.send(new DeleteServiceCommand({ Id: mimir.Id }));
  await discovery.send(
    new CreateServiceCommand({
      Name: 'mimir',
      NamespaceId: mimir.DnsConfig!.NamespaceId,
      DnsConfig: { RoutingPolicy: 'WEIGHTED', DnsRecords: [{ Type: 'A', TTL: 60 }] },
    }),
  );
  const ecs = new ECSClient(config);
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'by-hand',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'tempo', image: 'tempo:1', memory: 512 }],
    }),
  );
  await ecs.send(
    new CreateEcsService({
      cluster: 'lgtm-cluster',
      serviceName: 'tempo',
      taskDefinition: 'by-hand',
      desiredCount: 1,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    }),
  );
  const [instance] = emulator.world.instanceIds;
  await ec2.send(
    new CreateTagsCommand({
      Resources: [instance!],
      Tags: [{ Key: 'lgtm-migrate:migration', Value: 'lgtm-migrate-other' }],
    }),
  );

  const findings = await preflight();
  expect(
    failures(findings)
      .map((message) => message.replace(/(targetgroup\/[\w-]+)\/\w+/, '$1'))
      .sort(),
  ).toEqual(
    [
      'discovery service mimir.lgtm.local is A TTL 60, WEIGHTED; it must be A TTL 10, MULTIVALUE',
      `${instance} carries the mark of another migration, lgtm-migrate-other`,
      'lgtm-loki-tg asks / for health, loki answers on /ready',
      "port 443 of lgtm-alb has not the plan's certificate",
      'the rule of lgtm-alb for tempo.example.com leads to targetgroup/lgtm-loki-tg, not to lgtm-tempo-tg',
      "service tempo is somebody else's and has no target group and no discovery service: nobody would reach it",
    ].sort(),
  );
  expect(findings.filter(({ level, fix }) => level !== 'pass' && !fix)).toEqual([]);
});

test('what was made by hand in another network, or behind other security groups, is a conflict: nobody would reach it', async () => {
  await start('adopted');
  const [elb, discovery, ec2, ecs] = [
    new ElasticLoadBalancingV2Client(config),
    new ServiceDiscoveryClient(config),
    new EC2Client(config),
    new ECSClient(config),
  ];
  const { vpcId } = emulator.world;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: Vpc!.VpcId, EnableDnsHostnames: { Value: true } }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.9.0.0/24' }));
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'by-hand', Description: 'by hand', VpcId: vpcId as string }),
  );
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['lgtm-alb'] }));
  await elb.send(
    new SetSecurityGroupsCommand({ LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn, SecurityGroups: [GroupId!] }),
  );
  const { Services } = await discovery.send(new ListServicesCommand({}));
  for (const { Id } of Services!) await discovery.send(new DeleteServiceCommand({ Id }));
  const { Namespaces } = await discovery.send(new ListNamespacesCommand({}));
  await discovery.send(new DeleteNamespaceCommand({ Id: Namespaces![0]!.Id }));
  await discovery.send(new CreatePrivateDnsNamespaceCommand({ Name: 'lgtm.local', Vpc: Vpc!.VpcId }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'by-hand',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'alloy', image: 'alloy:1', memory: 512 }],
    }),
  );
  const byHand = async (serviceName: string, subnets: string[]) =>
    ecs.send(
      new CreateEcsService({
        cluster: 'lgtm-cluster',
        serviceName,
        taskDefinition: 'by-hand',
        desiredCount: 1,
        launchType: 'FARGATE',
        serviceRegistries: [{ registryArn: Services![0]!.Arn }],
        networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups: [GroupId!] } },
      }),
    );
  await byHand('alloy', [(emulator.world['subnets'] as Record<string, string>)['private-a']!]);
  await byHand('pyroscope', [Subnet!.SubnetId!]);

  const findings = await preflight();
  expect(failures(findings).sort()).toEqual([
    'lgtm-alb has security group by-hand, and lgtm-ecs-sg lets it in nowhere',
    'lgtm-alb lets nobody in on 443: its security group is by-hand',
    `namespace lgtm.local answers in ${Vpc!.VpcId}, the tasks will be in ${vpcId as string}`,
    "service alloy is somebody else's and has not security group lgtm-ecs-sg: neither its peers nor the load balancer reach it",
    `service pyroscope is somebody else's and runs in ${Vpc!.VpcId}, the others will in ${vpcId as string}`,
  ]);
  expect(
    of(findings, 'load balancer')
      .filter(({ level }) => level === 'fail')
      .map(({ fix }) => fix),
  ).toEqual(
    Array<string>(2).fill(
      'set network.loadBalancerSecurityGroup to by-hand: what it lacks is added, and taken off on the way back',
    ),
  );
  expect(
    failures(await preflight({ network: { loadBalancerSecurityGroup: 'by-hand' } })).filter((message) =>
      message.startsWith('lgtm-alb'),
    ),
  ).toEqual([]);
});

test('what an adopted role does not allow is announced action by action', async () => {
  await start('adopted');
  await new IAMClient(config).send(
    new PutRolePolicyCommand({
      RoleName: 'lgtmTaskRole',
      PolicyName: 'S3Access',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['s3:List*', 's3:Get*'],
          Resource: ['arn:aws:s3:::sys-lgtm-s3', 'arn:aws:s3:::sys-lgtm-s3/*'],
        },
      }),
    }),
  );
  const findings = await preflight();
  expect(of(findings, 'role').map(({ level, message }) => [level, message])).toEqual([
    [
      'warn',
      'role lgtmTaskRole is adopted and its inline policies do not allow s3:PutObject, s3:DeleteObject on arn:aws:s3:::sys-lgtm-s3/*',
    ],
    [
      'warn',
      expect.stringMatching(
        /^role ecsTaskExecutionRole is adopted and its inline policies do not allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:lgtm\/s3-credentials-\w{6}, arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:lgtm\/grafana-secret-key-\?{6}$/,
      ),
    ],
  ]);
});
