import { isCancellation } from '@temporalio/workflow';
import type { ActivityName, InputOf, OutputOf } from '../../contract/activities';
import type { AnsweringPair, PairRequest, RestoreRequest, SavedRecord } from '../../contract/records';
import { perform, type Patience } from '../engine/activities';
import { failFor, typeOf } from '../engine/failures';
import { retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';
import type { Release } from '../engine/release';
import type { ShiftStep } from '../engine/steps';
import { rest } from '../engine/timers';
import {
  createPairRequests,
  isPrivate,
  joinAllNames,
  joinNames,
  keepRecords,
  listRecordUndos,
  tellZone,
} from './pairs';
import { tellHalfDone, tellUnconfirmed, tellUnknownAnswers } from './texts';

/** Seconds that resolvers keep an alias to a load balancer, whatever the TTL of the pair (facts of AWS). */
const ALIAS_TTL_S = 60;
/** As long as Route 53's servers take for a change. Source: Route 53, developer guide, ChangeResourceRecordSets */
const PROPAGATION_MS = 60_000;
/** After which nobody waits for INSYNC any more. */
const IN_SYNC_MS = 10 * PROPAGATION_MS;

/**
 * Waits until Route 53's servers have a change.
 * @param pair whose names must then answer with one of its sides
 * @returns what nobody could tell of an answer
 */
async function waitUntilInSync(changeId: string | undefined, pair?: AnsweringPair): Promise<string | undefined> {
  if (!changeId) return undefined;
  return perform('awaitInSync', 'until Route 53 is INSYNC', {
    changeId,
    timeoutMs: IN_SYNC_MS,
    ...(pair && { pair }),
  });
}

/** Waits until every resolver has forgotten what was before. */
const waitUntilForgotten = (ttlSeconds: number): Promise<void> =>
  rest(ttlSeconds * 1000, 'until resolvers have forgotten the old answer');

/**
 * On the way back: what can't be confirmed holds nothing up, since the change was taken. As long as Route 53 says that
 * its servers need is waited instead.
 */
async function waitUntilTaken({ progress }: Run, changeId: string | undefined): Promise<void> {
  try {
    await waitUntilInSync(changeId);
  } catch (error) {
    progress.addEvent(tellUnconfirmed(error));
    await rest(PROPAGATION_MS, 'as long as Route 53 may take');
  }
}

/** Activities that change records. */
type RecordVerb = Extract<ActivityName, 'lowerTtl' | 'createPair' | 'setWeight' | 'foldPair'>;

/** What goes with a change of records. */
interface Beside {
  /** with the change of each zone, also where another one refuses it */
  reach?: () => void;
  /** with the change of all, before Route 53's servers have it */
  begin?: () => void;
  /** of each zone: names that must answer with a side of their pair; undefined: a probe asks */
  answering?: (AnsweringPair | undefined)[];
}

/**
 * Changes records, zone by zone, and waits until Route 53 has the changes of all. What fails holds: somebody else's edit
 * too, which shows the difference and is never written over. A retry sends every batch again: what is done already is
 * only written once more.
 */
async function changeRecords<N extends RecordVerb>(
  migration: Run,
  verb: N,
  summary: string,
  inputs: InputOf<N>[],
  { reach, begin, answering }: Beside = {},
): Promise<OutputOf<N>[]> {
  const changes = await retryWhenTold(migration, 'the record change', () => changeZones(verb, summary, inputs, reach));
  begin?.();
  for (const [index, { changeId }] of changes.entries()) {
    const wait = () => waitUntilInSync(changeId, answering?.[index]);
    const unknown = await retryWhenTold(migration, 'asking whether Route 53 is INSYNC', wait);
    if (unknown) migration.progress.addEvent(tellUnknownAnswers(unknown));
  }
  return changes;
}

/** One batch after the other: one that is refused keeps those after it from being sent. */
async function changeZones<N extends RecordVerb>(
  verb: N,
  summary: string,
  inputs: InputOf<N>[],
  reach?: () => void,
): Promise<OutputOf<N>[]> {
  const changes: OutputOf<N>[] = [];
  for (const [index, input] of inputs.entries()) {
    try {
      changes.push(await perform(verb, `${summary}${tellZone(inputs, input)}`, input));
      reach?.();
    } catch (error) {
      if (inputs.length === 1 || isCancellation(error)) throw error;
      const done = inputs.slice(0, index).map(({ hostedZone }) => hostedZone);
      throw failFor(typeOf(error) ?? 'RecordChange', tellHalfDone(input.hostedZone, done, error));
    }
  }
  return changes;
}

/** Every TTL that clients may hold becomes short and is waited out; then the names become weighted pairs. */
export async function prepareRecords(migration: Run, pairs: PairRequest[], hosts: string[]): Promise<void> {
  const { progress, plan } = migration;
  const { ttl } = plan.shift;
  const names = joinAllNames(pairs);
  for (const undo of listRecordUndos(pairs, hosts)) migration.writeUndo(undo);

  const lowering = pairs.map(({ hostedZone, records }) => ({
    hostedZone,
    ttl,
    records,
  }));
  const lowered = await changeRecords(migration, 'lowerTtl', `TTL of ${names} to ${ttl} s`, lowering);
  const waitSeconds = Math.max(...lowered.map((change) => change.waitSeconds));
  progress.setDetail('shift', `TTL ${ttl} s, waiting out ${waitSeconds} s`);
  await waitUntilForgotten(waitSeconds);

  await leaveMovingNames(migration, pairs);
  const others = pairs.map((pair) => keepRecords(pair, (record) => !isLeaving(record)));
  const summary = `${joinAllNames(others)}: weighted pair, host 100 and ECS 0`;
  await changeRecords(migration, 'createPair', summary, others);
  progress.addEvent(`${names}: weighted pair made, host 100, ECS 0`);
}

const isLeaving = ({ addresses }: SavedRecord): boolean => addresses !== undefined;

/**
 * Names that were CNAMEs of another one that moves have the host's addresses before that becomes a pair, and nobody
 * follows the CNAME any more: a user would come to the ingest, which serves none, or get that name's weight on top of
 * his own.
 */
async function leaveMovingNames(migration: Run, pairs: PairRequest[]): Promise<void> {
  const leaving = pairs.map((pair) => keepRecords(pair, isLeaving)).filter(({ records }) => records.length > 0);
  if (leaving.length === 0) return;
  const names = joinAllNames(leaving);
  const summary = `${names}: weighted pair, no CNAME of a name that moves any more`;
  await changeRecords(migration, 'createPair', summary, leaving);
  await waitUntilForgotten(migration.plan.shift.ttl);
  migration.progress.addEvent(`${names}: the host's addresses in place of a CNAME of a name that moves too`);
}

/**
 * Sets the weight of one step, and waits until every resolver answers by it. It is watched before the first is asked for:
 * a try whose reply is lost has sent users.
 */
export async function setWeight(
  migration: Run,
  release: Release,
  { from, weight, records, standing }: ShiftStep,
): Promise<void> {
  const { progress, watch, plan } = migration;
  const moved =
    Object.keys(standing).length > 0
      ? {
          stood: standing,
        }
      : {};
  const requests = createPairRequests(migration, records, release).map((pair) => ({
    ...pair,
    from,
    to: weight,
    ...moved,
  }));
  const summary = `weights: ECS ${weight}, host ${100 - weight}`;
  const moving = records.map(({ name }) => name);
  migration.facts.hasSentUsers = true;
  const judge = () => watch.judgeAnew(release, `at ${weight} %`, moving);
  if (!watch.hasBegun) judge();
  await changeRecords(migration, 'setWeight', summary, requests, {
    reach: () => progress.setWeight(weight),
    begin: () => {
      progress.setStep(weight, 'syncing');
      progress.setDetail('shift', `${weight} %`);
      judge();
    },
    answering: requests.map((pair) => (isPrivate(pair) ? undefined : pair)),
  });
  await waitUntilForgotten(plan.shift.ttl);
  progress.addEvent(`weight ${weight} %: INSYNC, and one TTL waited`);
}

/**
 * The pairs become the ECS records alone: a weight-0 record is answered when the others are unhealthy, and a name must
 * not lead to a host that is off.
 */
export async function foldRecords(migration: Run, records: SavedRecord[], release: Release): Promise<void> {
  const unfolded = records.filter(({ moved }) => moved !== 'fold');
  if (unfolded.length === 0) return;
  const earlier = records.filter(({ moved }) => moved === 'pair');
  const inputs = createPairRequests(migration, earlier, release);
  for (const input of inputs) {
    migration.writeUndo({
      id: `${joinNames(input)}${tellZone(inputs, input)}: the pair at 100 % again`,
      stage: 'record',
      verb: 'unfoldPair',
      input,
    });
  }
  const pairs = createPairRequests(migration, unfolded, release);
  const summary = 'the pair becomes the ECS record alone';
  await changeRecords(migration, 'foldPair', summary, pairs);
  await waitUntilForgotten(migration.plan.shift.ttl);
  migration.progress.addEvent('the names lead to ECS alone');
}

/**
 * Before a host is gone for good its names must still lead to ECS alone: an edit since the fold holds, with its
 * difference, and the pair at 100 % that somebody has put back is folded again. So must those that an earlier run folded.
 */
export async function keepFolded(migration: Run, records: SavedRecord[], release: Release): Promise<void> {
  if (records.length === 0) return;
  const pairs = createPairRequests(migration, records, release);
  const changes = await changeRecords(migration, 'foldPair', 'the names still lead to ECS alone', pairs);
  const hasChanged = changes.some(({ changeId }) => changeId !== undefined);
  if (hasChanged) await waitUntilForgotten(migration.plan.shift.ttl);
}

/** Undo: all traffic to the host, wherever the weights stand; not to one that somebody has stopped meanwhile. */
export async function restoreTraffic(migration: Run, pair: RestoreRequest, patience: Patience): Promise<void> {
  const summary = 'weights: host 100, ECS 0';
  const { changeId } = await perform('restoreTraffic', summary, withAddresses(migration, pair), patience);
  await waitUntilTaken(migration, changeId);
  await waitUntilForgotten(changeId ? Math.max(pair.ttl, ALIAS_TTL_S) : 0);
  const { facts, ledger, progress } = migration;
  facts.zonesBack.add(pair.hostedZone);
  const undos = ledger.list().filter((undo) => undo.verb === 'restoreTraffic');
  if (!undos.every(({ input }) => facts.zonesBack.has(input.hostedZone))) return;
  facts.usersLeftAt = Date.now();
  progress.setWeight(0);
  progress.publish();
}

/** Undo: each record as it was before the run. */
export async function restoreRecords(migration: Run, pair: PairRequest, patience: Patience): Promise<void> {
  const summary = `${joinNames(pair)} as before`;
  const { changeId } = await perform('restoreRecords', summary, withAddresses(migration, pair), patience);
  await waitUntilTaken(migration, changeId);
}

/** Undo: what this run folded is the pair at 100 % that it had found. */
export async function unfoldPair(migration: Run, pair: PairRequest, patience: Patience): Promise<void> {
  const { changeId } = await perform('unfoldPair', `${joinNames(pair)}: the pair again`, pair, patience);
  await waitUntilTaken(migration, changeId);
}

/** A host that started again may have another public address by now. */
export function withAddresses({ facts }: Run, pair: RestoreRequest): RestoreRequest {
  return {
    ...pair,
    addresses: facts.changedAddresses,
  };
}
