import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  type LoadBalancer as AwsLoadBalancer,
  type Rule,
  type TargetGroup as AwsTargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Deps } from '../clients';
import { until } from '../pacing';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';
import type { Activities } from '../../contract/activities';
import type { LoadBalancer } from '../../contract/load-balancers';
import type { Owner, Ownership } from '../../contract/resources';

const POLL_MS = 500;
/** Priorities below this are left to the owner of an adopted listener. */
const FIRST_PRIORITY = 1;

/** `app/<name>/<id>` and `targetgroup/<name>/<id>`: how CloudWatch names them. */
const balancerDimension = (arn: string) => arn.split('loadbalancer/')[1]!;
const groupDimension = (arn: string) => arn.slice(arn.indexOf('targetgroup/'));

/** Whether a listener rule is for that host name. */
export const isFor = ({ Conditions = [] }: Rule, host: string): boolean =>
  Conditions.some(
    ({ Field, Values, HostHeaderConfig }) =>
      Field === 'host-header' && (HostHeaderConfig?.Values ?? Values ?? []).includes(host),
  );

/** The load balancer with its target groups, its HTTPS listener and a rule per exposed service. */
export function loadBalancerActivities({ clients: { elb } }: Deps) {
  async function owned(arn: string, owner: Owner): Promise<Ownership> {
    const { TagDescriptions = [] } = await elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
    return ownershipOf(TagDescriptions[0]?.Tags, owner);
  }

  async function findBalancer(name: string): Promise<AwsLoadBalancer | undefined> {
    try {
      return (await elb.send(new DescribeLoadBalancersCommand({ Names: [name] }))).LoadBalancers?.[0];
    } catch (error) {
      if (isAws(error, 'LoadBalancerNotFound')) return undefined;
      throw error;
    }
  }

  async function findGroup(name: string): Promise<AwsTargetGroup | undefined> {
    try {
      return (await elb.send(new DescribeTargetGroupsCommand({ Names: [name] }))).TargetGroups?.[0];
    } catch (error) {
      if (isAws(error, 'TargetGroupNotFound')) return undefined;
      throw error;
    }
  }

  async function rulesOf(listener: string): Promise<Rule[]> {
    return (await elb.send(new DescribeRulesCommand({ ListenerArn: listener }))).Rules ?? [];
  }

  async function httpsListener(balancer: string) {
    const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer }));
    return Listeners.find(({ Port }) => Port === 443);
  }

  return {
    async ensureLoadBalancer({ owner, name, scheme, subnets, securityGroup }) {
      const found = await findBalancer(name);
      const arn =
        found?.LoadBalancerArn ??
        (
          await elb.send(
            new CreateLoadBalancerCommand({
              Name: name,
              Subnets: subnets,
              SecurityGroups: [securityGroup],
              Scheme: scheme as 'internal' | 'internet-facing',
              Type: 'application',
              Tags: tagsOf(owner),
            }),
          )
        ).LoadBalancers![0]!.LoadBalancerArn!;
      const active = await until(
        async () => {
          const balancer = await findBalancer(name);
          return balancer?.State?.Code === 'active' ? balancer : undefined;
        },
        POLL_MS,
        () => ({ name, waiting: 'active' }),
      );
      const ownership = found ? await owned(arn, owner) : 'created';
      return {
        id: arn,
        ownership,
        dnsName: active.DNSName!,
        hostedZoneId: active.CanonicalHostedZoneId!,
        dimension: balancerDimension(arn),
      } satisfies LoadBalancer;
    },

    async removeLoadBalancer({ owner, name }) {
      const found = await findBalancer(name);
      if (!found || (await owned(found.LoadBalancerArn!, owner)) !== 'created') return;
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: found.LoadBalancerArn }));
    },

    async ensureTargetGroup({ owner, name, service, vpcId, port, healthPath, deregistrationDelay }) {
      const found = await findGroup(name);
      const attributes = (TargetGroupArn: string) =>
        elb.send(
          new ModifyTargetGroupAttributesCommand({
            TargetGroupArn,
            Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(deregistrationDelay) }],
          }),
        );
      if (found) {
        const id = found.TargetGroupArn!;
        const ownership = await owned(id, owner);
        // whoever made it may have died before this
        if (ownership === 'created') await attributes(id);
        return { id, service, dimension: groupDimension(id), ownership };
      }
      const { TargetGroups } = await elb.send(
        new CreateTargetGroupCommand({
          Name: name,
          Protocol: 'HTTP',
          Port: port,
          VpcId: vpcId,
          TargetType: 'ip',
          HealthCheckPath: healthPath,
          HealthCheckIntervalSeconds: 10,
          HealthCheckTimeoutSeconds: 5,
          HealthyThresholdCount: 2,
          UnhealthyThresholdCount: 3,
          Tags: tagsOf(owner),
        }),
      );
      const id = TargetGroups![0]!.TargetGroupArn!;
      await attributes(id);
      return { id, service, dimension: groupDimension(id), ownership: 'created' };
    },

    async removeTargetGroup({ owner, name }) {
      const found = await findGroup(name);
      if (!found || (await owned(found.TargetGroupArn!, owner)) !== 'created') return;
      await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: found.TargetGroupArn }));
    },

    /** An unknown host gets a fixed 503: Alloy tries a 503 again and drops the data on a 404. */
    async ensureListener({ owner, loadBalancer, certificate }) {
      const found = await httpsListener(loadBalancer);
      if (found) return { id: found.ListenerArn!, ownership: await owned(found.ListenerArn!, owner) };
      const { Listeners } = await elb.send(
        new CreateListenerCommand({
          LoadBalancerArn: loadBalancer,
          Protocol: 'HTTPS',
          Port: 443,
          Certificates: [{ CertificateArn: certificate }],
          Tags: tagsOf(owner),
          DefaultActions: [
            {
              Type: 'fixed-response',
              FixedResponseConfig: { StatusCode: '503', ContentType: 'text/plain', MessageBody: 'no such host here' },
            },
          ],
        }),
      );
      return { id: Listeners![0]!.ListenerArn!, ownership: 'created' };
    },

    async ensureListenerRule({ owner, listener, host, paths, sourceCidr, targetGroup }) {
      const rules = await rulesOf(listener);
      const found = rules.find((rule) => isFor(rule, host));
      if (found) return { id: found.RuleArn!, ownership: await owned(found.RuleArn!, owner) };
      const taken = new Set(rules.map(({ Priority }) => Priority));
      let priority = FIRST_PRIORITY;
      while (taken.has(String(priority))) priority++;
      const everything = paths.length === 1 && paths[0] === '/*';
      const { Rules } = await elb.send(
        new CreateRuleCommand({
          ListenerArn: listener,
          Priority: priority,
          Tags: tagsOf(owner),
          Actions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
          Conditions: [
            { Field: 'host-header', HostHeaderConfig: { Values: [host] } },
            ...(everything ? [] : [{ Field: 'path-pattern', PathPatternConfig: { Values: paths } }]),
            ...(sourceCidr ? [{ Field: 'source-ip', SourceIpConfig: { Values: [sourceCidr] } }] : []),
          ],
        }),
      );
      return { id: Rules![0]!.RuleArn!, ownership: 'created' };
    },

    async removeListenerRule({ owner, loadBalancer, host }) {
      const listener = await httpsListener(loadBalancer).catch((error: unknown) => {
        if (isAws(error, 'LoadBalancerNotFound')) return undefined;
        throw error;
      });
      if (!listener) return;
      for (const rule of await rulesOf(listener.ListenerArn!)) {
        if (isFor(rule, host) && (await owned(rule.RuleArn!, owner)) === 'created')
          await elb.send(new DeleteRuleCommand({ RuleArn: rule.RuleArn }));
      }
    },
  } satisfies Partial<Activities>;
}
