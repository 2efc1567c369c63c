import type { ListedDeployment } from '../temporal/deployments';

/** Of the plan document: "배포 시간 < 10분". */
const LONGEST_S = 600;

/** Deployments that have ended, in numbers, and whether they are as the plan document wants them. */
export interface DeploymentFigures {
  /** but for those that are counted apart */
  ended: number;
  succeeded: number;
  /** percent; null: none has ended */
  successRate: number | null;
  /** until all was verified, of those that came so far, whatever their bake said then; null: there is none */
  longestSeconds: number | null;
  /** they tell nothing of the pipeline: what was asked for could not be begun, or somebody thought better of it */
  refused: number;
  aborted: number;
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
  const over = deployments.filter(({ outcome }) => outcome !== 'running');
  const ended = over.filter(({ apart }) => apart === null);
  const refused = over.filter(({ apart }) => apart === 'refused');
  const succeeded = ended.filter(({ outcome }) => outcome === 'completed');
  const times = ended.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]));
  const successRate = ended.length === 0 ? null : (100 * succeeded.length) / ended.length;
  const longestSeconds = times.length === 0 ? null : Math.max(...times);
  return {
    ended: ended.length,
    succeeded: succeeded.length,
    successRate,
    longestSeconds,
    refused: refused.length,
    aborted: over.length - ended.length - refused.length,
    criteria: [judgeTime(longestSeconds, times.length), judgeRate(successRate)],
  };
}

function judgeTime(longest: number | null, count: number): Criterion {
  return {
    what: 'deploy time (배포 시간)',
    limit: '< 10 min',
    measured:
      longest === null ? 'not measured' : `${formatMinutes(longest)} min at most, of ${count} that were verified`,
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
