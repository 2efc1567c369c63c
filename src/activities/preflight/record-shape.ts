import { setIdentifiersOf } from '../aws/record-pair';
import type { Finding } from '../../contract/findings';
import type { RecordSet, SavedRecord } from '../../contract/records';

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

/**
 * What an earlier run of this stack left when it ended completed: the fold, or the pair
 * where it kept the hosts.
 * @param balancer the name of the load balancer on ECS's side
 */
export function findTrace(sets: RecordSet[], stack: string, balancer: string | undefined): SavedRecord | undefined {
  if (balancer === undefined) return undefined;
  return findFold(sets, balancer) ?? findPair(sets, stack, balancer);
}

/** The ECS record alone. */
function findFold(sets: RecordSet[], balancer: string): SavedRecord | undefined {
  const [record] = sets;
  if (!record || sets.length > 1) return undefined;
  const isFold = record.alias?.dnsName === balancer && !record.setIdentifier;
  return isFold
    ? {
        name: record.name,
        original: record,
        moved: 'fold',
      }
    : undefined;
}

/** Both sides, with all of the weight on ECS. */
function findPair(sets: RecordSet[], stack: string, balancer: string): SavedRecord | undefined {
  if (sets.length !== 2) return undefined;
  const mark = setIdentifiersOf(stack);
  const ecs = sets.find(({ setIdentifier }) => setIdentifier === mark.ecs);
  const host = sets.find(({ setIdentifier }) => setIdentifier === mark.host);
  if (!ecs || !host) return undefined;
  const leadsToEcs = ecs.alias?.dnsName === balancer;
  const isAllOnEcs = ecs.weight === 100 && host.weight === 0;
  return leadsToEcs && isAllOnEcs ? recordBefore(host) : undefined;
}

/** What the host's side of a pair was made of. */
function recordBefore({ name, values, ttl, alias }: RecordSet): SavedRecord {
  if (alias) {
    return {
      name,
      moved: 'pair',
      original: {
        name,
        type: 'CNAME',
        values: [alias.dnsName],
      },
      target: { name: alias.dnsName, type: 'A' },
    };
  }
  const original: RecordSet = {
    name,
    type: 'A',
    ...(ttl === undefined ? {} : { ttl }),
    values: values ?? [],
  };
  return {
    name,
    moved: 'pair',
    original,
  };
}

/** Why a name can't become a weighted pair; undefined: it can. */
export function findRecordProblem(name: string, sets: RecordSet[], zone: string, stack: string): Finding | undefined {
  if (sets.length === 0) return sayNoRecord(name, zone);
  const mark = findMarkOfAnother(sets, stack);
  if (mark) return sayRecordIsAnothers(name, mark);
  const [record] = sets as [RecordSet];
  if (sets.length > 1 || record.setIdentifier) {
    return sayRecordNotSimple(name, sets);
  }
  if (record.type === 'AAAA') return sayRecordOnlyIpv6(name);
  if (record.alias) {
    return sayRecordIsAlias(name, record.alias.dnsName);
  }
  if (record.type !== 'CNAME') return undefined;
  const [target] = record.values as [string];
  const isInZone = target.replace(/\.$/, '').endsWith(`.${zone}`);
  return isInZone ? undefined : sayRecordLeavesZone(name, target, zone);
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
