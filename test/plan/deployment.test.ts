import { chooseCount, listSwitches, readDuties, renewDefinition, type RunningService } from '../../src/plan/deployment';
import { planWith } from './plan';

const plan = planWith('ingestion: {dualWrite: true}\n');
const running = (environment: Record<string, string>, count = 3): RunningService => ({
  count,
  taskDefinition: 'arn:1',
  image: 'registry/lgtm-mimir@sha256:1',
  executionRole: 'arn:execution',
  taskRole: 'arn:task',
  environment,
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
