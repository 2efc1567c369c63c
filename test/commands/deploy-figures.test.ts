import { judgeDeployments } from '../../src/commands/deploy-figures';
import { describeDeployments } from '../../src/commands/results';
import type { Status } from '../../src/contract/status';
import { judgeApart, type ListedDeployment } from '../../src/temporal/deployments';

const listed = (
  outcome: string,
  seconds: number | null,
  apart: ListedDeployment['apart'] = null,
): ListedDeployment => ({
  name: 'lgtm-prd',
  runId: 'r',
  startedAt: '2026-11-26T04:00:00.000Z',
  services: ['mimir'],
  outcome,
  apart,
  seconds,
});

test('deployments are counted and timed against the plan document; one that runs is not counted', () => {
  const deployments = [listed('running', null), listed('completed', 190), listed('rolled-back', null)];
  expect(describeDeployments(deployments, judgeDeployments(deployments))).toEqual([
    '2026-11-26 04:00:00   lgtm-prd   running   not verified   mimir',
    '2026-11-26 04:00:00   lgtm-prd   completed   190 s   mimir',
    '2026-11-26 04:00:00   lgtm-prd   rolled-back   not verified   mimir',
    'deployments ended: 2, of them well: 1 (50 %), longest 3.2 min',
    '✔ deploy time (배포 시간) < 10 min: 3.2 min at most, of 1 that were verified',
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
    [false, '10.0 min at most, of 2999 that were verified'],
    [false, '99.9 %'],
  ]);
});

test('what was refused or aborted by somebody is counted apart; a time counts also where the bake said no then', () => {
  const deployments = [
    listed('completed', 120),
    listed('rolled-back', 240),
    listed('rolled-back', null, 'refused'),
    listed('rolled-back', null, 'aborted'),
    listed('rolled-back', null, 'refused'),
  ];
  const lines = describeDeployments(deployments, judgeDeployments(deployments));
  expect(lines.slice(2)).toEqual([
    '2026-11-26 04:00:00   lgtm-prd   rolled-back (refused)   not verified   mimir',
    '2026-11-26 04:00:00   lgtm-prd   rolled-back (aborted)   not verified   mimir',
    '2026-11-26 04:00:00   lgtm-prd   rolled-back (refused)   not verified   mimir',
    'deployments ended: 2, of them well: 1 (50 %), longest 4.0 min',
    'counted apart: 2 refused in its check, 1 aborted by somebody',
    '✔ deploy time (배포 시간) < 10 min: 4.0 min at most, of 2 that were verified',
    '✖ pipeline success (파이프라인 성공률) 100 %: 50 %',
  ]);
});

/** Why a deployment went back, and how it is counted. */
const GONE_BACK = [
  {
    why: 'what was asked for could not be begun',
    isRefused: true,
    apart: 'refused',
  },
  {
    why: 'AWS did not answer its check',
    apart: null,
  },
  {
    why: 'somebody said abort',
    abort: ['kim', 'steady at 100 %'],
    apart: 'aborted',
  },
  {
    why: 'somebody said abort while it asked the migration',
    isRefused: true,
    abort: ['kim', 'check at 0 %'],
    apart: 'aborted',
  },
  {
    why: 'the migration goes back',
    abort: ['the migration', 'update'],
    apart: null,
  },
  {
    why: 'somebody gave up an undo of its way back',
    abort: ['kim', 'rollback at 100 %'],
    apart: null,
  },
  {
    why: 'a later phase failed',
    apart: null,
  },
];

test.each(GONE_BACK)('of a deployment that went back since $why', ({ isRefused, abort, apart }) => {
  const [by, during] = abort ?? [];
  const decision = {
    verb: 'abort',
    by,
    during,
  };
  const status: unknown = {
    deployment: { isRefused },
    decisions: abort ? [decision] : [],
  };
  expect(judgeApart(status as Status)).toBe(apart);
});
