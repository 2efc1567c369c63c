import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { ApplicationFailure } from '@temporalio/activity';
import type { RecordChange, RecordSet } from '../../contract/records';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import {
  areSameRecordSets,
  describeRecordSets,
  normaliseName,
  parseRecordSet,
  planReplacement,
  planUpserts,
} from './record-set';
import { recordsEdited, unexpectedRecord } from './texts';

/** Types of records that lead a client somewhere. */
const LEADING_TYPES = ['A', 'AAAA', 'CNAME'];

/**
 * One name of a batch: the states that we may have left
 * it in, likeliest first, and the one it shall be in.
 */
export interface RecordMove {
  name: string;
  expected: RecordSet[][];
  wanted: RecordSet[];
}

/** What a name has now of the types that lead somewhere. */
export async function readRecordSets(deps: Deps, hostedZone: string, name: string): Promise<RecordSet[]> {
  const sets = await listRecordSets(deps, hostedZone, name);
  return sets.map(parseRecordSet).filter(isLeading);
}

/** Whether it leads a client somewhere. */
export const isLeading = ({ type }: RecordSet): boolean => LEADING_TYPES.includes(type);

/** All that a name has now, as Route 53 holds it. */
export async function listRecordSets(deps: Deps, hostedZone: string, name: string): Promise<ResourceRecordSet[]> {
  const { route53 } = deps.clients;
  const command = new ListResourceRecordSetsCommand({
    HostedZoneId: hostedZone,
    StartRecordName: name,
    MaxItems: 100,
  });
  const { ResourceRecordSets = [] } = await route53.send(command);
  return ResourceRecordSets.filter((set) => parseRecordSet(set).name === normaliseName(name));
}

/**
 * Sends all changes in one batch.
 * @param plan looks at what is there and says what to change; called again
 * when Route 53 refuses the batch, since the reply to our own may have been
 * lost and the SDK repeated it, or somebody edited a record in between
 */
export async function sendChanges(
  deps: Deps,
  hostedZone: string,
  comment: string,
  plan: () => Promise<Change[]>,
): Promise<RecordChange> {
  try {
    return await sendBatch(deps, hostedZone, comment, await plan());
  } catch (error) {
    if (!isAws(error, 'InvalidChangeBatch')) throw error;
    return sendBatch(deps, hostedZone, comment, await plan());
  }
}

async function sendBatch(deps: Deps, hostedZone: string, comment: string, changes: Change[]): Promise<RecordChange> {
  const { route53 } = deps.clients;
  if (changes.length === 0) return {};
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId: hostedZone,
    ChangeBatch: {
      Comment: comment,
      Changes: changes,
    },
  });
  const { ChangeInfo } = await route53.send(command);
  return {
    changeId: ChangeInfo!.Id!.replace('/change/', ''),
  };
}

/**
 * Moves each name from one of its expected states to the wanted one, all in one batch.
 * @throws RecordEdited, before anything has changed, when a name is in none of them
 */
export function sendMoves(deps: Deps, hostedZone: string, comment: string, moves: RecordMove[]): Promise<RecordChange> {
  const plan = () => planForEach(moves, (move) => planMove(deps, hostedZone, move));
  return sendChanges(deps, hostedZone, comment, plan);
}

/** The changes of all entries; they are planned at the same time. */
export async function planForEach<T>(entries: T[], plan: (entry: T) => Promise<Change[]>): Promise<Change[]> {
  const changes = await Promise.all(entries.map(plan));
  return changes.flat();
}

async function planMove(deps: Deps, hostedZone: string, move: RecordMove): Promise<Change[]> {
  const { name, expected, wanted } = move;
  const current = await readRecordSets(deps, hostedZone, name);
  if (areSameRecordSets(current, wanted)) return planUpserts(wanted);
  const isExpected = expected.some((state) => areSameRecordSets(current, state));
  if (isExpected) return planReplacement(current, wanted);
  const likeliest = expected[0] ?? [];
  const text = unexpectedRecord(name, describeRecordSets(likeliest), describeRecordSets(current));
  throw ApplicationFailure.nonRetryable(text, 'RecordEdited');
}

/** The failure that names each edited name with what stands there. */
export function editedFailure(edits: Map<string, string>, wayOut: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(recordsEdited(edits, wayOut), 'RecordEdited');
}
