import { sumValues, type Series } from '../../analysis/query';
import { queryRequests } from '../../analysis/signals/load-balancer';
import type { ExpectedVisits } from '../../analysis/visitors';
import type { WatchRequest } from '../../contract/watch';
import { toMilliseconds } from '../../plan/duration';
import type { Deps } from '../clients';
import { keepsRounds, type AskedWatch } from './asked-rounds';
import { fetchSeries, RECALLED_MS, type Span } from './metric';

/** A name, and the group in which its requests are counted: of several names that share one each counts. */
interface Counted {
  name: string;
  targetGroup: string;
}

/**
 * Names to which somebody has come since they got their weight, by the requests of their target groups. What can't be
 * asked now is asked by the next look: the signals' own look says that CloudWatch is away.
 * @param known those that a look before has seen
 * @param now epoch ms
 */
export async function lookForVisitors(
  deps: Deps,
  request: AskedWatch,
  { names, since }: ExpectedVisits,
  known: string[] = [],
  now: number,
): Promise<string[]> {
  const awaited = listCounted(request, names).filter(({ name }) => !known.includes(name));
  const span = spanOf(request, since, now);
  if (awaited.length === 0 || span.startMs >= span.endMs) return known;
  const queries = awaited.map(({ targetGroup }) => queryRequests(request, targetGroup));
  try {
    const series = await fetchSeries(deps, queries, span);
    const came = awaited.filter(({ targetGroup }, index) => hasVisitors(request, targetGroup, series[index]!, span));
    return [...known, ...came.map(({ name }) => name)];
  } catch {
    return known;
  }
}

/**
 * What a probe may have asked meanwhile is taken off the count: in each period, and in all together, where rounds that
 * reach over several are taken off once.
 */
function hasVisitors({ asking, rounds = [] }: AskedWatch, targetGroup: string, counts: Series, span: Span): boolean {
  const names = asking?.names.filter((each) => each.targetGroup === targetGroup).length ?? 0;
  const exceeds = (count: number, startMs: number, endMs: number) => {
    const meant = rounds.filter(({ from, until }) => from < endMs && until >= startMs);
    return count > names * meant.reduce((sum, { asked }) => sum + asked, 0);
  };
  const isInOne = [...counts].some(([at, count]) => exceeds(count, at, at + span.periodMs));
  return isInOne || exceeds(sumValues(counts), span.startMs, span.endMs);
}

function listCounted({ services }: WatchRequest, names: string[]): Counted[] {
  return services.flatMap(({ hosts = [], targetGroup }) => {
    if (targetGroup === undefined) return [];
    const awaited = hosts.filter((name) => names.includes(name));
    return awaited.map((name) => ({
      name,
      targetGroup,
    }));
  });
}

/** Settled periods that began with the weight or later. */
function spanOf({ analysis, asking }: WatchRequest, since: number, now: number): Span {
  const periodMs = toMilliseconds(analysis.period);
  const roundUp = (time: number) => Math.ceil(time / periodMs) * periodMs;
  const settled = now - toMilliseconds(analysis.settle);
  return {
    periodMs,
    startMs: roundUp(Math.max(since, now - (asking ? keepsRounds(analysis) : RECALLED_MS))),
    endMs: Math.floor(settled / periodMs) * periodMs,
  };
}
