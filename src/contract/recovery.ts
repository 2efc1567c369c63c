import type { Plan } from '../plan/schema';
import type { GrafanaMove } from './status';
import type { Undo } from './undos';

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
  /** where that run had moved Grafana's database */
  grafana?: GrafanaMove;
}
