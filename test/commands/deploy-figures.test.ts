import { judgeDeployments } from '../../src/commands/deploy-figures';
import { describeDeployments } from '../../src/commands/results';
import type { ListedDeployment } from '../../src/temporal/deployments';

const listed = (outcome: string, seconds: number | null): ListedDeployment => ({
  name: 'lgtm-prd',
  runId: 'r',
  startedAt: '2026-11-26T04:00:00.000Z',
  services: ['mimir'],
  outcome,
  seconds,
});

test('deployments are counted and timed against the plan document; one that runs is not counted', () => {
  const deployments = [listed('running', null), listed('completed', 190), listed('rolled-back', null)];
  expect(describeDeployments(deployments, judgeDeployments(deployments))).toEqual([
    '2026-11-26 04:00:00   lgtm-prd   running   not verified   mimir',
    '2026-11-26 04:00:00   lgtm-prd   completed   190 s   mimir',
    '2026-11-26 04:00:00   lgtm-prd   rolled-back   not verified   mimir',
    '2 deployments have ended, 1 of them well (50 %), longest 3.2 min',
    '✔ deploy time (배포 시간) < 10 min: 3.2 min at most',
    '✖ pipeline success (파이프라인 성공률) 100 %: 50 %',
  ]);
});

test('without a deployment nothing is met and nothing is missed', () => {
  const { criteria } = judgeDeployments([]);
  expect(criteria.map(({ met, measured }) => [met, measured])).toEqual([
    [null, 'not measured'],
    [null, 'not measured'],
  ]);
});

test('ten minutes are too long, and 99.96 % does not read as 100', () => {
  const many = [...Array.from({ length: 2999 }, () => listed('completed', 600)), listed('failed', null)];
  const { criteria } = judgeDeployments(many);
  expect(criteria.map(({ met, measured }) => [met, measured])).toEqual([
    [false, '10.0 min at most'],
    [false, '99.9 %'],
  ]);
});
