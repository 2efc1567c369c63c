/** What preflight says of the network and of the load balancer that users come in by. */
import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../../contract/findings';
import { describeAction, describeConditions } from '../../aws/listener-rule';
import { fail, pass, warn } from '../finding';

export function sayVpc(wanted: string, vpcId: string): Finding {
  return pass('vpc', `${wanted} is ${vpcId}`);
}

export function sayVpcAmbiguous(wanted: string, found: number): Finding {
  return fail('vpc', `${found} VPCs are ${wanted}, there must be one`, 'give network.vpc the id of the VPC');
}

/** Which subnets: the key of the plan's network, and the name that it has there. */
export interface SubnetChoice {
  key: string;
  name: string;
}

export function saySubnets({ key, name }: SubnetChoice, subnets: number, zones: number): Finding {
  return pass(key, `${subnets} subnets ${name} in ${zones} zones`);
}

export function sayTooFewZones({ key, name }: SubnetChoice, vpcId: string, zones: number): Finding {
  return fail(
    key,
    `subnets ${name} in ${vpcId} are in ${zones} zone${zones === 1 ? '' : 's'}, two are needed`,
    `add one in another zone, or name others in network.${key}`,
  );
}

/** @param option by which AWS's command line switches it on */
export function sayAttributeOff(vpcId: string, attribute: string, option: string): Finding {
  return fail(
    'vpc',
    `${vpcId} has ${attribute} off: no private name is answered there, and tasks find neither each other nor endpoints`,
    `aws ec2 modify-vpc-attribute --vpc-id ${vpcId} ${option} '{"Value":true}'`,
  );
}

export function saySecurityGroup(name: string): Finding {
  return pass('security group', `security group ${name} is adopted`);
}

/** @param ports each with its protocol, one for each rule that is missing */
export function saySecurityGroupLacks(name: string, ports: string[]): Finding {
  return warn(
    'security group',
    `security group ${name} is adopted and does not let in ${[...new Set(ports)].join(', ')}`,
    `nothing to do: ${ports.length} rules are added to it, and taken off on the way back`,
  );
}

/** @param rule that would let everybody in @param sources whom the group lets in there */
export function saySecurityGroupKeeps(
  { GroupName, GroupId }: SecurityGroup,
  { FromPort }: IpPermission,
  sources: string[],
): Finding {
  return warn(
    'security group',
    `security group ${GroupName} is adopted, lets only ${sources.join(', ')} in on ${FromPort}, and is left so`,
    'nothing to do if all users come from there; else aws ec2 authorize-security-group-ingress ' +
      `--group-id ${GroupId} --protocol tcp --port ${FromPort} --cidr, with the range that they come from`,
  );
}

export function sayBalancer(name: string): Finding {
  return pass('load balancer', `${name} is adopted`);
}

export function sayBalancerScheme(name: string, scheme: string | undefined, wanted: string): Finding {
  return fail(
    'load balancer',
    `${name} is ${scheme}, the plan says ${wanted}`,
    'change loadBalancer.scheme or the name',
  );
}

export function sayBalancerElsewhere(name: string, vpc: string | undefined, wanted: string): Finding {
  return fail(
    'load balancer',
    `${name} is in ${vpc}, the tasks will be in ${wanted}`,
    'name another in loadBalancer.name, or its VPC in network.vpc',
  );
}

export function sayZonesUnserved(
  name: string,
  arn: string | undefined,
  served: (string | undefined)[],
  unserved: (string | undefined)[],
): Finding {
  const command = `aws elbv2 set-subnets --load-balancer-arn ${arn} --subnets`;
  return fail(
    'load balancer',
    `${name} serves ${served.join(', ')} and not ${unserved.join(', ')}, where tasks will run`,
    `${command}, with a subnet of each zone`,
  );
}

export function sayNobodyLetIn(name: string, groups: (string | undefined)[]): Finding {
  return fail(
    'load balancer',
    `${name} lets nobody in on 443: its security group is ${groups.join(', ')}`,
    adoptGroup(groups),
  );
}

export function sayOnlySomeLetIn(name: string, groups: (string | undefined)[], ranges: string[]): Finding {
  return warn(
    'load balancer',
    `${name} lets only ${ranges.join(', ')} in on 443`,
    `nothing to do if all users come from there; else ${adoptGroup(groups)}`,
  );
}

export function sayTasksUnreached(name: string, groups: (string | undefined)[], taskGroup: string): Finding {
  return fail(
    'load balancer',
    `${name} has security group ${groups.join(', ')}, and ${taskGroup} does not let it in at every port of its services`,
    adoptGroup(groups),
  );
}

function adoptGroup([group = 'its group']: (string | undefined)[]): string {
  const effect = 'what it lacks is added, and taken off on the way back';
  return `set network.loadBalancerSecurityGroup to ${group}: ${effect}`;
}

export function sayNotHttps(balancer: string, protocol: string | undefined): Finding {
  return fail('listener', `port 443 of ${balancer} speaks ${protocol}`, 'make it HTTPS');
}

export function sayOtherCertificate(balancer: string, listener: string | undefined, certificate: string): Finding {
  const command = `aws elbv2 add-listener-certificates --listener-arn ${listener}`;
  return fail(
    'listener',
    `port 443 of ${balancer} does not have the plan's certificate`,
    `${command} --certificates CertificateArn=${certificate}`,
  );
}

export function sayDefaultAction(balancer: string, action: string | undefined): Finding {
  return warn(
    'listener',
    `the default action of ${balancer} is ${action}`,
    'a fixed 503 is safer: Alloy tries it again and drops data on a 404',
  );
}

/** A listener's rule that takes requests for a host name from its service. */
export interface Rival {
  balancer: string;
  service: string;
  host: string;
  rule: Rule;
  /** that the requests have to go to */
  group: string;
}

export function sayRival({ balancer, service, host, rule, group }: Rival): Finding {
  const { Priority } = rule;
  return fail(
    'listener',
    `rule ${Priority} of ${balancer} (${describeConditions(rule)}) ${describeAction(rule)}, ` +
      `where ${host} has to reach ${group}`,
    `point it to ${group}, delete it, or list under services.${service}.expose.paths only what it leaves`,
  );
}

/** @param from who may come by the plan */
export function sayRuleWider({ balancer, service, host, rule, group }: Rival, from: string[]): Finding {
  return fail(
    'listener',
    `rule ${rule.Priority} of ${balancer} (${describeConditions(rule)}) brings others to ${group} than ` +
      `services.${service}.expose.from admits to ${host}: ${from.join(', ')}`,
    `give it a condition source-ip with these, delete it, or add to expose.from whom it lets in`,
  );
}

/** @param groups names of those that have no healthy target */
export function sayGroupUnhealthy(balancer: string, groups: string[]): Finding {
  const have = groups.length === 1 ? 'has' : 'have';
  return fail(
    'target group',
    `${groups.join(', ')} on ${balancer} ${have} no healthy target: Route 53 takes the whole balancer for unhealthy ` +
      'and would send nobody to ECS',
    'give them one, detach them, take a balancer of your own (loadBalancer.name), ' +
      'or set records[].evaluateTargetHealth: false',
  );
}

/** @param targets each as AWS's command line takes it: `Id=10.0.9.9,Port=3000` */
export function sayForeignTargets(group: string, arn: string, service: string, targets: string[]): Finding {
  return fail(
    'target group',
    `${group} has targets that are no tasks of ${service}, and each would get a share of what comes to it: ` +
      targets.join(' '),
    `aws elbv2 deregister-targets --target-group-arn ${arn} --targets ${targets.join(' ')}; or name another group`,
  );
}

/** @param place what the group is for or in, and what it would have to be */
export function sayTargetGroupDiffers(group: string, place: string): Finding {
  return fail('target group', `${group} is ${place}`, 'delete it, or name another in expose.targetGroup');
}

/** A health check, where the target group asks and where the service answers. */
export interface HealthPaths {
  asked: string | undefined;
  answered: string;
}

export function sayHealthPathDiffers(
  group: string,
  arn: string | undefined,
  service: string,
  { asked, answered }: HealthPaths,
): Finding {
  const command = `aws elbv2 modify-target-group --target-group-arn ${arn}`;
  return fail(
    'target group',
    `${group} asks ${asked} for health, ${service} answers on ${answered}`,
    `${command} --health-check-path ${answered}`,
  );
}

/** @param group of a service to which the plan lets nobody come, and to which a rule leads all the same */
export function sayGroupIdle(balancer: string, service: string, group: string): Finding {
  return fail(
    'target group',
    `a rule of ${balancer} leads to ${group}, in which ${service} puts no task since the plan lets nobody come to it: ` +
      'Route 53 takes a balancer with an empty group for unhealthy',
    `delete the rule, name who may come in services.${service}.expose.from, or set records[].evaluateTargetHealth: false`,
  );
}
