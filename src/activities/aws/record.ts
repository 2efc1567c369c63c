import { GetChangeCommand } from '@aws-sdk/client-route-53';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { PairRequest, RecordChange, RecordSet, SavedRecord, WeightRequest } from '../../contract/records';
import type { Deps } from '../clients';
import { pollUntil } from '../pacing';
import { readRecordSets, sendChanges, sendMoves, type RecordMove } from './record-change';
import { buildFold, buildPair } from './record-pair';
import { areSameRecordSets, planReplacement } from './record-set';

const POLL_MS = 1000;

/** Lowers the TTL of the names and of what they point to. */
export async function lowerTtl(
  deps: Deps,
  { hostedZone, ttl, records }: InputOf<'lowerTtl'>,
): Promise<OutputOf<'lowerTtl'>> {
  const high = listRecordSets(records).filter((set) => (set.ttl ?? 0) > ttl);
  const moves = high.map((set): RecordMove => ({ name: set.name, expected: [[set]], wanted: [{ ...set, ttl }] }));
  const change = await sendMoves(deps, hostedZone, 'lgtm-migrate: short TTLs', moves);
  return { ...change, waitSeconds: Math.max(0, ...high.map((set) => set.ttl ?? 0)) };
}

/** Every name and every target as it was saved, each once: several names may point to one target. */
function listRecordSets(records: SavedRecord[]): RecordSet[] {
  const sets = records.flatMap(({ original, target }) => (target ? [original, target] : [original]));
  return sets.filter((set, index) => sets.findIndex(({ name }) => name === set.name) === index);
}

/** Replaces each record by its weighted pair, host 100 / ECS 0. */
export function createPair(deps: Deps, request: PairRequest): Promise<RecordChange> {
  const moves = request.records.map((saved): RecordMove => {
    const { name, original } = saved;
    const shortened = { ...original, ttl: Math.min(original.ttl ?? request.ttl, request.ttl) };
    return { name, expected: [[shortened], [original]], wanted: buildPair(request, saved, 0) };
  });
  return sendMoves(deps, request.hostedZone, 'lgtm-migrate: weighted pair', moves);
}

/** Sets the weight of every pair from `from` to `to` percent on ECS. */
export function setWeight(deps: Deps, { from, to, stood = {}, ...request }: WeightRequest): Promise<RecordChange> {
  const moves = request.records.map((saved): RecordMove => {
    const { name } = saved;
    const expected = buildPair(request, saved, stood[name] ?? from);
    return { name, expected: [expected], wanted: buildPair(request, saved, to) };
  });
  return sendMoves(deps, request.hostedZone, `lgtm-migrate: ECS ${to}`, moves);
}

/** Makes the pair the ECS record alone. */
export function foldPair(deps: Deps, request: PairRequest): Promise<RecordChange> {
  const moves = request.records.map((saved): RecordMove => {
    const expected = buildPair(request, saved, 100);
    return { name: saved.name, expected: [expected], wanted: [buildFold(request, saved)] };
  });
  return sendMoves(deps, request.hostedZone, 'lgtm-migrate: ECS alone', moves);
}

/** Undoes a fold; a name that is no fold any more stays as it is. */
export function unfoldPair(deps: Deps, request: PairRequest): Promise<RecordChange> {
  const { hostedZone, records } = request;
  return sendChanges(deps, hostedZone, 'lgtm-migrate: the pair again', async () => {
    const changes = await Promise.all(
      records.map(async (saved) => {
        const current = await readRecordSets(deps, hostedZone, saved.name);
        if (!areSameRecordSets(current, [buildFold(request, saved)])) return [];
        return planReplacement(current, buildPair(request, saved, 100));
      }),
    );
    return changes.flat();
  });
}

/** Waits until all of Route 53's servers answer with a change; heartbeats. */
export async function awaitInSync(deps: Deps, { changeId }: InputOf<'awaitInSync'>): Promise<void> {
  const look = async () => {
    const { ChangeInfo } = await deps.clients.route53.send(new GetChangeCommand({ Id: changeId }));
    return ChangeInfo?.Status === 'INSYNC' ? true : undefined;
  };
  await pollUntil(look, POLL_MS, () => ({ changeId }));
}

// until the merge
export { parseRecordSet as fromAws, describeRecordSets as words } from './record-set';
export { setIdentifiersOf as marks } from './record-pair';
