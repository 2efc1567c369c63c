import type { Plan } from '../plan/schema';
import type { GrafanaMove } from './status';
import type { Undo } from './undos';
import type { RequestsPlace } from './watch';

/** Of what a recovery is told in words: characters of each. */
export const LONGEST_SENTENCE = 1000;
/** How many of them say what was derived. */
export const MOST_SENTENCES = 100;

/** What the way back of a run is started with that could not go it itself. */
export interface RecoverInput {
  plan: Plan;
  /** its ledger, or one that is derived from the account; oldest first */
  undos: Undo[];
  /** percent on ECS */
  weight: number;
  /** who goes back, and what was left by whom; at most LONGEST_SENTENCE */
  reason: string;
  /** what had to be derived, in words; each at most LONGEST_SENTENCE, MOST_SENTENCES of them */
  derived: string[];
  /** where users of that run can be seen to be gone; absent: no name led to ECS */
  requests?: RequestsPlace;
  /** tasks of each of those services, where users are on ECS: the way back shows how they fare */
  counts?: Record<string, number>;
  /** where that run had moved Grafana's database */
  grafana?: GrafanaMove;
}
