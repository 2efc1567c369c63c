import type { Plan } from '../plan/schema';
import type { GrafanaMove } from './status';
import type { Undo } from './undos';
import type { RequestsPlace } from './watch';

/** What the way back of a run is started with that could not go it itself. */
export interface RecoverInput {
  plan: Plan;
  /** its ledger, or one that is derived from the account; oldest first */
  undos: Undo[];
  /** percent on ECS */
  weight: number;
  /** who goes back, and what was left by whom */
  reason: string;
  /** what had to be derived, in words */
  derived: string[];
  /** where users of that run can be seen to be gone; absent: no name led to ECS */
  requests?: RequestsPlace;
  /** where that run had moved Grafana's database */
  grafana?: GrafanaMove;
}
