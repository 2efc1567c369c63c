import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { setIdentifiersOf } from '../aws/record-pair';
import type { Finding } from '../../contract/findings';
import type { RecordSet } from '../../contract/records';
import { isWithin } from '../../plan/zone';

import {
  sayNoRecord,
  sayRecordIsAlias,
  sayRecordIsAnothers,
  sayRecordLeavesZone,
  sayRecordNotSimple,
  sayRecordOnlyIpv6,
  sayRecordTargetNotSimple,
} from './texts/records';

const OUR_MARK = 'lgtm-migrate:';

/** A name as records are compared: without the dot at its end, in small letters. */
export function nameOf(value: string): string {
  return value.replace(/\.$/, '').toLowerCase();
}

/** Why a name can't become a weighted pair; undefined: it can. */
export function findRecordProblem(
  name: string,
  sets: RecordSet[],
  zone: string,
  stack: string,
  policies: string[] = [],
): Finding | undefined {
  if (sets.length === 0) return sayNoRecord(name, zone);
  const mark = findMarkOfAnother(sets, stack);
  if (mark) return sayRecordIsAnothers(name, mark);
  const [record] = sets as [RecordSet];
  if (sets.length > 1 || record.setIdentifier) {
    return sayRecordNotSimple(name, sets, policies);
  }
  if (record.type === 'AAAA') return sayRecordOnlyIpv6(name);
  if (record.alias) {
    return sayRecordIsAlias(name, record.alias.dnsName);
  }
  if (record.type !== 'CNAME') return undefined;
  const [target] = record.values as [string];
  return isWithin(zone, nameOf(target)) ? undefined : sayRecordLeavesZone(name, target, zone);
}

/** The routing policies of record sets that are not simple, each once. Source: AWS, "Choosing a routing policy" */
export function listPolicies(sets: ResourceRecordSet[]): string[] {
  const policies = sets.flatMap((set) => [
    ...(set.MultiValueAnswer ? ['multivalue'] : []),
    ...(set.GeoLocation ? ['geolocation'] : []),
    ...(set.GeoProximityLocation ? ['geoproximity'] : []),
    ...(set.CidrRoutingConfig ? ['by address'] : []),
    ...(set.Region ? ['latency'] : []),
    ...(set.Failover ? ['failover'] : []),
    ...(set.HealthCheckId === undefined ? [] : ['health-checked']),
  ]);
  return [...new Set(policies)];
}

function findMarkOfAnother(sets: RecordSet[], stack: string): string | undefined {
  const own = Object.values(setIdentifiersOf(stack));
  const identifiers = sets.map(({ setIdentifier = '' }) => setIdentifier);
  const marked = identifiers.filter((identifier) => identifier.startsWith(OUR_MARK));
  return marked.find((identifier) => !own.includes(identifier));
}

/** Why a pair can't alias what a CNAME points to: that must be one simple A record. */
export function findTargetProblem(record: RecordSet, targets: RecordSet[]): Finding | undefined {
  const [target] = targets;
  const isSimple = target?.type === 'A' && !target.alias && !target.setIdentifier;
  if (targets.length === 1 && isSimple) return undefined;
  const [name] = record.values as [string];
  return sayRecordTargetNotSimple(record.name, name, targets);
}
