import type { ListedDeployment } from '../temporal/deployments';

/** Of the plan document: "배포 시간 < 10분". */
const LONGEST_S = 600;

/** Deployments that have ended, in numbers, and whether they are as the plan document wants them. */
export interface DeploymentFigures {
  ended: number;
  succeeded: number;
  /** percent; null: none has ended */
  successRate: number | null;
  /** of one that ran well, until it was verified; null: there is none */
  longestSeconds: number | null;
  criteria: Criterion[];
}

interface Criterion {
  what: string;
  limit: string;
  measured: string;
  /** null: nothing to measure yet */
  met: boolean | null;
}

export function judgeDeployments(deployments: ListedDeployment[]): DeploymentFigures {
  const ended = deployments.filter(({ outcome }) => outcome !== 'running');
  const succeeded = ended.filter(({ outcome }) => outcome === 'completed');
  const times = ended.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]));
  const successRate = ended.length === 0 ? null : (100 * succeeded.length) / ended.length;
  const longestSeconds = times.length === 0 ? null : Math.max(...times);
  return {
    ended: ended.length,
    succeeded: succeeded.length,
    successRate,
    longestSeconds,
    criteria: [judgeTime(longestSeconds), judgeRate(successRate)],
  };
}

function judgeTime(longest: number | null): Criterion {
  return {
    what: 'deploy time (배포 시간)',
    limit: '< 10 min',
    measured: longest === null ? 'not measured' : `${formatMinutes(longest)} min at most`,
    met: longest === null ? null : longest < LONGEST_S,
  };
}

/** Not rounded up: 99.96 must not read as 100. */
function judgeRate(rate: number | null): Criterion {
  return {
    what: 'pipeline success (파이프라인 성공률)',
    limit: '100 %',
    measured: rate === null ? 'not measured' : `${Math.floor(rate * 10) / 10} %`,
    met: rate === null ? null : rate === 100,
  };
}

export function formatMinutes(seconds: number): string {
  return (seconds / 60).toFixed(1);
}
