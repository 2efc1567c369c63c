import type { Finding } from '../../contract/findings';
import type { Host } from '../../contract/hosts';
import type { RecordSet, SavedRecord } from '../../contract/records';
import type { IngestPort } from '../../plan/ingest';
import { nameRecord, zoneOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { isWithin } from '../../plan/zone';
import type { HostedZone } from '../aws/hosted-zone';
import { isLeading, listRecordSets, readRecordSets } from '../aws/record-change';
import { parseRecordSet } from '../aws/record-set';
import type { Deps } from '../clients';
import type { Look } from './finding';
import type { Hosts } from './hosts';
import { findBalancer } from './load-balancer';
import { findPortProblems } from './ports';
import { findRecordsBeside } from './record-beside';
import { findRecordProblem, findTargetProblem, listPolicies, nameOf } from './record-shape';
import { findMoved, findTrace } from './record-trace';
import {
  sayAddressGoes,
  sayAddressUnknown,
  sayPortUnserved,
  sayRecord,
  sayRecordMoved,
  sayRecordStands,
} from './texts/records';
import { sayNoZone, sayOutsideZone } from './texts/zones';
import type { Zones } from './zones';

export interface RecordsLook extends Look {
  records: SavedRecord[];
}

/** What every record is held against. */
interface Surroundings {
  plan: Plan;
  /** those that there are */
  zones: Zones;
  /** names of the load balancers on ECS's side, where there are */
  balancer: string | undefined;
  ingest: string | undefined;
  /** by address: the host, and whether it keeps the address when it stops; undefined where that was not to be read */
  addresses: Map<string, { instanceId: string; stays: boolean }> | undefined;
}

type PlanRecord = Plan['records'][number];

/** A record of the plan in its zone. */
interface Place {
  name: string;
  zone: HostedZone;
  /** how findings call it: with its zone where that is another than the plan's */
  label: string;
  /** what is kept of its place */
  saved: Pick<SavedRecord, 'zone' | 'isPrivate' | 'to'>;
}

/** Every moving name: whether it can become a clean pair, and what its clients use. */
export async function lookAtRecords(
  deps: Deps,
  plan: Plan,
  { hosts, published, isUnread, isStackUnread }: Hosts,
  zones: Zones,
  ingestPorts?: IngestPort[],
): Promise<RecordsLook> {
  const balancer = await findBalancer(deps, plan.loadBalancer.name);
  const ingest = plan.ingest && (await findBalancer(deps, plan.ingest.name));
  const around: Surroundings = {
    plan,
    zones,
    balancer: balancer?.DNSName?.toLowerCase(),
    ingest: ingest?.DNSName?.toLowerCase(),
    addresses: isUnread ? undefined : addressesOf(hosts),
  };
  const findings: Finding[] = listMissing(plan, zones);
  const records: SavedRecord[] = [];
  for (const record of plan.records) {
    const look = await lookAtRecord(deps, around, record);
    findings.push(...look.findings);
    records.push(...look.records);
  }
  if (!isStackUnread) findings.push(...findPortProblems(plan, published, ingestPorts));
  return {
    findings,
    records,
  };
}

function listMissing(plan: Plan, zones: Zones): Finding[] {
  const wanted = new Set([plan.hostedZone, ...plan.records.map((record) => zoneOf(plan, record))]);
  const missing = [...wanted].filter((id) => !zones.has(id));
  return missing.map((id) => {
    const records = plan.records.filter((record) => zoneOf(plan, record) === id);
    return sayNoZone(
      id,
      records.map(({ name }) => name),
    );
  });
}

/** A private address stays with its instance, stopped or not. */
function addressesOf(hosts: Host[]): NonNullable<Surroundings['addresses']> {
  const addresses: Surroundings['addresses'] = new Map();
  for (const { instanceId, publicIp, privateIp, elasticIp } of hosts) {
    if (publicIp) {
      addresses.set(publicIp, {
        instanceId,
        stays: elasticIp,
      });
    }
    if (privateIp) {
      addresses.set(privateIp, {
        instanceId,
        stays: true,
      });
    }
  }
  return addresses;
}

async function lookAtRecord(deps: Deps, around: Surroundings, record: PlanRecord): Promise<RecordsLook> {
  const zone = around.zones.get(zoneOf(around.plan, record));
  if (!zone)
    return {
      findings: [],
      records: [],
    };
  if (!isWithin(zone.name, record.name))
    return {
      findings: [sayOutsideZone(record.name, zone)],
      records: [],
    };
  const { findings, records } = await lookAtSets(deps, around, locate(record, zone));
  const isServed = record.to === 'ingest' || (record.protocol === 'https' && record.port === 443);
  if (isServed)
    return {
      findings,
      records,
    };
  return {
    findings: [sayPortUnserved(record), ...findings],
    records,
  };
}

function locate(record: PlanRecord, zone: HostedZone): Place {
  const { name, zone: id, to } = record;
  return {
    name,
    zone,
    label: nameRecord(record),
    saved: {
      ...(id !== undefined && {
        zone: id,
      }),
      ...(zone.isPrivate && {
        isPrivate: true as const,
      }),
      ...(to === 'ingest' && {
        to: 'ingest' as const,
      }),
    },
  };
}

async function lookAtSets(deps: Deps, around: Surroundings, place: Place): Promise<RecordsLook> {
  const { plan } = around;
  const { name, zone, label, saved } = place;
  const balancer = saved.to === 'ingest' ? around.ingest : around.balancer;
  const all = await listRecordSets(deps, zone.id, name);
  const sets = all.map(parseRecordSet).filter(isLeading);
  const beside = findRecordsBeside(label, all);
  const moved = findMoved(sets, plan.name, balancer);
  if (moved) {
    return {
      findings: [sayRecordMoved(label), ...beside],
      records: [
        {
          ...moved,
          ...saved,
        },
      ],
    };
  }
  const trace = findTrace(sets, plan.name, balancer);
  if (trace)
    return {
      findings: [sayRecordStands(label, trace.weight), ...beside],
      records: [],
    };
  const problem = findRecordProblem(label, sets, zone.name, plan.name, listPolicies(all));
  if (problem)
    return {
      findings: [problem, ...beside],
      records: [],
    };
  const [original] = sets as [RecordSet];
  const record: SavedRecord = {
    name,
    ...saved,
    original,
  };
  if (original.type === 'CNAME') {
    const [value] = original.values as [string];
    const targets = await readRecordSets(deps, zone.id, nameOf(value));
    const targetProblem = findTargetProblem(original, targets);
    if (targetProblem)
      return {
        findings: [targetProblem],
        records: [],
      };
    const [target] = targets as [RecordSet];
    if (doesMove(plan, target.name, zone)) record.addresses = target.values!;
    else record.target = target;
  }
  const { findings, records } = judgeClean(around, label, record);
  return {
    findings: [...findings, ...beside],
    records,
  };
}

/** Whether the name of a zone moves too: whoever followed it would get its weight on top of their own. */
function doesMove(plan: Plan, name: string, zone: HostedZone): boolean {
  return plan.records.some((record) => record.name === name && zoneOf(plan, record) === zone.id);
}

/** A record that can become a pair, and where its addresses lead. */
function judgeClean({ plan, addresses }: Surroundings, name: string, record: SavedRecord): RecordsLook {
  const { original, target, addresses: own } = record;
  const mustStay = plan.source.follow === 'elastic-ip';
  const findings: Finding[] = [];
  const ips = own ?? (target ?? original).values ?? [];
  for (const ip of addresses ? ips : []) {
    const host = addresses?.get(ip);
    if (!host) {
      findings.push(sayAddressUnknown(name, ip));
    } else if (mustStay && !host.stays) {
      findings.push(sayAddressGoes(name, ip, host.instanceId));
    }
  }
  findings.push(sayRecord(name, original, target));
  return {
    findings,
    records: [record],
  };
}
