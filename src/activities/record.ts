import { isDeepStrictEqual } from 'node:util';
import { ChangeResourceRecordSetsCommand, GetChangeCommand, ListResourceRecordSetsCommand, type Change, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { ApplicationFailure } from '@temporalio/activity';
import { until, type Deps } from './aws';
import type { Activities, PairRequest, RecordSet, SavedRecord } from './types';

const POLL_MS = 1000;
const bare = (name: string) => name.replace(/\.$/, '').toLowerCase();

/** As Route 53 gave it, in our form. */
export function fromAws(set: ResourceRecordSet): RecordSet {
  return {
    name: bare(set.Name!).replace('\\052', '*'),
    type: set.Type as RecordSet['type'],
    ...(set.TTL === undefined ? {} : { ttl: set.TTL }),
    ...(set.ResourceRecords?.length ? { values: set.ResourceRecords.map(({ Value }) => Value!) } : {}),
    ...(set.AliasTarget ? { alias: { hostedZoneId: set.AliasTarget.HostedZoneId!, dnsName: bare(set.AliasTarget.DNSName!), evaluateTargetHealth: set.AliasTarget.EvaluateTargetHealth ?? false } } : {}),
    ...(set.SetIdentifier ? { setIdentifier: set.SetIdentifier } : {}),
    ...(set.Weight === undefined ? {} : { weight: set.Weight }),
  };
}

function toAws(set: RecordSet): ResourceRecordSet {
  return {
    Name: set.name, Type: set.type, TTL: set.ttl, ResourceRecords: set.values?.map((Value) => ({ Value })), SetIdentifier: set.setIdentifier, Weight: set.weight,
    ...(set.alias ? { AliasTarget: { HostedZoneId: set.alias.hostedZoneId, DNSName: set.alias.dnsName, EvaluateTargetHealth: set.alias.evaluateTargetHealth } } : {}),
  };
}

/** SetIdentifiers: how a weighted record is marked as ours. */
export const marks = (name: string) => ({ host: `lgtm-migrate:${name}:host`, ecs: `lgtm-migrate:${name}:ecs` });

/** A record in words: `A 198.51.100.7 TTL 300`, `A alias lgtm-alb… weight 10`. */
export function words(sets: RecordSet[]): string {
  if (sets.length === 0) return 'no record';
  return sets.map(({ type, ttl, values, alias, weight }) =>
    `${type} ${alias ? `alias ${alias.dnsName}` : values?.join(', ')}${ttl === undefined ? '' : ` TTL ${ttl}`}${weight === undefined ? '' : ` weight ${weight}`}`).join(' + ');
}

/** What one name should be, at a weight on ECS; addresses maps a host's old public address to its new one. */
export function pairAt({ name, ttl, hostedZone, loadBalancer }: PairRequest, { original, target }: SavedRecord, weight: number, addresses: Record<string, string> = {}): RecordSet[] {
  const mark = marks(name);
  const moved = (values: string[] = []) => values.map((value) => addresses[value] ?? value);
  // Route 53 keeps weighted records and CNAMEs of one name apart: a CNAME becomes an alias to the record it named
  const host: RecordSet = target
    ? { name: original.name, type: 'A', alias: { hostedZoneId: hostedZone, dnsName: target.name, evaluateTargetHealth: false }, setIdentifier: mark.host, weight: 100 - weight }
    : { name: original.name, type: 'A', ttl, values: moved(original.values), setIdentifier: mark.host, weight: 100 - weight };
  return [{ ...ecsRecord(loadBalancer, original.name), setIdentifier: mark.ecs, weight }, host];
}

function ecsRecord(loadBalancer: PairRequest['loadBalancer'], name: string, evaluateTargetHealth = true): RecordSet {
  return { name, type: 'A', alias: { hostedZoneId: loadBalancer.hostedZoneId, dnsName: bare(loadBalancer.dnsName), evaluateTargetHealth } };
}

const sorted = (sets: RecordSet[]) => [...sets].sort((a, b) => (a.setIdentifier ?? a.type).localeCompare(b.setIdentifier ?? b.type));
const equal = (a: RecordSet[], b: RecordSet[]) => isDeepStrictEqual(sorted(a), sorted(b));

/** Route 53: every verb reads, compares with what may be there, and changes all names in one batch. */
export function recordActivities({ clients: { route53 } }: Deps) {
  async function read(hostedZone: string, name: string): Promise<RecordSet[]> {
    const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: hostedZone, StartRecordName: name, MaxItems: 100 }));
    return ResourceRecordSets.map(fromAws).filter((set) => set.name === bare(name) && ['A', 'AAAA', 'CNAME'].includes(set.type));
  }

  async function change(hostedZone: string, Comment: string, changes: Change[]): Promise<{ changeId?: string }> {
    if (changes.length === 0) return {};
    const { ChangeInfo } = await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: hostedZone, ChangeBatch: { Comment, Changes: changes } }));
    return { changeId: ChangeInfo!.Id!.replace('/change/', '') };
  }

  /** Replaces what is there by what should be; a DELETE names the old one exactly, so a later edit makes the batch fail. */
  function replace(now: RecordSet[], wanted: RecordSet[]): Change[] {
    if (equal(now, wanted)) return [];
    const key = ({ type, setIdentifier }: RecordSet) => `${type} ${setIdentifier ?? ''}`;
    const stays = new Set(wanted.map(key));
    return [
      ...now.filter((set) => !stays.has(key(set))).map((set) => ({ Action: 'DELETE' as const, ResourceRecordSet: toAws(set) })),
      ...wanted.map((set) => ({ Action: 'UPSERT' as const, ResourceRecordSet: toAws(set) })),
    ];
  }

  /** The changes that bring one name to `wanted`, if it is in one of the states that we left it in. */
  async function moved(hostedZone: string, name: string, expected: RecordSet[][], wanted: RecordSet[]): Promise<Change[]> {
    const now = await read(hostedZone, name);
    if (equal(now, wanted)) return [];
    if (!expected.some((state) => equal(now, state))) {
      throw ApplicationFailure.nonRetryable(`${name} was edited by someone else: expected ${words(expected[0] ?? [])}, found ${words(now)}; put it back as expected, then retry, or abort`, 'RecordEdited');
    }
    return replace(now, wanted);
  }

  const withTtl = (set: RecordSet, ttl: number): RecordSet => ({ ...set, ttl });
  const each = async (records: SavedRecord[], changes: (record: SavedRecord) => Promise<Change[]>) => (await Promise.all(records.map(changes))).flat();

  return {
    async lowerTtl({ hostedZone, ttl, records }) {
      const sets = records.flatMap(({ original, target }) => (target ? [original, target] : [original]));
      const unique = sets.filter((set, index) => sets.findIndex((other) => other.name === set.name) === index);
      const high = unique.filter((set) => (set.ttl ?? 0) > ttl);
      const changes = (await Promise.all(high.map((set) => moved(hostedZone, set.name, [[set]], [withTtl(set, ttl)])))).flat();
      return { ...(await change(hostedZone, 'lgtm-migrate: short TTLs', changes)), waitSeconds: Math.max(0, ...high.map((set) => set.ttl ?? 0)) };
    },

    async createPair(request) {
      return change(request.hostedZone, 'lgtm-migrate: weighted pair', await each(request.records, (saved) =>
        moved(request.hostedZone, saved.name, [[withTtl(saved.original, Math.min(saved.original.ttl ?? request.ttl, request.ttl))], [saved.original]], pairAt(request, saved, 0))));
    },

    async setWeight({ from, to, ...request }) {
      return change(request.hostedZone, `lgtm-migrate: ECS ${to}`, await each(request.records, (saved) => moved(request.hostedZone, saved.name, [pairAt(request, saved, from)], pairAt(request, saved, to))));
    },

    async foldPair(request) {
      return change(request.hostedZone, 'lgtm-migrate: ECS alone', await each(request.records, (saved) =>
        moved(request.hostedZone, saved.name, [pairAt(request, saved, 100)], [ecsRecord(request.loadBalancer, saved.name, false)])));
    },

    async unfoldPair(request) {
      return change(request.hostedZone, 'lgtm-migrate: the pair again', await each(request.records, async (saved) => {
        const now = await read(request.hostedZone, saved.name);
        return equal(now, [ecsRecord(request.loadBalancer, saved.name, false)]) ? replace(now, pairAt(request, saved, 100)) : [];
      }));
    },

    /** Our weights may stand anywhere; a name that is not a pair or a fold of ours is left as it is. */
    async restoreTraffic({ addresses = {}, ...request }) {
      return change(request.hostedZone, 'lgtm-migrate: back to the host', await each(request.records, async (saved) => {
        const now = await read(request.hostedZone, saved.name);
        const changed = Object.keys(addresses).length > 0 && saved.target ? await addressed(request.hostedZone, saved.target, addresses) : [];
        return ours(request, saved, now) ? [...changed, ...replace(now, pairAt(request, saved, 0, addresses))] : changed;
      }));
    },

    async restoreRecords({ addresses = {}, ...request }) {
      const { hostedZone } = request;
      const targets = new Map(request.records.flatMap(({ target }) => (target ? [[target.name, target] as const] : [])));
      const back = (set: RecordSet): RecordSet => (set.values ? { ...set, values: set.values.map((value) => addresses[value] ?? value) } : set);
      const names = await each(request.records, async (saved) => {
        const now = await read(hostedZone, saved.name);
        if (equal(now, [back(saved.original)])) return [];
        const untouched = equal(now, [withTtl(saved.original, request.ttl)]);
        if (!untouched && !ours(request, saved, now)) {
          throw ApplicationFailure.nonRetryable(`${saved.name} was edited by someone else: found ${words(now)}; it was ${words([saved.original])} before the migration, put that back by hand`, 'RecordEdited');
        }
        return replace(now, [back(saved.original)]);
      });
      const ttls = (await Promise.all([...targets.values()].map(async (target) => {
        const now = await read(hostedZone, target.name);
        const short = now.length === 1 && isDeepStrictEqual({ ...now[0], ttl: target.ttl }, back(target));
        return short && now[0]!.ttl === Math.min(target.ttl ?? 0, request.ttl) ? replace(now, [back(target)]) : [];
      }))).flat();
      return change(hostedZone, 'lgtm-migrate: as before', [...names, ...ttls]);
    },

    async awaitInSync({ changeId }) {
      await until(async () => {
        const { ChangeInfo } = await route53.send(new GetChangeCommand({ Id: changeId }));
        return ChangeInfo?.Status === 'INSYNC' ? true : undefined;
      }, POLL_MS, () => ({ changeId }));
    },
  } satisfies Partial<Activities>;

  function ours(request: PairRequest, saved: SavedRecord, now: RecordSet[]): boolean {
    const mark = marks(request.name);
    const pair = now.length > 0 && now.every(({ setIdentifier }) => setIdentifier === mark.host || setIdentifier === mark.ecs);
    const fold = [true, false].some((health) => equal(now, [ecsRecord(request.loadBalancer, saved.name, health)]));
    return pair || fold;
  }

  async function addressed(hostedZone: string, target: RecordSet, addresses: Record<string, string>): Promise<Change[]> {
    const now = await read(hostedZone, target.name);
    const wanted = now.map((set) => ({ ...set, values: (set.values ?? []).map((value) => addresses[value] ?? value) }));
    return replace(now, wanted);
  }
}
