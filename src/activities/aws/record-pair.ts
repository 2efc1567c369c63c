import type { PairRequest, RecordSet, SavedRecord } from '../../contract/records';
import { areSameRecordSets, normaliseName, replaceAddresses } from './record-set';

/** The SetIdentifiers of a plan's pairs: how a weighted record is known as ours. */
export function setIdentifiersOf(plan: string): { host: string; ecs: string } {
  return {
    host: `lgtm-migrate:${plan}:host`,
    ecs: `lgtm-migrate:${plan}:ecs`,
  };
}

/**
 * The two weighted records of one name.
 * @param weight percent on ECS
 * @param addresses a host's public addresses that
 * changed since the record was saved: old → new
 */
export function buildPair(
  request: PairRequest,
  saved: SavedRecord,
  weight: number,
  addresses: Record<string, string> = {},
): RecordSet[] {
  const identifiers = setIdentifiersOf(request.name);
  const { name } = saved.original;
  // one single task that restarts would send every sender home
  const isEvaluated = saved.to !== 'ingest' && !request.unevaluated?.includes(name);
  const ecs = buildEcsRecord(balancerOf(request, saved), name, isEvaluated);
  const host = buildHostRecord(request, saved, addresses);
  return [
    {
      ...ecs,
      setIdentifier: identifiers.ecs,
      weight,
    },
    {
      ...host,
      setIdentifier: identifiers.host,
      weight: 100 - weight,
    },
  ];
}

/**
 * The record that a fold leaves: target health is
 * evaluated only while there is a host to answer instead.
 */
export function buildFold(request: PairRequest, saved: SavedRecord): RecordSet {
  return buildEcsRecord(balancerOf(request, saved), saved.name, false);
}

/** Users come to the load balancer, senders to the ingest. */
export function balancerOf({ loadBalancer, ingest }: PairRequest, { to }: SavedRecord): PairRequest['loadBalancer'] {
  return to === 'ingest' ? ingest! : loadBalancer;
}

function buildEcsRecord(
  { hostedZoneId, dnsName }: PairRequest['loadBalancer'],
  name: string,
  evaluateTargetHealth = true,
): RecordSet {
  const alias = {
    hostedZoneId,
    dnsName: normaliseName(dnsName),
    evaluateTargetHealth,
  };
  return {
    name,
    type: 'A',
    alias,
  };
}

/**
 * Route 53 keeps weighted records and CNAMEs of one name
 * apart: a CNAME becomes an alias to the record it named.
 */
function buildHostRecord(
  { hostedZone, ttl }: PairRequest,
  { original: { name, values = [] }, target, addresses: hostAddresses = values }: SavedRecord,
  addresses: Record<string, string>,
): RecordSet {
  if (!target)
    return replaceAddresses(
      {
        name,
        type: 'A',
        ttl,
        values: hostAddresses,
      },
      addresses,
    );
  const alias = {
    hostedZoneId: hostedZone,
    dnsName: target.name,
    evaluateTargetHealth: false,
  };
  return {
    name,
    type: 'A',
    alias,
  };
}

/** Whether we wrote what a name has now: our pair at any weight, or the fold. */
export function isPairOrFold(request: PairRequest, saved: SavedRecord, current: RecordSet[]): boolean {
  return isPair(request, current) || isFold(request, saved, current);
}

function isPair(request: PairRequest, current: RecordSet[]): boolean {
  const { host, ecs } = setIdentifiersOf(request.name);
  if (current.length === 0) return false;
  return current.every(({ setIdentifier }) => setIdentifier === host || setIdentifier === ecs);
}

function isFold(request: PairRequest, saved: SavedRecord, current: RecordSet[]): boolean {
  return [true, false].some((evaluatesHealth) => {
    const fold = buildEcsRecord(balancerOf(request, saved), saved.name, evaluatesHealth);
    return areSameRecordSets(current, [fold]);
  });
}

/** Whether answers to this record lead to the load balancer. */
export function leadsToLoadBalancer(
  { alias, values = [], weight }: RecordSet,
  loadBalancer: PairRequest['loadBalancer'],
): boolean {
  if (weight === 0) return false;
  const destinations = alias ? [alias.dnsName, ...values] : values;
  const wanted = normaliseName(loadBalancer.dnsName);
  return destinations.some((destination) => normaliseName(destination) === wanted);
}
