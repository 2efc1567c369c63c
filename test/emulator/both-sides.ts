import { AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { World } from '../../lab/emulator';
import { until } from '../../lab/until';
import { CLUSTER, DEFINITION, findGroup } from './account';
import type { Clients } from './clients';

const NAME = 'grafana.example.com';
const PORT = 3000;
const SERVICE = {
  cluster: CLUSTER,
  service: 'grafana',
};

/** Grafana on both sides of a pair, in the world `adopted`: a host, and one task behind the load balancer. */
export class BothSides {
  private constructor(
    private readonly clients: Clients,
    private readonly world: World,
    private readonly balancer: LoadBalancer,
  ) {}

  /** All weight is on the host. @param world one in which the name is an A record */
  static async make(clients: Clients, world: World): Promise<BothSides> {
    const { LoadBalancers } = await clients.elb.send(new DescribeLoadBalancersCommand({}));
    const sides = new BothSides(clients, world, LoadBalancers![0]!);
    await sides.createService();
    const original: ResourceRecordSet = {
      Name: NAME,
      Type: 'A',
      TTL: 300,
      ResourceRecords: [{ Value: world.eip }],
    };
    const id = await sides.change([
      {
        Action: 'DELETE',
        ResourceRecordSet: original,
      },
      ...sides.pairAt(0),
    ]);
    await sides.untilInSync(id);
    return sides;
  }

  /** Sets the weight of ECS, in percent. @returns the change's id, which is not INSYNC yet */
  begin(weight: number): Promise<string> {
    return this.change(this.pairAt(weight));
  }

  /** Sets the weight of ECS, in percent, and waits for INSYNC. */
  async weigh(weight: number): Promise<void> {
    await this.untilInSync(await this.begin(weight));
  }

  async untilInSync(Id: string): Promise<void> {
    await until('INSYNC', async () => {
      const { ChangeInfo } = await this.clients.route53.send(new GetChangeCommand({ Id }));
      return ChangeInfo!.Status === 'INSYNC';
    });
  }

  /** To 0: its task is drained, and ends. */
  async stopService(): Promise<void> {
    await this.clients.ecs.send(
      new UpdateServiceCommand({
        ...SERVICE,
        desiredCount: 0,
      }),
    );
  }

  private async createService(): Promise<void> {
    const { ecs, elb } = this.clients;
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['lgtm-grafana-tg'] }));
    await ecs.send(new RegisterTaskDefinitionCommand(DEFINITION));
    const group = await findGroup(this.clients);
    await this.letBalancerIn(group);
    const awsvpcConfiguration = {
      subnets: [this.world.subnets['private-a']!],
      securityGroups: [group],
    };
    const door = {
      targetGroupArn: TargetGroups![0]!.TargetGroupArn!,
      containerName: DEFINITION.containerDefinitions![0]!.name!,
      containerPort: PORT,
    };
    await ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName: SERVICE.service,
        taskDefinition: DEFINITION.family,
        desiredCount: 1,
        loadBalancers: [door],
        networkConfiguration: { awsvpcConfiguration },
      }),
    );
    await until('a steady service', async () => {
      const { services } = await ecs.send(
        new DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE.service] }),
      );
      return services![0]!.deployments![0]!.rolloutState === 'COMPLETED';
    });
  }

  /** Balancer and tasks have the same group here. */
  private async letBalancerIn(GroupId: string): Promise<void> {
    const rule = {
      IpProtocol: 'tcp',
      FromPort: PORT,
      ToPort: PORT,
      UserIdGroupPairs: [{ GroupId }],
    };
    await this.clients.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [rule],
      }),
    );
  }

  private async change(Changes: Change[]): Promise<string> {
    const { ChangeInfo } = await this.clients.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: this.world.hostedZoneId,
        ChangeBatch: { Changes },
      }),
    );
    return ChangeInfo!.Id!;
  }

  private pairAt(weight: number): Change[] {
    const host = this.half('host', 100 - weight, {
      TTL: 60,
      ResourceRecords: [{ Value: this.world.eip }],
    });
    const ecs = this.half('ecs', weight, {
      AliasTarget: {
        HostedZoneId: this.balancer.CanonicalHostedZoneId!,
        DNSName: this.balancer.DNSName!,
        EvaluateTargetHealth: false,
      },
    });
    return [host, ecs];
  }

  private half(SetIdentifier: string, Weight: number, answer: Partial<ResourceRecordSet>): Change {
    const ResourceRecordSet: ResourceRecordSet = {
      Name: NAME,
      Type: 'A',
      SetIdentifier,
      Weight,
      ...answer,
    };
    return {
      Action: 'UPSERT',
      ResourceRecordSet,
    };
  }
}
