import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetHostedZoneCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import type { Finding } from '../../contract/findings';
import type { Host } from '../../contract/hosts';
import type { RecordSet, SavedRecord } from '../../contract/records';
import type { Plan } from '../../plan/schema';
import { fromAws } from '../aws/record';
import type { Deps } from '../clients';
import { orNothing } from './absence';
import type { Look } from './finding';
import type { Hosts } from './hosts';
import { findPortProblems } from './ports';
import { findRecordProblem, findTargetProblem, findTrace, nameOf } from './record-shape';
import {
  sayAddressGoes,
  sayAddressUnknown,
  sayNoZone,
  sayPortUnserved,
  sayRecord,
  sayRecordMoved,
} from './texts/records';

/** Record sets that are read from a name on; a name has a handful. */
const SETS_READ = 100;
/** What can answer a client that asks for an address. */
const ADDRESS_TYPES = ['A', 'AAAA', 'CNAME'];

export interface RecordsLook extends Look {
  records: SavedRecord[];
}

/** What every record is held against. */
interface Surroundings {
  plan: Plan;
  /** name of the hosted zone */
  zone: string;
  /** name of the load balancer on ECS's side, where there is one */
  balancer: string | undefined;
  /** by address: the host, and whether it keeps the address when it stops */
  addresses: Map<string, { instanceId: string; stays: boolean }>;
}

type PlanRecord = Plan['records'][number];

/** Every moving name: whether it can become a clean pair, and what its clients use. */
export async function lookAtRecords(deps: Deps, plan: Plan, { hosts, published }: Hosts): Promise<RecordsLook> {
  const zone = await findZone(deps, plan.hostedZone);
  if (zone === undefined) return { findings: [sayNoZone(plan.hostedZone)], records: [] };
  const balancer = await findBalancerName(deps, plan.loadBalancer.name);
  const surroundings = { plan, zone, balancer, addresses: addressesOf(hosts) };
  const findings: Finding[] = [];
  const records: SavedRecord[] = [];
  for (const record of plan.records) {
    const look = await lookAtRecord(deps, surroundings, record);
    findings.push(...look.findings);
    records.push(...look.records);
  }
  return { findings: [...findings, ...findPortProblems(plan, published)], records };
}

async function findZone({ clients: { route53 } }: Deps, id: string): Promise<string | undefined> {
  const answer = await orNothing(route53.send(new GetHostedZoneCommand({ Id: id })), 'NoSuchHostedZone');
  return answer?.HostedZone!.Name!.replace(/\.$/, '');
}

async function findBalancerName({ clients: { elb } }: Deps, name: string): Promise<string | undefined> {
  const asking = elb.send(new DescribeLoadBalancersCommand({ Names: [name] }));
  const answer = await orNothing(asking, 'LoadBalancerNotFound');
  return answer?.LoadBalancers?.[0]?.DNSName?.toLowerCase();
}

/** A private address stays with its instance, stopped or not. */
function addressesOf(hosts: Host[]): Surroundings['addresses'] {
  const addresses: Surroundings['addresses'] = new Map();
  for (const { instanceId, publicIp, privateIp, elasticIp } of hosts) {
    if (publicIp) addresses.set(publicIp, { instanceId, stays: elasticIp });
    if (privateIp) addresses.set(privateIp, { instanceId, stays: true });
  }
  return addresses;
}

async function lookAtRecord(deps: Deps, around: Surroundings, record: PlanRecord): Promise<RecordsLook> {
  const { name, protocol, port } = record;
  const isServed = protocol === 'https' && port === 443;
  const look = await lookAtSets(deps, around, name);
  return isServed ? look : { ...look, findings: [sayPortUnserved(record), ...look.findings] };
}

async function lookAtSets(deps: Deps, around: Surroundings, name: string): Promise<RecordsLook> {
  const { plan, zone, balancer } = around;
  const sets = await readSets(deps, plan, name);
  const moved = findTrace(sets, plan.name, balancer);
  if (moved) return { findings: [sayRecordMoved(name)], records: [moved] };
  const problem = findRecordProblem(name, sets, zone, plan.name);
  if (problem) return { findings: [problem], records: [] };
  const [original] = sets as [RecordSet];
  if (original.type !== 'CNAME') return judgeClean(around, { name, original });
  const targets = await readSets(deps, plan, nameOf(original.values![0]!));
  const targetProblem = findTargetProblem(original, targets);
  if (targetProblem) return { findings: [targetProblem], records: [] };
  return judgeClean(around, { name, original, target: targets[0]! });
}

async function readSets({ clients: { route53 } }: Deps, { hostedZone }: Plan, name: string): Promise<RecordSet[]> {
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({
      HostedZoneId: hostedZone,
      StartRecordName: name,
      MaxItems: SETS_READ,
    }),
  );
  const sets = ResourceRecordSets.map(fromAws);
  return sets.filter((set) => set.name === name && ADDRESS_TYPES.includes(set.type));
}

/** A record that can become a pair, and where its addresses lead. */
function judgeClean({ plan, addresses }: Surroundings, record: SavedRecord): RecordsLook {
  const { name, original, target } = record;
  const findings: Finding[] = [];
  for (const ip of (target ?? original).values ?? []) {
    const host = addresses.get(ip);
    if (!host) findings.push(sayAddressUnknown(name, ip));
    else if (!host.stays && plan.source.follow === 'elastic-ip')
      findings.push(sayAddressGoes(name, ip, host.instanceId));
  }
  return { findings: [...findings, sayRecord(original, target)], records: [record] };
}
