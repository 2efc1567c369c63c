import { readRecordSets } from '../aws/record-change';
import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import type { Finding } from '../../contract/findings';
import type { Host } from '../../contract/hosts';
import type { RecordSet, SavedRecord } from '../../contract/records';
import type { Plan } from '../../plan/schema';

import type { Deps } from '../clients';
import { orNothing } from './absence';
import type { Look } from './finding';
import type { Hosts } from './hosts';
import { findBalancer } from './load-balancer';
import { findPortProblems } from './ports';
import { findRecordProblem, findTargetProblem, nameOf } from './record-shape';
import { findMoved, findTrace } from './record-trace';
import {
  sayAddressGoes,
  sayAddressUnknown,
  sayNoZone,
  sayPortUnserved,
  sayRecord,
  sayRecordMoved,
  sayRecordStands,
} from './texts/records';

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
  if (zone === undefined) {
    return { findings: [sayNoZone(plan.hostedZone)], records: [] };
  }
  const balancer = await findBalancer(deps, plan.loadBalancer.name);
  const around: Surroundings = {
    plan,
    zone,
    balancer: balancer?.DNSName?.toLowerCase(),
    addresses: addressesOf(hosts),
  };
  const findings: Finding[] = [];
  const records: SavedRecord[] = [];
  for (const record of plan.records) {
    const look = await lookAtRecord(deps, around, record);
    findings.push(...look.findings);
    records.push(...look.records);
  }
  findings.push(...findPortProblems(plan, published));
  return { findings, records };
}

async function findZone(deps: Deps, id: string): Promise<string | undefined> {
  const { route53 } = deps.clients;
  const command = new GetHostedZoneCommand({ Id: id });
  const answer = await orNothing(route53.send(command), 'NoSuchHostedZone');
  return answer?.HostedZone!.Name!.replace(/\.$/, '');
}

/** A private address stays with its instance, stopped or not. */
function addressesOf(hosts: Host[]): Surroundings['addresses'] {
  const addresses: Surroundings['addresses'] = new Map();
  for (const { instanceId, publicIp, privateIp, elasticIp } of hosts) {
    if (publicIp) {
      addresses.set(publicIp, { instanceId, stays: elasticIp });
    }
    if (privateIp) {
      addresses.set(privateIp, { instanceId, stays: true });
    }
  }
  return addresses;
}

async function lookAtRecord(deps: Deps, around: Surroundings, record: PlanRecord): Promise<RecordsLook> {
  const { findings, records } = await lookAtSets(deps, around, record.name);
  const isServed = record.protocol === 'https' && record.port === 443;
  if (isServed) return { findings, records };
  return { findings: [sayPortUnserved(record), ...findings], records };
}

async function lookAtSets(deps: Deps, around: Surroundings, name: string): Promise<RecordsLook> {
  const { plan, zone, balancer } = around;
  const sets = await readRecordSets(deps, plan.hostedZone, name);
  const moved = findMoved(sets, plan.name, balancer);
  if (moved) {
    return { findings: [sayRecordMoved(name)], records: [moved] };
  }
  const trace = findTrace(sets, plan.name, balancer);
  if (trace) return { findings: [sayRecordStands(name, trace.weight)], records: [] };
  const problem = findRecordProblem(name, sets, zone, plan.name);
  if (problem) return { findings: [problem], records: [] };
  const [original] = sets as [RecordSet];
  if (original.type !== 'CNAME') {
    return judgeClean(around, { name, original });
  }
  const [value] = original.values as [string];
  const targets = await readRecordSets(deps, plan.hostedZone, nameOf(value));
  const targetProblem = findTargetProblem(original, targets);
  if (targetProblem) return { findings: [targetProblem], records: [] };
  const [target] = targets as [RecordSet];
  return judgeClean(around, {
    name,
    original,
    target,
  });
}

/** A record that can become a pair, and where its addresses lead. */
function judgeClean({ plan, addresses }: Surroundings, record: SavedRecord): RecordsLook {
  const { name, original, target } = record;
  const mustStay = plan.source.follow === 'elastic-ip';
  const findings: Finding[] = [];
  const { values: ips = [] } = target ?? original;
  for (const ip of ips) {
    const host = addresses.get(ip);
    if (!host) {
      findings.push(sayAddressUnknown(name, ip));
    } else if (mustStay && !host.stays) {
      findings.push(sayAddressGoes(name, ip, host.instanceId));
    }
  }
  findings.push(sayRecord(original, target));
  return { findings, records: [record] };
}
