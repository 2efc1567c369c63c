import { isDeepStrictEqual } from 'node:util';
import type { AliasTarget, Change, ChangeAction, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { RecordSet } from '../../contract/records';

type Alias = NonNullable<RecordSet['alias']>;

/** How Route 53 writes the asterisk of a wildcard. */
const ESCAPED_ASTERISK = '\\052';

/**
 * A DNS name in lower case and without the dot of
 * the root, which Route 53 adds to what it returns.
 */
export function normaliseName(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

/** A record set of Route 53 in the contract's form. */
export function parseRecordSet(set: ResourceRecordSet): RecordSet {
  const { Name = '', Type, TTL, ResourceRecords = [], AliasTarget, SetIdentifier, Weight, HealthCheckId } = set;
  const values = ResourceRecords.flatMap(({ Value }) => Value ?? []);
  return {
    name: normaliseName(Name).replace(ESCAPED_ASTERISK, '*'),
    type: Type as RecordSet['type'],
    ...(TTL === undefined ? {} : { ttl: TTL }),
    ...(values.length > 0 ? { values } : {}),
    ...(AliasTarget ? { alias: parseAlias(AliasTarget) } : {}),
    ...(SetIdentifier ? { setIdentifier: SetIdentifier } : {}),
    ...(Weight === undefined ? {} : { weight: Weight }),
    ...(HealthCheckId === undefined ? {} : { healthCheckId: HealthCheckId }),
  };
}

function parseAlias({ HostedZoneId, DNSName = '', EvaluateTargetHealth = false }: AliasTarget): Alias {
  return {
    hostedZoneId: HostedZoneId!,
    dnsName: normaliseName(DNSName),
    evaluateTargetHealth: EvaluateTargetHealth,
  };
}

/** A record set of the contract in Route 53's form. */
function formatRecordSet(set: RecordSet): ResourceRecordSet {
  const { name, type, ttl, values, alias, setIdentifier, weight, healthCheckId } = set;
  return {
    Name: name,
    Type: type,
    TTL: ttl,
    ResourceRecords: values?.map((Value) => ({ Value })),
    SetIdentifier: setIdentifier,
    Weight: weight,
    HealthCheckId: healthCheckId,
    ...(alias ? { AliasTarget: formatAlias(alias) } : {}),
  };
}

function formatAlias({ hostedZoneId, dnsName, evaluateTargetHealth }: Alias): AliasTarget {
  return {
    HostedZoneId: hostedZoneId,
    DNSName: dnsName,
    EvaluateTargetHealth: evaluateTargetHealth,
  };
}

/**
 * Record sets as a person reads them:
 * `A 198.51.100.7 TTL 300`, `A alias lgtm-alb… weight 10`, `no record`.
 */
export function describeRecordSets(sets: RecordSet[]): string {
  if (sets.length === 0) return 'no record';
  return sets.map(describeRecordSet).join(' + ');
}

function describeRecordSet(set: RecordSet): string {
  const { type, ttl, values, alias, weight, healthCheckId } = set;
  const destination = alias ? `alias ${alias.dnsName}` : values?.join(', ');
  const parts = [type, destination];
  if (ttl !== undefined) parts.push(`TTL ${ttl}`);
  if (weight !== undefined) parts.push(`weight ${weight}`);
  if (healthCheckId !== undefined) parts.push(`health check ${healthCheckId}`);
  return parts.join(' ');
}

/** Whether both are the same record sets, in whatever order. */
export function areSameRecordSets(some: RecordSet[], others: RecordSet[]): boolean {
  return isDeepStrictEqual(sortRecordSets(some), sortRecordSets(others));
}

function sortRecordSets(sets: RecordSet[]): RecordSet[] {
  const nameOf = ({ setIdentifier, type }: RecordSet) => setIdentifier ?? type;
  return [...sets].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

/**
 * The record set with a host's new public addresses
 * in place of its old ones; `addresses`: old → new.
 */
export function replaceAddresses(set: RecordSet, addresses: Record<string, string>): RecordSet {
  if (!set.values) return set;
  const values = set.values.map((value) => addresses[value] ?? value);
  return {
    ...set,
    values,
  };
}

/**
 * The changes that replace `current` by `wanted`; none where they are the same. A DELETE names the old record set
 * exactly, and a CREATE takes no other's place: an edit in between makes the batch fail, and is not written over.
 */
export function planReplacement(current: RecordSet[], wanted: RecordSet[]): Change[] {
  return [...planChanges('DELETE', without(current, wanted)), ...planChanges('CREATE', without(wanted, current))];
}

/** Those that are not among the others as they are. */
const without = (sets: RecordSet[], others: RecordSet[]): RecordSet[] =>
  sets.filter((set) => !others.some((other) => isDeepStrictEqual(set, other)));

/**
 * The changes that write `sets`, even where they are there already: after a
 * lost reply only a new change id says when Route 53's servers have them.
 */
export const planUpserts = (sets: RecordSet[]): Change[] => planChanges('UPSERT', sets);

const planChanges = (Action: ChangeAction, sets: RecordSet[]): Change[] =>
  sets.map((set) => ({
    Action,
    ResourceRecordSet: formatRecordSet(set),
  }));
