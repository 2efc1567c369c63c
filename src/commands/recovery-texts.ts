import { LONGEST_SENTENCE, MOST_SENTENCES, type RecoverInput } from '../contract/recovery';
import type { UnspentRun } from '../temporal/ledger';
import type { Complaint } from './output';
import { cutText } from '../workflows/engine/text';
import type { Standing } from '../workflows/recovery/standing';

/** What an earlier run has left, and the way back from there. */
export interface Recovery {
  name: string;
  /** by what it is known */
  source: string;
  standing: Standing[];
  /** what is not known to be as it was before, in words */
  derived: string[];
  /** the undos in the order in which they are carried out */
  wayBack: string[];
  /** why there is none, each with the way out */
  obstacles: string[];
  input: Omit<RecoverInput, 'reason'>;
}

// What recover says: what stands, what had to be derived, and the way back from there.

export const byLedger = ({ runId, state }: UnspentRun): string => `by the ledger of run ${runId}, which is ${state}`;

export const byAccount = (why: string): string => `by what stands in the account, since ${why}`;

export const hasEmptyLedger = ({ runId, state }: UnspentRun): string =>
  `run ${runId}, which is ${state}, had nothing to take back`;

export function describeRecovery({ name, source, standing, derived, wayBack }: Recovery): string[] {
  return [
    `${name}   ${source}`,
    ...standing.map(({ what, state }) => `├─ ! ${what} ${state}`),
    ...derived.map((sentence) => `├─ ? ${sentence}`),
    '└─ ↩ way back',
    ...wayBack.map((undo) => `     · ${undo}`),
  ];
}

/** @param source why there is no ledger to go by */
export function nothingStands({ name, source }: Recovery): string {
  return `nothing of ${name} stands that could be taken back (${source})`;
}

export function titleOfRecovery({ name, source }: Recovery): { summary: string; details: string } {
  return {
    summary: `LGTM stack ${name}: the way back of a run that has ended`,
    details: source,
  };
}

export const reasonOf = (by: string, { source }: Recovery): string =>
  cutSentence(`${by} takes back what an earlier run has left, ${source}`);

/** As much of what was derived as a recovery takes; whoever starts it has read the whole. */
export function cutDerived(derived: string[]): string[] {
  const isWhole = derived.length <= MOST_SENTENCES;
  const kept = isWhole ? derived : derived.slice(0, MOST_SENTENCES - 1);
  const rest = isWhole ? [] : [`and ${derived.length - kept.length} more`];
  return [...kept.map(cutSentence), ...rest];
}

/** It says of itself how long it was. */
const cutSentence = (text: string): string => cutText(text, LONGEST_SENTENCE - 50);

export const QUESTION = 'Take this back? (y/N) ';

export function nobodyCanAnswer(): Complaint {
  return {
    problem: 'nothing was changed: this is no terminal in which somebody could say yes',
    fix: 'give --yes, or --dry-run to look alone',
  };
}

export const NOTHING_CHANGED = 'nothing was changed';
