import type { SavedRecord } from '../../../src/contract/records';
import { planSchema, addDefaults, type Plan } from '../../../src/plan/schema';
import { describeApproval, planSteps } from '../../../src/workflows/engine/steps';

const LEAST = {
  name: 'lgtm-prd',
  domain: 'example.com',
  hostedZone: 'Z1',
  certificate: 'arn:aws:acm:ap-northeast-2:123456789012:certificate/a',
  source: {
    instances: ['i-0123456789abcdef0'],
    composeDirectory: '/opt/lgtm',
  },
};

const MOVES_GRAFANA = {
  grafana: {
    database: 'move',
    target: { efs: 'fs-0123456789abcdef0' },
  },
};

const readPlan = (given: object = {}): Plan =>
  planSchema.parse(
    addDefaults({
      ...LEAST,
      ...given,
    }),
  );

function saveRecord(name: string): SavedRecord {
  return {
    name,
    original: {
      name,
      type: 'A',
      ttl: 300,
      values: ['198.51.100.7'],
    },
  };
}

const grafana = saveRecord('grafana.example.com');
const mimir = saveRecord('mimir.example.com');

test('each weight follows the one before it, with every name', () => {
  const steps = planSteps(readPlan(), [grafana]);
  expect(steps.map(({ from, weight }) => [from, weight])).toEqual([
    [0, 10],
    [10, 50],
    [50, 100],
  ]);
  expect(steps.every(({ records }) => records.includes(grafana))).toBe(true);
});

test('a name whose database moves goes in the last step, from 0', () => {
  const steps = planSteps(readPlan(MOVES_GRAFANA), [grafana, mimir]);
  expect(steps.map(({ records }) => records)).toEqual([[mimir], [mimir], [grafana, mimir]]);
  expect(steps.at(-1)).toMatchObject({
    from: 50,
    movesGrafana: true,
    standing: { 'grafana.example.com': 0 },
  });
});

test('where no other name moves, the weights before the last are left out, and the last begins at 0', () => {
  const [first, second, last] = planSteps(readPlan(MOVES_GRAFANA), [grafana]);
  expect([first?.skipped, second?.skipped]).toEqual(Array(2).fill('no name moves before the last step'));
  expect(last).toMatchObject({
    from: 0,
    weight: 100,
    movesGrafana: true,
  });
});

test('a move that goes from 0 to 100 at once is approved before, where the plan wants approvals', () => {
  const plan = readPlan({
    ...MOVES_GRAFANA,
    shift: { approval: true },
  });
  expect(planSteps(plan, [grafana]).at(-1)?.needsApprovalBefore).toBe(true);
  expect(planSteps(plan, [grafana, mimir]).at(-1)?.needsApprovalBefore).toBe(false);
});

test('approval: true asks after every step but the last', () => {
  const plan = readPlan({ shift: { approval: true } });
  const asked = plan.shift.weights.map((weight) => describeApproval(plan, weight));
  expect(asked).toEqual(['10 → 50 %', '50 → 100 %', undefined]);
});

test('a list of weights asks after just those, the last one too', () => {
  const plan = readPlan({ shift: { approval: [50, 100] } });
  const asked = plan.shift.weights.map((weight) => describeApproval(plan, weight));
  expect(asked).toEqual([undefined, '50 → 100 %', 'the end of the shift']);
});
