import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { StartInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
import { DeleteClusterCommand, DeleteServiceCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import {
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import {
  DeleteServiceCommand as DeleteRegistryCommand,
  ListServicesCommand as ListRegistriesCommand,
} from '@aws-sdk/client-servicediscovery';
import { until } from '../../../lab/until';
import { createClients } from '../../emulator/clients';
import { Colleague } from '../../scenarios/colleague';
import type { Operator } from '../../scenarios/operator';

const CLUSTER = 'lgtm-cluster';

/** Somebody at the AWS console who knows of no migration. */
export class Console {
  readonly records: Colleague;
  private readonly clients;

  constructor(private readonly operator: Operator) {
    this.clients = createClients(operator.lab.aws);
    this.records = new Colleague(operator);
  }

  async deleteLogGroup(logGroupName: string): Promise<void> {
    await this.clients.logs.send(new DeleteLogGroupCommand({ logGroupName }));
  }

  async deleteRepository(repositoryName: string): Promise<void> {
    await this.clients.ecr.send(
      new DeleteRepositoryCommand({
        repositoryName,
        force: true,
      }),
    );
  }

  async deleteSecret(SecretId: string): Promise<void> {
    await this.clients.secrets.send(
      new DeleteSecretCommand({
        SecretId,
        ForceDeleteWithoutRecovery: true,
      }),
    );
  }

  async deleteRole(RoleName: string): Promise<void> {
    const { iam } = this.clients;
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames)
      await iam.send(
        new DeleteRolePolicyCommand({
          RoleName,
          PolicyName,
        }),
      );
    await iam.send(new DeleteRoleCommand({ RoleName }));
  }

  async deleteService(service: string): Promise<void> {
    await this.clients.ecs.send(
      new DeleteServiceCommand({
        cluster: CLUSTER,
        service,
        force: true,
      }),
    );
  }

  /** With all that runs in it, as the console does. */
  async deleteCluster(): Promise<void> {
    const { ecs } = this.clients;
    const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster: CLUSTER }));
    for (const arn of serviceArns) await this.deleteService(arn);
    const look = () =>
      ecs.send(new DeleteClusterCommand({ cluster: CLUSTER })).then(
        () => true,
        () => false,
      );
    await until('the services to be gone', look);
  }

  /** AWS refuses it while an instance is registered, the emulator does not. */
  async deleteRegistry(name: string): Promise<void> {
    const { discovery } = this.clients;
    const { Services = [] } = await discovery.send(new ListRegistriesCommand({}));
    const { Id } = Services.find(({ Name }) => Name === name)!;
    await discovery.send(new DeleteRegistryCommand({ Id }));
  }

  /** What sends requests to the target group of a service. */
  async deleteRules(service: string): Promise<void> {
    const { elb } = this.clients;
    const group = await this.findTargetGroup(service);
    const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
    for (const { LoadBalancerArn } of LoadBalancers) {
      const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
      for (const { ListenerArn } of Listeners) {
        const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
        const found = Rules.filter(({ Actions = [] }) =>
          Actions.some(({ TargetGroupArn }) => TargetGroupArn === group),
        );
        for (const { RuleArn } of found) await elb.send(new DeleteRuleCommand({ RuleArn }));
      }
    }
  }

  /** AWS refuses it as long as a rule is there. */
  async deleteTargetGroup(service: string): Promise<void> {
    await this.deleteRules(service);
    await this.clients.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: await this.findTargetGroup(service) }));
  }

  async stopHost(): Promise<void> {
    await this.clients.ec2.send(new StopInstancesCommand({ InstanceIds: await this.hosts() }));
  }

  async startHost(): Promise<void> {
    await this.clients.ec2.send(new StartInstancesCommand({ InstanceIds: await this.hosts() }));
  }

  async terminateHost(): Promise<void> {
    await this.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: await this.hosts() }));
  }

  private async hosts(): Promise<string[]> {
    return (await this.operator.emulator.world()).instanceIds;
  }

  private async findTargetGroup(service: string): Promise<string> {
    const { TargetGroups = [] } = await this.clients.elb.send(new DescribeTargetGroupsCommand({}));
    return TargetGroups.find(({ TargetGroupName }) => TargetGroupName === `lgtm-${service}-tg`)!.TargetGroupArn!;
  }
}
