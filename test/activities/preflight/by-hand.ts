import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateServiceCommand as CreateEcsService,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateClusterCommand,
  type CreateServiceCommandInput as EcsService,
} from '@aws-sdk/client-ecs';
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyTargetGroupCommand,
  SetSecurityGroupsCommand,
  type Action,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  DeleteNamespaceCommand,
  DeleteServiceCommand,
  ListNamespacesCommand,
  ListServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import type { PreflightWorld } from './world';

type Config = PreflightWorld['config'];

/** What a person may have changed by hand in the world `adopted`, one thing a method. */
export class ByHand {
  private readonly elb: ElasticLoadBalancingV2Client;
  private readonly discovery: ServiceDiscoveryClient;
  private readonly ec2: EC2Client;
  private readonly ecs: ECSClient;
  private readonly acm: ACMClient;

  constructor(config: Config) {
    this.elb = new ElasticLoadBalancingV2Client(config);
    this.discovery = new ServiceDiscoveryClient(config);
    this.ec2 = new EC2Client(config);
    this.ecs = new ECSClient(config);
    this.acm = new ACMClient(config);
  }

  private async findBalancer(): Promise<string> {
    const command = new DescribeLoadBalancersCommand({ Names: ['lgtm-alb'] });
    const { LoadBalancers } = await this.elb.send(command);
    return LoadBalancers![0]!.LoadBalancerArn!;
  }

  private async findListener(): Promise<string> {
    const LoadBalancerArn = await this.findBalancer();
    const { Listeners } = await this.elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    return Listeners![0]!.ListenerArn!;
  }

  async findTargetGroup(name: string): Promise<string> {
    const command = new DescribeTargetGroupsCommand({ Names: [name] });
    const { TargetGroups } = await this.elb.send(command);
    return TargetGroups![0]!.TargetGroupArn!;
  }

  async changeCertificate(): Promise<void> {
    const request = new RequestCertificateCommand({ DomainName: 'other.example.com' });
    const { CertificateArn } = await this.acm.send(request);
    const ListenerArn = await this.findListener();
    await this.elb.send(
      new ModifyListenerCommand({
        ListenerArn,
        Certificates: [{ CertificateArn }],
      }),
    );
  }

  async changeHealthPath(targetGroup: string, path: string): Promise<void> {
    const TargetGroupArn = await this.findTargetGroup(targetGroup);
    await this.elb.send(
      new ModifyTargetGroupCommand({
        TargetGroupArn,
        HealthCheckPath: path,
      }),
    );
  }

  async pointRule(host: string, targetGroup: string): Promise<void> {
    const ListenerArn = await this.findListener();
    const TargetGroupArn = await this.findTargetGroup(targetGroup);
    const { Rules } = await this.elb.send(new DescribeRulesCommand({ ListenerArn }));
    const rule = Rules!.find(({ Conditions }) => Conditions!.some(({ Values }) => Values?.includes(host)));
    const forward = { Type: 'forward', TargetGroupArn } as const;
    await this.elb.send(
      new ModifyRuleCommand({
        RuleArn: rule!.RuleArn,
        Actions: [forward],
      }),
    );
  }

  /**
   * @param answers `403`, or the name of a target group
   * @param idle a group beside it that gets nothing
   */
  async addRule(
    priority: number,
    { host, path, answers, idle }: { host?: string; path?: string; answers: string; idle?: string },
  ): Promise<void> {
    const conditions: RuleCondition[] = [];
    if (host !== undefined) conditions.push({ Field: 'host-header', Values: [host] });
    if (path !== undefined) conditions.push({ Field: 'path-pattern', Values: [path] });
    const action: Action = /^\d+$/.test(answers)
      ? {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: answers },
        }
      : {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: await this.findTargetGroup(answers), Weight: 100 },
              ...(idle === undefined ? [] : [{ TargetGroupArn: await this.findTargetGroup(idle), Weight: 0 }]),
            ],
          },
        };
    await this.elb.send(
      new CreateRuleCommand({
        ListenerArn: await this.findListener(),
        Priority: priority,
        Conditions: conditions,
        Actions: [action],
      }),
    );
  }

  /** The rule of the world for a host. */
  async removeRule(host: string): Promise<void> {
    const { Rules } = await this.elb.send(new DescribeRulesCommand({ ListenerArn: await this.findListener() }));
    const rule = Rules!.find(({ Conditions }) => Conditions!.some(({ Values }) => Values?.includes(host)));
    await this.elb.send(new DeleteRuleCommand({ RuleArn: rule!.RuleArn }));
  }

  /** Of another service, without a target. */
  async makeGroup(Name: string, VpcId: string): Promise<void> {
    await this.elb.send(
      new CreateTargetGroupCommand({
        Name,
        VpcId,
        Protocol: 'HTTP',
        Port: 8080,
        TargetType: 'ip',
      }),
    );
  }

  async replaceBalancerGroup(groupId: string): Promise<void> {
    const LoadBalancerArn = await this.findBalancer();
    const command = new SetSecurityGroupsCommand({
      LoadBalancerArn,
      SecurityGroups: [groupId],
    });
    await this.elb.send(command);
  }

  async switchInsights(value: string): Promise<void> {
    const settings = [{ name: 'containerInsights' as const, value }];
    await this.ecs.send(new UpdateClusterCommand({ cluster: 'lgtm-cluster', settings }));
  }

  /** @returns the ARN of a discovery service */
  async findRegistry(name: string): Promise<string> {
    const { Services } = await this.discovery.send(new ListServicesCommand({}));
    return Services!.find((service) => service.Name === name)!.Arn!;
  }

  /** Cloud Map answers by weight, and is cached for a minute. */
  async remakeDiscovery(name: string): Promise<void> {
    const { Services } = await this.discovery.send(new ListServicesCommand({}));
    const service = Services!.find(({ Name }) => Name === name)!;
    await this.discovery.send(new DeleteServiceCommand({ Id: service.Id }));
    await this.discovery.send(
      new CreateServiceCommand({
        Name: name,
        NamespaceId: service.DnsConfig!.NamespaceId,
        DnsConfig: {
          RoutingPolicy: 'WEIGHTED',
          DnsRecords: [{ Type: 'A', TTL: 60 }],
        },
      }),
    );
  }

  /** @returns the ARN of a discovery service that was there */
  async moveNamespace(name: string, vpc: string): Promise<string> {
    const { Services } = await this.discovery.send(new ListServicesCommand({}));
    for (const { Id } of Services!) await this.discovery.send(new DeleteServiceCommand({ Id }));
    const { Namespaces } = await this.discovery.send(new ListNamespacesCommand({}));
    await this.discovery.send(new DeleteNamespaceCommand({ Id: Namespaces![0]!.Id }));
    await this.discovery.send(new CreatePrivateDnsNamespaceCommand({ Name: name, Vpc: vpc }));
    return Services![0]!.Arn!;
  }

  /** Where tasks belong. */
  async findNetwork(): Promise<NonNullable<EcsService['networkConfiguration']>> {
    const ofName = (Name: string, value: string) => ({ Filters: [{ Name, Values: [value] }] });
    const { SecurityGroups } = await this.ec2.send(
      new DescribeSecurityGroupsCommand(ofName('group-name', 'lgtm-ecs-sg')),
    );
    const { Subnets } = await this.ec2.send(new DescribeSubnetsCommand(ofName('tag:Name', 'private-a')));
    const awsvpcConfiguration = {
      subnets: [Subnets![0]!.SubnetId!],
      securityGroups: [SecurityGroups![0]!.GroupId!],
    };
    return { awsvpcConfiguration };
  }

  /** A service of one task in the plan's cluster. */
  async makeService(serviceName: string, more: Partial<EcsService>): Promise<void> {
    await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'by-hand',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          {
            name: serviceName,
            image: `${serviceName}:1`,
            memory: 512,
            portMappings: [{ containerPort: 80 }],
          },
        ],
      }),
    );
    await this.ecs.send(
      new CreateEcsService({
        cluster: 'lgtm-cluster',
        serviceName,
        taskDefinition: 'by-hand',
        desiredCount: 1,
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
        ...more,
      }),
    );
  }

  async markHost(instanceId: string, migration: string): Promise<void> {
    const mark = { Key: 'lgtm-migrate:migration', Value: migration };
    await this.ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: [mark] }));
  }

  async makeSecurityGroup(name: string, vpcId: string): Promise<string> {
    const { GroupId } = await this.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: name,
        VpcId: vpcId,
      }),
    );
    return GroupId!;
  }

  /** A VPC with one subnet. */
  async makeVpc(): Promise<{
    vpcId: string;
    subnetId: string;
  }> {
    const { Vpc } = await this.ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
    const VpcId = Vpc!.VpcId!;
    await this.ec2.send(
      new ModifyVpcAttributeCommand({
        VpcId,
        EnableDnsHostnames: { Value: true },
      }),
    );
    const { Subnet } = await this.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.9.0.0/24' }));
    return {
      vpcId: VpcId,
      subnetId: Subnet!.SubnetId!,
    };
  }
}
