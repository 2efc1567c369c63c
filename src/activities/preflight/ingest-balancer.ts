import {
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupAttributesCommand,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeSecurityGroupsCommand, type SecurityGroup } from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import type { IngestPort } from '../../plan/ingest';
import { nameIngestGroup } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { CROSS_ZONE } from '../aws/ingest-balancer';
import { DELAY, listGroupAttributes } from '../aws/ingest-group';
import { listListeners, protocolOf } from '../aws/ingest-listener';
import { listGroups, nameGroup } from '../aws/listener-rule';
import { readOwner } from '../aws/load-balancer';
import { findTargetGroup } from '../aws/target-group';
import type { Deps } from '../clients';
import { isOurs } from '../owner';
import { findForeignTargets } from './foreign-targets';
import { findBalancer } from './load-balancer';
import { findShutIn, locateTasks } from './egress';
import { listGroupsByName } from './group-names';
import { portOf } from '../aws/permission';
import { findingsOf } from './reading';
import { judgeZones, readSubnets } from './subnets';
import {
  sayGroupAsksElsewhere,
  sayGroupSetOtherwise,
  sayIngestAdopted,
  sayIngestGroups,
  sayNotAcrossZones,
  sayOtherBalancer,
  sayOtherGroup,
  sayPortLeadsElsewhere,
} from './texts/ingest-balancer';

type Ingest = NonNullable<Plan['ingest']>;

/** What has the names of the ingest already and was not made by the run: a load balancer, listeners, target groups. */
export async function findIngestProblems(
  deps: Deps,
  plan: Plan,
  ports: IngestPort[],
  owner: Owner,
  network: Network,
): Promise<Finding[]> {
  const ingest = plan.ingest!;
  const found = await findBalancer(deps, ingest.name);
  const findings = await Promise.all([
    found ? judgeBalancer(deps, ingest, ports, owner, network, found) : [],
    findingsOf(judgeWayOut(deps, plan, ports, owner, network, found)),
    ...ports.map((port) => findingsOf(judgeGroup(deps, plan, port, owner, network, found))),
  ]);
  return findings.flat();
}

async function judgeBalancer(
  deps: Deps,
  ingest: Ingest,
  ports: IngestPort[],
  owner: Owner,
  network: Network,
  found: LoadBalancer,
): Promise<Finding[]> {
  const problem = findProblem(found, network.vpcId);
  if (problem) return [sayOtherBalancer(ingest.name, problem)];
  const isOwn = await readOwner(deps, found.LoadBalancerArn!, owner);
  const findings = await Promise.all([
    isOwn ? [] : judgeAdopted(deps, ingest, network, found),
    findingsOf(judgeListeners(deps, ingest, ports, found)),
  ]);
  return findings.flat();
}

/** What can't be changed of a load balancer. */
function findProblem(balancer: LoadBalancer, vpcId: string): string | undefined {
  const { Type, Scheme, VpcId, SecurityGroups = [], State } = balancer;
  if (Type !== 'network') return `is of type ${Type}, and senders need a network one`;
  if (Scheme !== 'internal') return `is ${Scheme}, and senders come from inside the VPC`;
  if (vpcId !== '' && VpcId !== vpcId) return `is in ${VpcId}, the tasks in ${vpcId}`;
  if (State?.Code === 'failed') return `could not be set up: ${State.Reason ?? 'AWS gives no reason'}`;
  return SecurityGroups.length > 0 ? undefined : 'was made without a security group, and can have none any more';
}

/** What the run would set of one of its own, and leaves of somebody else's. */
async function judgeAdopted(deps: Deps, ingest: Ingest, network: Network, found: LoadBalancer): Promise<Finding[]> {
  const findings = await Promise.all([
    findingsOf(judgeSecurityGroups(deps, ingest, found)),
    findingsOf(judgeCrossZone(deps, ingest, found)),
    findingsOf(judgeSubnets(deps, ingest, network, found)),
  ]);
  return [sayIngestAdopted(ingest.name), ...findings.flat()];
}

/** Rules are added to the group of the plan's name alone, and that is the group that the tasks let in. */
async function judgeSecurityGroups(
  deps: Deps,
  { name, securityGroup }: Ingest,
  { LoadBalancerArn, SecurityGroups }: LoadBalancer,
): Promise<Finding[]> {
  const groups = await readGroups(deps, SecurityGroups!);
  const names = groups.map(({ GroupName }) => GroupName!);
  return names.includes(securityGroup) ? [] : [sayIngestGroups(name, LoadBalancerArn!, names, securityGroup)];
}

async function readGroups({ clients }: Deps, ids: string[]): Promise<SecurityGroup[]> {
  const { SecurityGroups = [] } = await clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids }));
  return SecurityGroups;
}

async function judgeCrossZone({ clients }: Deps, { name }: Ingest, found: LoadBalancer): Promise<Finding[]> {
  const { LoadBalancerArn } = found;
  const command = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn });
  const { Attributes = [] } = await clients.elb.send(command);
  const isOn = Attributes.some(({ Key, Value }) => Key === CROSS_ZONE.Key && Value === CROSS_ZONE.Value);
  return isOn ? [] : [sayNotAcrossZones(name, LoadBalancerArn!, CROSS_ZONE)];
}

/** Tasks in a zone that it does not serve are sent nothing. Source: AWS, "Troubleshoot your Network Load Balancer". */
async function judgeSubnets(
  deps: Deps,
  { name }: Ingest,
  { privateSubnets }: Network,
  found: LoadBalancer,
): Promise<Finding[]> {
  return privateSubnets.length === 0 ? [] : judgeZones(name, found, await readSubnets(deps, privateSubnets));
}

/** What its groups keep in never reaches a task: those of a load balancer that is there, else that of the plan's name. */
async function judgeWayOut(
  deps: Deps,
  { ingest, network: names, services }: Plan,
  ports: IngestPort[],
  owner: Owner,
  network: Network,
  found: LoadBalancer | undefined,
): Promise<Finding[]> {
  if (network.vpcId === '') return [];
  const wanted = [ingest!.securityGroup, names.taskSecurityGroup];
  const groups = await listGroupsByName(deps, network.vpcId, wanted);
  const [named, tasks] = wanted.map((name) => groups.find(({ GroupName }) => GroupName === name));
  const own = found?.SecurityGroups
    ? await readGroups(deps, found.SecurityGroups)
    : [named].filter((group) => group !== undefined);
  if (own.length === 0 || own.every(({ Tags }) => isOurs(Tags, owner))) return [];
  const asked = ports.flatMap(({ service, targetPort, protocol }) => [
    portOf(protocol, targetPort),
    portOf('tcp', services[service]!.port),
  ]);
  return findShutIn(deps, own, asked, await locateTasks(deps, network, tasks?.GroupId));
}

async function judgeListeners(
  deps: Deps,
  { name }: Ingest,
  ports: IngestPort[],
  { LoadBalancerArn }: LoadBalancer,
): Promise<Finding[]> {
  const listeners = await listListeners(deps, LoadBalancerArn!);
  return ports.flatMap((port) => {
    const listener = listeners.find(({ Port }) => Port === port.port);
    if (!listener) return [];
    const [arn] = listGroups({ Actions: listener.DefaultActions });
    const group = arn && nameGroup(arn);
    const isSame = group === nameIngestGroup(name, port) && listener.Protocol === protocolOf(port);
    return isSame ? [] : [sayPortLeadsElsewhere(port, listener.Protocol, group)];
  });
}

/** A target group of a port's name: what can't be changed of it, else how it is set and what it asks. */
async function judgeGroup(
  deps: Deps,
  plan: Plan,
  port: IngestPort,
  owner: Owner,
  network: Network,
  balancer: LoadBalancer | undefined,
): Promise<Finding[]> {
  const name = nameIngestGroup(plan.ingest!.name, port);
  const found = await findTargetGroup(deps, name);
  if (!found || (await readOwner(deps, found.TargetGroupArn!, owner))) return [];
  const problem = findGroupProblem(found, port, network.vpcId, balancer);
  if (problem) return [sayOtherGroup(name, problem)];
  const [ofAttributes, foreign] = await Promise.all([
    judgeAttributes(deps, port, found),
    findForeignTargets(deps, plan, port.service, found),
  ]);
  return [...judgeHealth(plan, port, found), ...ofAttributes, ...foreign];
}

function findGroupProblem(
  { Protocol, TargetType, VpcId, LoadBalancerArns = [] }: TargetGroup,
  port: IngestPort,
  vpcId: string,
  balancer: LoadBalancer | undefined,
): string | undefined {
  const wanted = protocolOf(port);
  if (Protocol !== wanted || TargetType !== 'ip') {
    return `is for ${Protocol} to targets of type ${TargetType}, and ${port.port} needs ${wanted} to ip`;
  }
  if (vpcId !== '' && VpcId !== vpcId) return `is in ${VpcId}, the tasks in ${vpcId}`;
  const other = LoadBalancerArns.find((arn) => arn !== balancer?.LoadBalancerArn);
  return other === undefined ? undefined : `belongs to ${other}, and a target group has one load balancer`;
}

function judgeHealth({ services }: Plan, { service }: IngestPort, found: TargetGroup): Finding[] {
  const { port, health } = services[service]!;
  const { HealthCheckProtocol, HealthCheckPort, HealthCheckPath } = found;
  const isSame = HealthCheckProtocol === 'HTTP' && HealthCheckPort === String(port) && HealthCheckPath === health.path;
  return isSame
    ? []
    : [
        sayGroupAsksElsewhere(found, {
          service,
          port,
          path: health.path,
        }),
      ];
}

async function judgeAttributes({ clients }: Deps, port: IngestPort, found: TargetGroup): Promise<Finding[]> {
  const { TargetGroupArn } = found;
  const { Attributes = [] } = await clients.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  const differing = listGroupAttributes(port).filter(({ Key, Value }) => {
    const value = Attributes.find((attribute) => attribute.Key === Key)?.Value;
    return Key === DELAY ? !(Number(value) >= Number(Value)) : value !== Value;
  });
  return differing.length === 0 ? [] : [sayGroupSetOtherwise(found, differing)];
}
