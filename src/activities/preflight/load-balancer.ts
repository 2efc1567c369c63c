import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, type SecurityGroup } from '@aws-sdk/client-ec2';
import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { hostsOf, targetGroupOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isFor } from '../aws/load-balancer';
import type { Finding, Network } from '../../contract/findings';
import { orNothing } from './existing';
import { fail, pass, warn } from './index';

/** An adopted load balancer: whether users reach it, and whether it reaches the tasks. */
export async function loadBalancerFindings(deps: Deps, plan: Plan, network: Network): Promise<Finding[]> {
  const { name } = plan.loadBalancer;
  const balancer = (
    await orNothing(deps.clients.elb.send(new DescribeLoadBalancersCommand({ Names: [name] })), 'LoadBalancerNotFound')
  )?.LoadBalancers?.[0];
  return (
    await Promise.all([
      ...(balancer ? [scheme(plan, balancer), listener(deps, plan, balancer)] : []),
      ...(balancer && network.vpcId ? [reach(deps, plan, balancer, network)] : []),
      targetGroups(deps, plan, balancer),
    ])
  ).flat();
}

function scheme({ loadBalancer }: Plan, { Scheme }: LoadBalancer): Finding[] {
  return [
    Scheme === loadBalancer.scheme
      ? pass('load balancer', `${loadBalancer.name} is adopted`)
      : fail(
          'load balancer',
          `${loadBalancer.name} is ${Scheme}, the plan says ${loadBalancer.scheme}`,
          'change loadBalancer.scheme or the name',
        ),
  ];
}

async function certificatesOf(
  elb: Deps['clients']['elb'],
  { ListenerArn, Certificates = [] }: Listener,
): Promise<string[]> {
  const { Certificates: more = [] } = await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn }));
  return [...Certificates, ...more].map(({ CertificateArn }) => CertificateArn!);
}

async function listener({ clients: { elb } }: Deps, plan: Plan, { LoadBalancerArn }: LoadBalancer): Promise<Finding[]> {
  const {
    loadBalancer: { name },
    certificate,
  } = plan;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const https = Listeners.find(({ Port }) => Port === 443);
  if (!https) return [];
  const findings: Finding[] = [];
  const otherwise = https.DefaultActions?.[0]?.Type;
  if (https.Protocol !== 'HTTPS')
    findings.push(fail('listener', `port 443 of ${name} speaks ${https.Protocol}`, 'make it HTTPS'));
  if (!(await certificatesOf(elb, https)).includes(certificate))
    findings.push(
      fail(
        'listener',
        `port 443 of ${name} has not the plan's certificate`,
        `aws elbv2 add-listener-certificates --listener-arn ${https.ListenerArn} --certificates CertificateArn=${certificate}`,
      ),
    );
  if (otherwise !== 'fixed-response')
    findings.push(
      warn(
        'listener',
        `the default action of ${name} is ${otherwise}`,
        'a fixed 503 is safer: Alloy tries it again and drops data on a 404',
      ),
    );
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: https.ListenerArn }));
  for (const [service, entry] of Object.entries(plan.services).filter(([, { expose }]) => expose)) {
    for (const host of hostsOf(plan, service, entry)) {
      const target = Rules.find((rule) => isFor(rule, host))?.Actions?.find(
        ({ Type }) => Type === 'forward',
      )?.TargetGroupArn;
      if (target && !target.includes(`:targetgroup/${targetGroupOf(service, entry)}/`))
        findings.push(
          fail(
            'listener',
            `the rule of ${name} for ${host} leads to ${target.split(':').at(-1)}, not to ${targetGroupOf(service, entry)}`,
            `point it there, delete it, or set services.${service}.expose.targetGroup`,
          ),
        );
    }
  }
  return findings;
}

/** A balancer sends nothing to a zone that it does not serve, and its own security groups decide who comes in and where it gets to. */
async function reach(
  { clients: { ec2 } }: Deps,
  plan: Plan,
  balancer: LoadBalancer,
  { vpcId, vpcCidr, privateSubnets }: Network,
): Promise<Finding[]> {
  const { name } = plan.loadBalancer;
  if (balancer.VpcId !== vpcId)
    return [
      fail(
        'load balancer',
        `${name} is in ${balancer.VpcId}, the tasks will be in ${vpcId}`,
        'name another in loadBalancer.name, or its VPC in network.vpc',
      ),
    ];
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  const [{ Subnets = [] }, { SecurityGroups: groups = [] }, { SecurityGroups: named = [] }] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand({ SubnetIds: privateSubnets })),
    ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: balancer.SecurityGroups! })),
    ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'group-name', Values: [taskSecurityGroup] },
        ],
      }),
    ),
  ]);
  const findings: Finding[] = [];
  const served = balancer.AvailabilityZones?.map(({ ZoneName }) => ZoneName) ?? [];
  const dark = Subnets.filter(({ AvailabilityZone }) => !served.includes(AvailabilityZone)).map(
    ({ AvailabilityZone }) => AvailabilityZone,
  );
  if (dark.length > 0)
    findings.push(
      fail(
        'load balancer',
        `${name} serves ${served.join(', ')} and not ${dark.join(', ')}, where tasks will run`,
        `aws elbv2 set-subnets --load-balancer-arn ${balancer.LoadBalancerArn} --subnets, with a public subnet of each zone`,
      ),
    );
  // what its group of the plan's name lacks is added by the run
  if (groups.some(({ GroupName }) => GroupName === loadBalancerSecurityGroup)) return findings;
  const its = groups.map(({ GroupName }) => GroupName).join(', ');
  const adopt = `set network.loadBalancerSecurityGroup to ${groups[0]?.GroupName ?? 'its group'}: what it lacks is added, and taken off on the way back`;
  const wanted = balancer.Scheme === 'internet-facing' ? '0.0.0.0/0' : vpcCidr;
  const ranges = rangesInto(groups, 443);
  if (ranges.length === 0)
    findings.push(fail('load balancer', `${name} lets nobody in on 443: its security group is ${its}`, adopt));
  else if (!ranges.includes(wanted) && !ranges.includes('0.0.0.0/0'))
    findings.push(
      warn(
        'load balancer',
        `${name} lets only ${ranges.join(', ')} in on 443`,
        `nothing to do if all users come from there; else ${adopt}`,
      ),
    );
  const reaches = groups.some(
    ({ GroupName, GroupId }) => GroupName === taskSecurityGroup || named.some((tasks) => letsGroupIn(tasks, GroupId!)),
  );
  if (!reaches)
    findings.push(
      fail('load balancer', `${name} has security group ${its}, and ${taskSecurityGroup} lets it in nowhere`, adopt),
    );
  return findings;
}

function rangesInto(groups: SecurityGroup[], port: number): string[] {
  return groups
    .flatMap(({ IpPermissions = [] }) => IpPermissions)
    .filter(
      ({ IpProtocol, FromPort = 0, ToPort = 65_535 }) =>
        IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= port && ToPort >= port),
    )
    .flatMap(({ IpRanges = [], UserIdGroupPairs = [], PrefixListIds = [] }) => [
      ...IpRanges.map(({ CidrIp }) => CidrIp!),
      ...UserIdGroupPairs.map(({ GroupId }) => GroupId!),
      ...PrefixListIds.map(({ PrefixListId }) => PrefixListId!),
    ]);
}

function letsGroupIn({ IpPermissions = [] }: SecurityGroup, group: string): boolean {
  return IpPermissions.some(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.some(({ GroupId }) => GroupId === group));
}

async function targetGroups(
  { clients: { elb } }: Deps,
  plan: Plan,
  balancer: LoadBalancer | undefined,
): Promise<Finding[]> {
  const findings = await Promise.all(
    Object.entries(plan.services)
      .filter(([, { expose }]) => expose)
      .map(async ([name, service]): Promise<Finding[]> => {
        const group = targetGroupOf(name, service);
        const found = (
          await orNothing(elb.send(new DescribeTargetGroupsCommand({ Names: [group] })), 'TargetGroupNotFound')
        )?.TargetGroups?.[0];
        if (!found) return [];
        const another = 'delete it, or name another in expose.targetGroup';
        if (balancer && found.VpcId !== balancer.VpcId)
          return [
            fail(
              'target group',
              `${group} is in ${found.VpcId}, ${plan.loadBalancer.name} in ${balancer.VpcId}`,
              another,
            ),
          ];
        if (found.Port !== service.port || found.TargetType !== 'ip')
          return [
            fail(
              'target group',
              `${group} is for ${found.TargetType} port ${found.Port}, ${name} needs ip port ${service.port}`,
              another,
            ),
          ];
        if (found.HealthCheckPath === service.health.path) return [];
        return [
          fail(
            'target group',
            `${group} asks ${found.HealthCheckPath} for health, ${name} answers on ${service.health.path}`,
            `aws elbv2 modify-target-group --target-group-arn ${found.TargetGroupArn} --health-check-path ${service.health.path}`,
          ),
        ];
      }),
  );
  return findings.flat();
}
