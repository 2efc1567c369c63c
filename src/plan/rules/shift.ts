import { z } from 'zod';
import { describeFallingWeight, describeLastWeight, describeUnknownWeight } from '../texts';
import { defineRule } from './rule';

const weights = z.array(z.number());

const shiftWithWeights = z.object({ weights: weights.min(1) });

/** Weights rise, and the last one is 100 %. */
export const weightsRise = defineRule(z.object({ shift: shiftWithWeights }), ({ shift }, report) => {
  const path = ['shift', 'weights'];
  let before = 0;
  for (const [index, weight] of shift.weights.entries()) {
    const message = describeFallingWeight(weight, before);
    if (weight <= before) report([...path, index], weight, message);
    before = weight;
  }
  if (before === 100) return;
  report(path, shift.weights, describeLastWeight(before));
});

const shiftWithApprovals = z.object({ weights, approval: weights });

/** Approvals are asked for after weights of the plan. */
export const approvalsAreWeights = defineRule(z.object({ shift: shiftWithApprovals }), ({ shift }, report) => {
  for (const [index, weight] of shift.approval.entries()) {
    if (shift.weights.includes(weight)) continue;
    const path = ['shift', 'approval', index];
    report(path, weight, describeUnknownWeight(weight, shift.weights));
  }
});
