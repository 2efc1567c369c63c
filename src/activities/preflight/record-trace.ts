import type { RecordSet, SavedRecord } from '../../contract/records';
import type { StandingRecord } from '../../contract/remains';
import { setIdentifiersOf } from '../aws/record-pair';

/**
 * What a run of this stack left of a name, however it ended: the pair at any weight, or the fold.
 * @param balancer the name of the load balancer on ECS's side
 */
export function findTrace(sets: RecordSet[], stack: string, balancer: string | undefined): StandingRecord | undefined {
  return findPair(sets, stack) ?? findFold(sets, balancer);
}

/** The name as a run takes it that goes on from there: all of it leads to ECS; undefined: it does not. */
export function findMoved(sets: RecordSet[], stack: string, balancer: string | undefined): SavedRecord | undefined {
  if (balancer === undefined) return undefined;
  const trace = findTrace(sets, stack, balancer);
  if (trace?.weight !== 100) return undefined;
  if (trace.shape === 'pair') return sets.length === 2 && leadsTo(sets, balancer) ? trace.saved : undefined;
  const [original] = sets as [RecordSet];
  return {
    name: trace.name,
    original,
    moved: 'fold',
  };
}

const leadsTo = (sets: RecordSet[], balancer: string): boolean =>
  sets.some(({ alias, weight }) => weight !== 0 && alias?.dnsName === balancer);

/** The ECS record alone. */
function findFold(sets: RecordSet[], balancer: string | undefined): StandingRecord | undefined {
  const [record] = sets;
  if (!record || sets.length > 1 || record.setIdentifier) return undefined;
  if (balancer === undefined || record.alias?.dnsName !== balancer) return undefined;
  return {
    name: record.name,
    shape: 'fold',
    weight: 100,
  };
}

/** Both sides, or what somebody has left of them. */
function findPair(sets: RecordSet[], stack: string): StandingRecord | undefined {
  const mark = setIdentifiersOf(stack);
  const ecs = sets.find(({ setIdentifier }) => setIdentifier === mark.ecs);
  const host = sets.find(({ setIdentifier }) => setIdentifier === mark.host);
  const side = ecs ?? host;
  if (!side) return undefined;
  return {
    name: side.name,
    shape: 'pair',
    weight: percentOf(ecs, host),
    ...(host && { saved: recordBefore(host) }),
  };
}

/** Where both have weight 0, Route 53 answers with either as often. */
function percentOf(ecs: RecordSet | undefined, host: RecordSet | undefined): number {
  if (!ecs || !host) return ecs ? 100 : 0;
  const { weight: onEcs = 0 } = ecs;
  const { weight: onHost = 0 } = host;
  const sum = onEcs + onHost;
  return sum === 0 ? 50 : Math.round((onEcs / sum) * 100);
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
      target: {
        name: alias.dnsName,
        type: 'A',
      },
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
