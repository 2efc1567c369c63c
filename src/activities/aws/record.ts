import { GetChangeCommand, type Change } from '@aws-sdk/client-route-53';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { PairRequest, RecordChange, RecordSet, SavedRecord, WeightRequest } from '../../contract/records';
import type { Deps } from '../clients';
import { pollUntil } from '../pacing';
import { planForEach, readRecordSets, sendChanges, sendMoves, type RecordMove } from './record-change';
import { buildFold, buildPair } from './record-pair';
import { areSameRecordSets, planReplacement } from './record-set';
import { askPublicAnswers } from './record-answers';
import { notInSync, wrongAnswers } from './texts';

const POLL_MS = 1000;

/** Lowers the TTL of the names and of what they point to. */
export async function lowerTtl(
  deps: Deps,
  { hostedZone, ttl, records }: InputOf<'lowerTtl'>,
): Promise<OutputOf<'lowerTtl'>> {
  const sets = listRecordSets(records).filter((set) => ttlOf(set) > ttl);
  const moves = sets.map((set): RecordMove => {
    const shortened = {
      ...set,
      ttl,
    };
    return {
      name: set.name,
      expected: [[set]],
      wanted: [shortened],
    };
  });
  const change = await sendMoves(deps, hostedZone, 'lgtm-migrate: short TTLs', moves);
  const waitSeconds = Math.max(0, ...sets.map(ttlOf));
  return {
    ...change,
    waitSeconds,
  };
}

/** Every name and every target as it was saved, each once. */
function listRecordSets(records: SavedRecord[]): RecordSet[] {
  const sets = new Map<string, RecordSet>();
  for (const { original, target } of records) {
    if (!sets.has(original.name)) sets.set(original.name, original);
    if (target && !sets.has(target.name)) sets.set(target.name, target);
  }
  return [...sets.values()];
}

/** Seconds; an alias has none. */
function ttlOf({ ttl = 0 }: RecordSet): number {
  return ttl;
}

/** Replaces each record by its weighted pair, host 100 / ECS 0. */
export function createPair(deps: Deps, request: PairRequest): Promise<RecordChange> {
  const moves = request.records.map((saved): RecordMove => {
    const { name, original } = saved;
    const ttl = Math.min(original.ttl ?? request.ttl, request.ttl);
    const shortened = {
      ...original,
      ttl,
    };
    return {
      name,
      expected: [[shortened], [original]],
      wanted: buildPair(request, saved, 0),
    };
  });
  return sendMoves(deps, request.hostedZone, 'lgtm-migrate: weighted pair', moves);
}

/** Sets the weight of every pair from `from` to `to` percent on ECS. */
export function setWeight(deps: Deps, request: WeightRequest): Promise<RecordChange> {
  const { from, to, stood = {} } = request;
  const moves = request.records.map((saved): RecordMove => {
    const { name } = saved;
    const weight = stood[name] ?? from;
    return {
      name,
      expected: [buildPair(request, saved, weight)],
      wanted: buildPair(request, saved, to),
    };
  });
  return sendMoves(deps, request.hostedZone, `lgtm-migrate: ECS ${to}`, moves);
}

/** Makes the pair the ECS record alone. */
export function foldPair(deps: Deps, request: PairRequest): Promise<RecordChange> {
  const moves = request.records.map((saved): RecordMove => ({
    name: saved.name,
    expected: [buildPair(request, saved, 100)],
    wanted: [buildFold(request, saved)],
  }));
  return sendMoves(deps, request.hostedZone, 'lgtm-migrate: ECS alone', moves);
}

/** Undoes a fold; a name that is no fold any more stays as it is. */
export function unfoldPair(deps: Deps, request: PairRequest): Promise<RecordChange> {
  return sendChanges(deps, request.hostedZone, 'lgtm-migrate: the pair again', () =>
    planForEach(request.records, (saved) => planUnfold(deps, request, saved)),
  );
}

async function planUnfold(deps: Deps, request: PairRequest, saved: SavedRecord): Promise<Change[]> {
  const current = await readRecordSets(deps, request.hostedZone, saved.name);
  const fold = [buildFold(request, saved)];
  if (!areSameRecordSets(current, fold)) return [];
  return planReplacement(current, buildPair(request, saved, 100));
}

/**
 * Waits until all of Route 53's servers answer with a change, and with a side of its pair for each name.
 * @throws NotInSync, final, where it takes longer than it may; WrongAnswer
 */
export async function awaitInSync(
  deps: Deps,
  { changeId, timeoutMs, pair }: InputOf<'awaitInSync'>,
): Promise<OutputOf<'awaitInSync'>> {
  const began = Date.now();
  const look = async () => {
    const command = new GetChangeCommand({
      Id: changeId,
    });
    const { ChangeInfo } = await deps.clients.route53.send(command);
    if (ChangeInfo?.Status === 'INSYNC') return true;
    if (Date.now() - began <= timeoutMs) return undefined;
    throw ApplicationFailure.nonRetryable(notInSync(changeId, ChangeInfo?.Status, timeoutMs), 'NotInSync');
  };
  await pollUntil(look, POLL_MS, () => ({
    changeId,
  }));
  if (!pair) return undefined;
  const { problems, unknown } = await askPublicAnswers(deps, pair);
  if (problems.length > 0) throw ApplicationFailure.nonRetryable(wrongAnswers(problems), 'WrongAnswer');
  return unknown.length > 0 ? unknown.join('; ') : undefined;
}
