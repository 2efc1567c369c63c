import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type LoadBalancer as ServiceBalancer,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  type LoadBalancer,
  type ProtocolEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../lab/emulator';
import { until } from '../../lab/until';
import { CLUSTER } from './account';
import type { Clients } from './clients';

const SERVICE = 'loki';

interface GroupChoice {
  port?: number;
  protocol?: ProtocolEnum;
  healthPort?: number;
  healthPath?: string;
}

/** A network load balancer with its groups, and the service behind it, as a person makes them. */
export class Ingest {
  private constructor(
    private readonly clients: Clients,
    private readonly world: World,
    readonly balancer: LoadBalancer,
    /** ids of the balancer's security group and of the tasks' */
    private readonly groups: { balancer: string; tasks: string },
  ) {}

  static async make(clients: Clients, world: World, name = 'ingest'): Promise<Ingest> {
    const groups = {
      balancer: await makeSecurityGroup(clients, world, `${name}-sg`),
      tasks: await makeSecurityGroup(clients, world, `${name}-tasks`),
    };
    const { LoadBalancers } = await clients.elb.send(
      new CreateLoadBalancerCommand({
        Name: name,
        Type: 'network',
        Scheme: 'internal',
        Subnets: [world.subnets['private-a']!, world.subnets['private-c']!],
        SecurityGroups: [groups.balancer],
      }),
    );
    return new Ingest(clients, world, LoadBalancers![0]!, groups);
  }

  /** Lets senders of the VPC in, and the balancer to the tasks. */
  async open(port: number): Promise<void> {
    await this.letIn(this.groups.balancer, port, { IpRanges: [{ CidrIp: '10.0.0.0/16' }] });
    await this.letIn(this.groups.tasks, port, { UserIdGroupPairs: [{ GroupId: this.groups.balancer }] });
  }

  /** The tasks' group no longer lets the balancer in. */
  async shutOut(port: number): Promise<void> {
    const rule = {
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      UserIdGroupPairs: [{ GroupId: this.groups.balancer }],
    };
    const GroupId = this.groups.tasks;
    await this.clients.ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [rule],
      }),
    );
  }

  private async letIn(GroupId: string, port: number, source: IpPermission): Promise<void> {
    const rule = {
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      ...source,
    };
    await this.clients.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [rule],
      }),
    );
  }

  /** @returns its ARN */
  async makeGroup(name: string, choice: GroupChoice = {}): Promise<string> {
    const { port = 3100, protocol = 'TCP', healthPort = 3100, healthPath = '/ready' } = choice;
    const { TargetGroups } = await this.clients.elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        Protocol: protocol,
        Port: port,
        VpcId: this.world.vpcId,
        TargetType: 'ip',
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: String(healthPort),
        HealthCheckPath: healthPath,
      }),
    );
    return TargetGroups![0]!.TargetGroupArn!;
  }

  /** @returns its ARN */
  async listen(port: number, group: string, protocol: ProtocolEnum = 'TCP'): Promise<string> {
    const { Listeners } = await this.clients.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: this.balancer.LoadBalancerArn,
        Protocol: protocol,
        Port: port,
        DefaultActions: [
          {
            Type: 'forward',
            TargetGroupArn: group,
          },
        ],
      }),
    );
    return Listeners![0]!.ListenerArn!;
  }

  async setAttribute(group: string, Key: string, Value: string): Promise<void> {
    await this.clients.elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: group,
        Attributes: [{ Key, Value }],
      }),
    );
  }

  /**
   * A service of one task that is in all of these groups.
   * @param environment of its container
   */
  async serve(balancers: ServiceBalancer[], environment: Record<string, string> = {}): Promise<void> {
    await this.clients.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: SERVICE,
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          {
            name: SERVICE,
            image: 'grafana/loki:3.7.8',
            memory: 512,
            portMappings: [{ containerPort: 3100 }],
            environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
          },
        ],
      }),
    );
    const awsvpcConfiguration = {
      subnets: [this.world.subnets['private-a']!],
      securityGroups: [this.groups.tasks],
    };
    await this.clients.ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName: SERVICE,
        taskDefinition: SERVICE,
        desiredCount: 1,
        loadBalancers: balancers,
        networkConfiguration: { awsvpcConfiguration },
      }),
    );
  }

  /** Until its one task has been replaced by another, or has ended. */
  async replaceTask(): Promise<void> {
    const { ecs } = this.clients;
    await ecs.send(
      new UpdateServiceCommand({
        cluster: CLUSTER,
        service: SERVICE,
        forceNewDeployment: true,
      }),
    );
    await this.untilSteady();
  }

  async untilSteady(): Promise<void> {
    await until('a steady service', async () => {
      const { services } = await this.clients.ecs.send(
        new DescribeServicesCommand({
          cluster: CLUSTER,
          services: [SERVICE],
        }),
      );
      const { deployments = [] } = services![0]!;
      return deployments.length === 1 && deployments[0]!.rolloutState === 'COMPLETED';
    });
  }

  /** States of a group's targets, once none is in its first moments. */
  readHealth(group: string): Promise<string[]> {
    return until('health of its targets', async () => {
      const { TargetHealthDescriptions = [] } = await this.clients.elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: group }),
      );
      const states = TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth!.State!);
      return states.length > 0 && !states.includes('initial') && states;
    });
  }
}

async function makeSecurityGroup({ ec2 }: Clients, { vpcId }: World, name: string): Promise<string> {
  const wanted = {
    GroupName: name,
    Description: name,
    VpcId: vpcId,
  };
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(wanted));
  return GroupId!;
}

/** A group as a service names it. */
export const at = (targetGroupArn: string, containerPort = 3100): ServiceBalancer => ({
  targetGroupArn,
  containerName: SERVICE,
  containerPort,
});
