import type { SavedRecord } from '../../contract/records';
import { listNamesMovedAtOnce } from '../../plan/names';
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
  /** why it is left out */
  skipped?: string;
}

/**
 * What each weight of the plan does, in order. A name whose database moves with it goes in the last one; where no other
 * name is there, the weights before it are left out.
 */
export function planSteps(plan: Plan, records: SavedRecord[]): ShiftStep[] {
  const late = listNamesMovedAtOnce(plan);
  const gradual = records.filter(({ name }) => !late.includes(name));
  if (gradual.length === records.length) return planGradualSteps(plan, records);
  const steps = planGradualSteps(plan, gradual);
  const last = steps.at(-1)!;
  const before = steps.slice(0, -1);
  if (gradual.length > 0) return [...before, completeStep(plan, last, records, late)];
  return [
    ...before.map(skipStep),
    completeStep(
      plan,
      {
        ...last,
        from: 0,
      },
      records,
      late,
    ),
  ];
}

function planGradualSteps({ shift }: Plan, records: SavedRecord[]): ShiftStep[] {
  return shift.weights.map((weight, index) => ({
    weight,
    from: shift.weights[index - 1] ?? 0,
    records,
    standing: {},
    movesGrafana: false,
    needsApprovalBefore: false,
  }));
}

const skipStep = (step: ShiftStep): ShiftStep => ({
  ...step,
  skipped: 'no name moves before the last step',
});

/** The last step takes every name along, and the database with those that waited for it. */
function completeStep({ shift }: Plan, step: ShiftStep, records: SavedRecord[], late: string[]): ShiftStep {
  const asks = [shift.approval].flat().some(Boolean);
  return {
    ...step,
    records,
    standing: Object.fromEntries(late.map((name) => [name, 0])),
    movesGrafana: true,
    needsApprovalBefore: asks && step.from === 0,
  };
}

/** What an approval after this weight lets happen, where the plan wants one. */
export function describeApproval({ shift }: Plan, weight: number): string | undefined {
  const { weights, approval } = shift;
  const next = weights[weights.indexOf(weight) + 1];
  if (next === undefined) return isNamed(approval, weight) ? 'the end of the shift' : undefined;
  return approval === true || isNamed(approval, weight) ? `${weight} → ${next} %` : undefined;
}

const isNamed = (approval: boolean | number[], weight: number): boolean =>
  Array.isArray(approval) && approval.includes(weight);
