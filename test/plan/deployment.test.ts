import {
  chooseCount,
  choosePreviousCount,
  chooseSwitches,
  listSwitches,
  readDuties,
  renewDefinition,
  type RunningService,
} from '../../src/plan/deployment';
import { planWith } from './plan';

const plan = planWith('ingestion: {dualWrite: true}\n');
const running = (environment: Record<string, string>, count = 3): RunningService => ({
  count,
  taskDefinition: 'arn:1',
  image: 'registry/lgtm-mimir@sha256:1',
  executionRole: 'arn:execution',
  taskRole: 'arn:task',
  environment,
  capacity: { FARGATE: { base: 0, weight: 1 } },
  deployment: { minimumHealthyPercent: 100, maximumPercent: 200 },
});

test('the duties are as the running definition has them', () => {
  expect(readDuties(plan, 'mimir', running({ COMPACTOR: 'off' }))).toBe('off');
  expect(readDuties(plan, 'mimir', running({ COMPACTOR: 'on', RULER: 'on' }))).toBe('on');
  expect(readDuties(plan, 'alloy', running({ DUAL_WRITE: 'on' }))).toBe('off');
  expect(listSwitches(plan, 'alloy')).toEqual(['DUAL_WRITE']);
});

test('the roles and the address of the old host are those that it has, all else is the plan’s', () => {
  const renewal = { image: 'registry/lgtm-alloy@sha256:2', secrets: {}, duties: 'off' } as const;
  const definition = renewDefinition(plan, 'alloy', running({ OLD_HOST: '10.0.1.5' }), renewal);
  expect(definition).toMatchObject({
    image: 'registry/lgtm-alloy@sha256:2',
    executionRole: 'arn:execution',
    taskRole: 'arn:task',
    environment: { DUAL_WRITE: 'on', OLD_HOST: '10.0.1.5', TASK_COUNT: '1' },
  });
});

test('the plan’s count is set only where it has changed since the last definition', () => {
  expect(chooseCount(plan, 'mimir', running({ TASK_COUNT: '3' }, 6))).toBe(6);
  expect(chooseCount(plan, 'mimir', running({ TASK_COUNT: '2' }, 6))).toBe(3);
});

test('the revision before brings its own count, but for one that somebody has scaled', () => {
  expect(choosePreviousCount(running({ TASK_COUNT: '6' }, 6), 2)).toBe(2);
  expect(choosePreviousCount(running({ TASK_COUNT: '3' }, 6), 2)).toBe(6);
  expect(choosePreviousCount(running({ TASK_COUNT: '6' }, 6), undefined)).toBe(6);
});

test('a copy is told its duties, and the address of the old host only while it writes there', () => {
  expect(chooseSwitches(plan, 'mimir', 'on')).toEqual({ COMPACTOR: 'on', RULER: 'on' });
  expect(chooseSwitches(plan, 'alloy', 'on')).toEqual({ DUAL_WRITE: 'off', OLD_HOST: null });
  expect(chooseSwitches(plan, 'alloy', 'off', '10.0.1.5')).toEqual({ DUAL_WRITE: 'on', OLD_HOST: '10.0.1.5' });
  expect(chooseSwitches(plan, 'alloy', 'off')).toEqual({ DUAL_WRITE: 'on' });
});
