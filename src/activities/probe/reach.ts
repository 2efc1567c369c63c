import { sumValues } from '../../analysis/query';
import { queryTargetAnswers } from '../../analysis/signals/load-balancer';
import type { ReachCheck, ReachRequest } from '../../contract/probes';
import { formatDuration } from '../../plan/duration';
import { nameGroup } from '../aws/listener-rule';
import { fetchSeries } from '../aws/metric';
import type { Deps } from '../clients';
import { createPause, heartbeat } from '../pacing';
import { askNames, type UserAnswer } from './user-request';

const POLL_MS = 5000;
const ONCE = {
  times: 1,
  pauseS: 0,
};

/** A target group, and the requests that its targets must have answered. */
interface Counted {
  targetGroup: string;
  answers: UserAnswer[];
}

/**
 * Whether a user's request for each name is answered by a task of its service: no target of another group raises the
 * count of answers that CloudWatch keeps for this one, and before the first weight nobody else's request does.
 * @throws ProbeFailed
 */
export async function checkReach(deps: Deps, request: ReachRequest): Promise<ReachCheck> {
  const answers = await askNames(deps, request, request.purpose, ONCE);
  const unasked = answers.filter(({ asksToSignIn }) => !asksToSignIn);
  const unknown = unasked.filter(({ code }) => code === undefined);
  const own = unasked.filter(({ isBalancers }) => isBalancers);
  const passedOn = unasked.filter((answer) => answer.code !== undefined && !answer.isBalancers);
  const strange = await findUncounted(deps, request, groupAnswers(request, passedOn));
  return {
    problems: [...own.map((answer) => describeOwn(request, answer)), ...strange],
    unknown: [
      ...unknown.map(({ name, path, error }) => ({
        name,
        why: `${name}${path}: ${error}`,
      })),
      ...answers
        .filter(({ asksToSignIn }) => asksToSignIn)
        .map((answer) => ({
          name: answer.name,
          why: describeSignIn(request, answer),
        })),
    ],
  };
}

function groupAnswers({ names }: ReachRequest, answers: UserAnswer[]): Counted[] {
  const groups = [...new Set(names.map(({ targetGroup }) => targetGroup))];
  return groups.map((targetGroup) => {
    const leading = names.filter((each) => each.targetGroup === targetGroup).map(({ name }) => name);
    return {
      targetGroup,
      answers: answers.filter(({ name }) => leading.includes(name)),
    };
  });
}

/** Waits until CloudWatch has counted them all; of what it has not by then, in words. */
async function findUncounted(deps: Deps, request: ReachRequest, groups: Counted[]): Promise<string[]> {
  const pause = createPause(POLL_MS);
  for (;;) {
    const counts = await countAnswers(deps, request, groups);
    const missing = groups.filter(({ answers }, index) => counts[index]! < answers.length);
    if (missing.length === 0) return [];
    if (Date.now() - request.since > request.timeoutMs) {
      return missing.map((group) => describeStrange(request, group, counts[groups.indexOf(group)]!));
    }
    heartbeat({
      counted: counts,
    });
    await pause();
  }
}

async function countAnswers(deps: Deps, request: ReachRequest, groups: Counted[]): Promise<number[]> {
  const { loadBalancer, periodMs, since } = request;
  const subject = { loadBalancer: loadBalancer.dimension };
  const queries = groups.map(({ targetGroup }) => queryTargetAnswers(subject, targetGroup));
  const series = await fetchSeries(deps, queries.flat(), {
    periodMs,
    startMs: Math.floor(since / periodMs) * periodMs,
    endMs: Math.ceil(Date.now() / periodMs + 1) * periodMs,
  });
  const sums = series.map(sumValues);
  return queries.map((own) => sums.splice(0, own.length).reduce((sum, value) => sum + value, 0));
}

function describeSignIn({ loadBalancer }: ReachRequest, { name, path, code }: UserAnswer): string {
  return `${name}${path}: ${loadBalancer.dnsName} asks to sign in first (${code}), which a probe can't`;
}

function describeOwn({ loadBalancer }: ReachRequest, { name, path, code }: UserAnswer): string {
  return (
    `${name}${path}: ${loadBalancer.dnsName} itself answers ${code}, so that no rule forwards it ` +
    'or no target of its group is healthy'
  );
}

function describeStrange({ timeoutMs }: ReachRequest, { targetGroup, answers }: Counted, count: number): string {
  const asked = answers.map(({ name, path, code }) => `${name}${path} (answered ${code})`);
  const counted = `${count} of ${answers.length} in ${formatDuration(timeoutMs)}`;
  return (
    `${asked.join(', ')}: ${nameGroup(targetGroup)} has counted ${counted}, ` +
    'so that a rule sends them to another target group'
  );
}
