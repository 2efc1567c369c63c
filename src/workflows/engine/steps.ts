import type { SavedRecord } from '../../contract/records';
import { atOnce } from '../../plan/names';
import type { Plan } from '../../plan/schema';

/** What one weight of the shift does. */
export interface ShiftStep {
  /** percent on ECS */
  weight: number;
  /** the weight before it */
  from: number;
  /** the names that get it */
  records: SavedRecord[];
  /** names that stand elsewhere than at `from` until now */
  standing: Record<string, number>;
  /** what moves its database goes in this step, from 0 */
  movesGrafana: boolean;
  /** somebody approves before its weight is set */
  needsApprovalBefore: boolean;
  /** what an approval at its end lets happen; absent: none is awaited */
  approval?: string;
  /** why it is left out */
  skipped?: string;
}

/** The names that move weight by weight, apart from those that go in the last step. */
export function splitRecords(plan: Plan, records: SavedRecord[]): { gradual: SavedRecord[]; late: string[] } {
  const late = atOnce(plan);
  return { late, gradual: records.filter(({ name }) => !late.includes(name)) };
}

/**
 * What each weight of the plan does, in order. A name whose database moves with it waits for the last one; where no
 * other name is there, the weights before it are left out.
 */
export function planSteps(plan: Plan, records: SavedRecord[]): ShiftStep[] {
  const { weights, approval } = plan.shift;
  const { gradual, late } = splitRecords(plan, records);
  const waitsForLast = gradual.length < records.length;
  const isGradual = gradual.length > 0;
  return weights.map((weight, index) => {
    const isLast = index === weights.length - 1;
    const from = isGradual || !waitsForLast ? (weights[index - 1] ?? 0) : 0;
    const movesGrafana = waitsForLast && isLast;
    const step: ShiftStep = {
      weight,
      from,
      records: waitsForLast && !isLast ? gradual : records,
      standing: movesGrafana ? Object.fromEntries(late.map((name) => [name, 0])) : {},
      movesGrafana,
      needsApprovalBefore: movesGrafana && from === 0 && [approval].flat().some(Boolean),
    };
    const wanted = describeApproval(plan, weight);
    if (wanted !== undefined) step.approval = wanted;
    if (waitsForLast && !isLast && !isGradual) step.skipped = 'no name moves before the last step';
    return step;
  });
}

/** What an approval after this weight lets happen, where the plan wants one. */
export function describeApproval({ shift: { weights, approval } }: Plan, weight: number): string | undefined {
  const next = weights[weights.indexOf(weight) + 1];
  const isWanted = Array.isArray(approval) ? approval.includes(weight) : approval && next !== undefined;
  if (!isWanted) return undefined;
  return next === undefined ? 'the end of the shift' : `${weight} → ${next} %`;
}
