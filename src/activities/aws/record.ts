import { isDeepStrictEqual } from 'node:util';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { until } from '../pacing';
import { isAws } from '../failures';
import type { Activities } from '../../contract/activities';
import type { PairRequest, RecordSet, SavedRecord } from '../../contract/records';

const POLL_MS = 1000;
const bare = (name: string) => name.replace(/\.$/, '').toLowerCase();

/** As Route 53 gave it, in our form. */
export function fromAws(set: ResourceRecordSet): RecordSet {
  return {
    name: bare(set.Name!).replace('\\052', '*'),
    type: set.Type as RecordSet['type'],
    ...(set.TTL === undefined ? {} : { ttl: set.TTL }),
    ...(set.ResourceRecords?.length ? { values: set.ResourceRecords.map(({ Value }) => Value!) } : {}),
    ...(set.AliasTarget
      ? {
          alias: {
            hostedZoneId: set.AliasTarget.HostedZoneId!,
            dnsName: bare(set.AliasTarget.DNSName!),
            evaluateTargetHealth: set.AliasTarget.EvaluateTargetHealth ?? false,
          },
        }
      : {}),
    ...(set.SetIdentifier ? { setIdentifier: set.SetIdentifier } : {}),
    ...(set.Weight === undefined ? {} : { weight: set.Weight }),
  };
}

function toAws(set: RecordSet): ResourceRecordSet {
  return {
    Name: set.name,
    Type: set.type,
    TTL: set.ttl,
    ResourceRecords: set.values?.map((Value) => ({ Value })),
    SetIdentifier: set.setIdentifier,
    Weight: set.weight,
    ...(set.alias
      ? {
          AliasTarget: {
            HostedZoneId: set.alias.hostedZoneId,
            DNSName: set.alias.dnsName,
            EvaluateTargetHealth: set.alias.evaluateTargetHealth,
          },
        }
      : {}),
  };
}

/** SetIdentifiers: how a weighted record is marked as ours. */
export const marks = (name: string) => ({ host: `lgtm-migrate:${name}:host`, ecs: `lgtm-migrate:${name}:ecs` });

/** A record in words: `A 198.51.100.7 TTL 300`, `A alias lgtm-alb… weight 10`. */
export function words(sets: RecordSet[]): string {
  if (sets.length === 0) return 'no record';
  return sets
    .map(
      ({ type, ttl, values, alias, weight }) =>
        `${type} ${alias ? `alias ${alias.dnsName}` : values?.join(', ')}${ttl === undefined ? '' : ` TTL ${ttl}`}${weight === undefined ? '' : ` weight ${weight}`}`,
    )
    .join(' + ');
}

/** What one name should be, at a weight on ECS; addresses maps a host's old public address to its new one. */
export function pairAt(
  { name, ttl, hostedZone, loadBalancer }: PairRequest,
  { original, target }: SavedRecord,
  weight: number,
  addresses: Record<string, string> = {},
): RecordSet[] {
  const mark = marks(name);
  const moved = (values: string[] = []) => values.map((value) => addresses[value] ?? value);
  // Route 53 keeps weighted records and CNAMEs of one name apart: a CNAME becomes an alias to the record it named
  const host: RecordSet = target
    ? {
        name: original.name,
        type: 'A',
        alias: { hostedZoneId: hostedZone, dnsName: target.name, evaluateTargetHealth: false },
        setIdentifier: mark.host,
        weight: 100 - weight,
      }
    : {
        name: original.name,
        type: 'A',
        ttl,
        values: moved(original.values),
        setIdentifier: mark.host,
        weight: 100 - weight,
      };
  return [{ ...ecsRecord(loadBalancer, original.name), setIdentifier: mark.ecs, weight }, host];
}

function ecsRecord(loadBalancer: PairRequest['loadBalancer'], name: string, evaluateTargetHealth = true): RecordSet {
  return {
    name,
    type: 'A',
    alias: { hostedZoneId: loadBalancer.hostedZoneId, dnsName: bare(loadBalancer.dnsName), evaluateTargetHealth },
  };
}

const sorted = (sets: RecordSet[]) =>
  [...sets].sort((a, b) => (a.setIdentifier ?? a.type).localeCompare(b.setIdentifier ?? b.type));
const equal = (a: RecordSet[], b: RecordSet[]) => isDeepStrictEqual(sorted(a), sorted(b));

/** Route 53: every verb reads, compares with what may be there, and changes all names in one batch. */
export function recordActivities({ clients: { route53 } }: Deps) {
  async function read(hostedZone: string, name: string): Promise<RecordSet[]> {
    const { ResourceRecordSets = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: hostedZone, StartRecordName: name, MaxItems: 100 }),
    );
    return ResourceRecordSets.map(fromAws).filter(
      (set) => set.name === bare(name) && ['A', 'AAAA', 'CNAME'].includes(set.type),
    );
  }

  async function change(
    hostedZone: string,
    Comment: string,
    wanted: () => Promise<Change[]>,
  ): Promise<{ changeId?: string }> {
    const send = async (): Promise<{ changeId?: string }> => {
      const Changes = await wanted();
      if (Changes.length === 0) return {};
      const { ChangeInfo } = await route53.send(
        new ChangeResourceRecordSetsCommand({ HostedZoneId: hostedZone, ChangeBatch: { Comment, Changes } }),
      );
      return { changeId: ChangeInfo!.Id!.replace('/change/', '') };
    };
    try {
      return await send();
    } catch (error) {
      if (!isAws(error, 'InvalidChangeBatch')) throw error;
      // the reply to our own batch may have been lost and the SDK repeated it, or somebody edited since: look again
      return send();
    }
  }

  /** Replaces what is there by what should be; a DELETE names the old one exactly, so a later edit makes the batch fail. */
  function replace(now: RecordSet[], wanted: RecordSet[]): Change[] {
    if (equal(now, wanted)) return [];
    const key = ({ type, setIdentifier }: RecordSet) => `${type} ${setIdentifier ?? ''}`;
    const stays = new Set(wanted.map(key));
    return [
      ...now
        .filter((set) => !stays.has(key(set)))
        .map((set) => ({ Action: 'DELETE' as const, ResourceRecordSet: toAws(set) })),
      ...wanted.map((set) => ({ Action: 'UPSERT' as const, ResourceRecordSet: toAws(set) })),
    ];
  }

  /** Writes what is there once more: after a lost reply only a new change id says when Route 53's servers have it. */
  const again = (sets: RecordSet[]): Change[] =>
    sets.map((set) => ({ Action: 'UPSERT', ResourceRecordSet: toAws(set) }));

  /** The changes that bring one name to `wanted`, if it is in one of the states that we left it in. */
  async function moved(
    hostedZone: string,
    name: string,
    expected: RecordSet[][],
    wanted: RecordSet[],
  ): Promise<Change[]> {
    const now = await read(hostedZone, name);
    if (equal(now, wanted)) return again(wanted);
    if (!expected.some((state) => equal(now, state))) {
      throw ApplicationFailure.nonRetryable(
        `${name} was edited by someone else: expected ${words(expected[0] ?? [])}, found ${words(now)}; put it back as expected, then retry, or abort`,
        'RecordEdited',
      );
    }
    return replace(now, wanted);
  }

  const withTtl = (set: RecordSet, ttl: number): RecordSet => ({ ...set, ttl });
  const each = async (records: SavedRecord[], changes: (record: SavedRecord) => Promise<Change[]>) =>
    (await Promise.all(records.map(changes))).flat();

  return {
    async lowerTtl({ hostedZone, ttl, records }) {
      const sets = records.flatMap(({ original, target }) => (target ? [original, target] : [original]));
      const unique = sets.filter((set, index) => sets.findIndex((other) => other.name === set.name) === index);
      const high = unique.filter((set) => (set.ttl ?? 0) > ttl);
      const changes = async () =>
        (await Promise.all(high.map((set) => moved(hostedZone, set.name, [[set]], [withTtl(set, ttl)])))).flat();
      return {
        ...(await change(hostedZone, 'lgtm-migrate: short TTLs', changes)),
        waitSeconds: Math.max(0, ...high.map((set) => set.ttl ?? 0)),
      };
    },

    async createPair(request) {
      return change(request.hostedZone, 'lgtm-migrate: weighted pair', () =>
        each(request.records, (saved) =>
          moved(
            request.hostedZone,
            saved.name,
            [[withTtl(saved.original, Math.min(saved.original.ttl ?? request.ttl, request.ttl))], [saved.original]],
            pairAt(request, saved, 0),
          ),
        ),
      );
    },

    async setWeight({ from, to, stood = {}, ...request }) {
      return change(request.hostedZone, `lgtm-migrate: ECS ${to}`, () =>
        each(request.records, (saved) =>
          moved(
            request.hostedZone,
            saved.name,
            [pairAt(request, saved, stood[saved.name] ?? from)],
            pairAt(request, saved, to),
          ),
        ),
      );
    },

    async foldPair(request) {
      return change(request.hostedZone, 'lgtm-migrate: ECS alone', () =>
        each(request.records, (saved) =>
          moved(
            request.hostedZone,
            saved.name,
            [pairAt(request, saved, 100)],
            [ecsRecord(request.loadBalancer, saved.name, false)],
          ),
        ),
      );
    },

    async unfoldPair(request) {
      return change(request.hostedZone, 'lgtm-migrate: the pair again', () =>
        each(request.records, async (saved) => {
          const now = await read(request.hostedZone, saved.name);
          return equal(now, [ecsRecord(request.loadBalancer, saved.name, false)])
            ? replace(now, pairAt(request, saved, 100))
            : [];
        }),
      );
    },

    /**
     * Our weights may stand anywhere. A name that is neither a pair nor a fold of ours is somebody's own and stays.
     * @throws RecordEdited, when the others are back, where such a name still leads to the load balancer: without tasks it would answer nobody
     */
    async restoreTraffic({ addresses = {}, ...request }) {
      const stuck = new Map<string, string>();
      const done = await change(request.hostedZone, 'lgtm-migrate: back to the host', () => {
        // a batch bears a name once, and several names may be aliases of one
        const written = new Set<string>();
        return each(request.records, async (saved) => {
          const now = await read(request.hostedZone, saved.name);
          const first = saved.target && !written.has(saved.target.name) && written.add(saved.target.name);
          const changed =
            Object.keys(addresses).length > 0 && saved.target && first
              ? await addressed(request.hostedZone, saved.target, addresses)
              : [];
          const wanted = pairAt(request, saved, 0, addresses);
          if (ours(request, saved, now))
            return [...changed, ...(equal(now, wanted) ? again(wanted) : replace(now, wanted))];
          if (now.some(leadsTo(request.loadBalancer)))
            stuck.set(
              saved.name,
              `found ${words(now)}, which leads to ECS; it was ${words([saved.original])} before the migration`,
            );
          return changed;
        });
      });
      if (stuck.size > 0) throw edited(stuck, 'point it to the host, then retry');
      return done;
    },

    /** What is still ours becomes what it was; what somebody edited meanwhile is left, and named when the rest is done. */
    async restoreRecords({ addresses = {}, ...request }) {
      const { hostedZone } = request;
      const back = (set: RecordSet): RecordSet =>
        set.values ? { ...set, values: set.values.map((value) => addresses[value] ?? value) } : set;
      const targets = [
        ...new Map(request.records.flatMap(({ target }) => (target ? [[target.name, target] as const] : []))).values(),
      ];
      const theirs = new Map<string, string>();
      const restored = async (before: RecordSet, isOurs: (now: RecordSet[]) => boolean): Promise<Change[]> => {
        const now = await read(hostedZone, before.name);
        if (equal(now, [back(before)])) return [];
        if (equal(now, [withTtl(back(before), request.ttl)]) || isOurs(now)) return replace(now, [back(before)]);
        theirs.set(before.name, `found ${words(now)}; it was ${words([before])} before the migration`);
        return [];
      };
      const { changeId } = await change(hostedZone, 'lgtm-migrate: as before', async () => {
        const names = await each(request.records, (saved) =>
          restored(saved.original, (now) => ours(request, saved, now)),
        );
        return [...names, ...(await Promise.all(targets.map((target) => restored(target, () => false)))).flat()];
      });
      if (theirs.size === 0) return changeId ? { changeId } : {};
      throw edited(theirs, 'put that back by hand');
    },

    async awaitInSync({ changeId }) {
      await until(
        async () => {
          const { ChangeInfo } = await route53.send(new GetChangeCommand({ Id: changeId }));
          return ChangeInfo?.Status === 'INSYNC' ? true : undefined;
        },
        POLL_MS,
        () => ({ changeId }),
      );
    },
  } satisfies Partial<Activities>;

  function edited(names: Map<string, string>, wayOut: string): ApplicationFailure {
    return ApplicationFailure.nonRetryable(
      `${[...names].map(([name, what]) => `${name} was edited by someone else: ${what}`).join('; ')}; ${wayOut}`,
      'RecordEdited',
    );
  }

  function leadsTo({ dnsName }: PairRequest['loadBalancer']): (set: RecordSet) => boolean {
    return ({ alias, values = [], weight }) =>
      weight !== 0 && [alias?.dnsName, ...values].some((to) => to !== undefined && bare(to) === bare(dnsName));
  }

  function ours(request: PairRequest, saved: SavedRecord, now: RecordSet[]): boolean {
    const mark = marks(request.name);
    const pair =
      now.length > 0 && now.every(({ setIdentifier }) => setIdentifier === mark.host || setIdentifier === mark.ecs);
    const fold = [true, false].some((health) => equal(now, [ecsRecord(request.loadBalancer, saved.name, health)]));
    return pair || fold;
  }

  async function addressed(
    hostedZone: string,
    target: RecordSet,
    addresses: Record<string, string>,
  ): Promise<Change[]> {
    const now = await read(hostedZone, target.name);
    const wanted = now.map((set) => ({ ...set, values: (set.values ?? []).map((value) => addresses[value] ?? value) }));
    return replace(now, wanted);
  }
}
