import type { PairRequest, SavedRecord } from '../../contract/records';
import type { Undo } from '../../contract/undos';
import { zoneOf } from '../../plan/names';
import type { Run } from '../engine/run';

/** What the names lead to on ECS. */
interface Balancers extends Pick<PairRequest, 'loadBalancer'> {
  ingest?: Pick<PairRequest, 'loadBalancer'>;
}

/**
 * Both sides of names that move, as every record activity takes them: a request for each hosted zone that has some, since
 * a batch is of one zone.
 */
export function createPairRequests(
  { plan }: Pick<Run, 'plan'>,
  records: SavedRecord[],
  { loadBalancer, ingest }: Balancers,
): PairRequest[] {
  const zones = new Set(records.map((record) => zoneOf(plan, record)));
  return [...zones].map((hostedZone) => {
    const isHere = (record: { zone?: string | undefined }) => zoneOf(plan, record) === hostedZone;
    const unevaluated = plan.records.filter((record) => !record.evaluateTargetHealth && isHere(record));
    const own = records.filter(isHere);
    const leadsSenders = ingest !== undefined && own.some(({ to }) => to === 'ingest');
    return {
      hostedZone,
      ttl: plan.shift.ttl,
      name: plan.name,
      records: own,
      loadBalancer: aliasOf(loadBalancer),
      ...(leadsSenders && {
        ingest: aliasOf(ingest.loadBalancer),
      }),
      ...(unevaluated.length > 0 && {
        unevaluated: unevaluated.map(({ name }) => name),
      }),
    };
  });
}

const aliasOf = ({ dnsName, hostedZoneId }: PairRequest['loadBalancer']): PairRequest['loadBalancer'] => ({
  dnsName,
  hostedZoneId,
});

/** Only some of a request's names. */
export const keepRecords = (pair: PairRequest, isKept: (record: SavedRecord) => boolean): PairRequest => ({
  ...pair,
  records: pair.records.filter(isKept),
});

/** The undos of all record changes: traffic first, and each record as it was at last. */
export function listRecordUndos(pairs: PairRequest[], hosts: string[]): Undo[] {
  const before = pairs.map((pair): Undo => ({
    id: `${joinNames(pair)}${tellZone(pairs, pair)} as before`,
    stage: 'record',
    verb: 'restoreRecords',
    input: pair,
  }));
  const traffic = pairs.map((pair): Undo => ({
    id: `all traffic${tellZone(pairs, pair)} to the host`,
    stage: 'traffic',
    verb: 'restoreTraffic',
    input: {
      ...pair,
      hosts,
    },
  }));
  return [...before, ...traffic];
}

/** Which zone is meant, where there are several. */
export const tellZone = (of: unknown[], { hostedZone }: Pick<PairRequest, 'hostedZone'>): string =>
  of.length > 1 ? ` in ${hostedZone}` : '';

/** The names of a request, as an operator reads them. */
export const joinNames = ({ records }: Pick<PairRequest, 'records'>): string =>
  records.map(({ name }) => name).join(', ');

/** Those of all zones, each once. */
export function joinAllNames(pairs: PairRequest[]): string {
  const records = pairs.flatMap((pair) => pair.records);
  return [...new Set(records.map(({ name }) => name))].join(', ');
}

/** Whether its names are answered inside VPCs alone. */
export const isPrivate = ({ records }: Pick<PairRequest, 'records'>): boolean =>
  records.some((record) => record.isPrivate);
