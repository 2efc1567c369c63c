import { leaveOut } from '../../analysis/count';
import type { UserRequests } from '../../contract/probes';
import type { WatchRequest } from '../../contract/watch';
import type { Plan } from '../../plan/schema';
import type { Facts } from './facts';

type Analysis = WatchRequest['analysis'];
type Signal = Analysis['signals'][string];

/**
 * On a load balancer that others have too, what it answers itself is counted with what it answers to them: a probe's
 * requests stand for that. A plan that names a signal of a probe is asked what that says, in its place.
 */
const ANSWERS: Signal = {
  source: 'probe',
  metric: 'unanswered-share',
  namespace: '',
  dimensions: {},
  max: 20,
  unit: '%',
  class: 'availability',
  onNoData: 'inconclusive',
  minSamples: 1,
};

const isProbes = ({ source }: Signal): boolean => source === 'probe';

/** Whether something is judged by what a probe asks. @param isOwn the run made the load balancer */
export function needsAsking({ analysis }: Plan, isOwn: boolean): boolean {
  return !isOwn || Object.values(analysis.signals).some(isProbes);
}

/** What is judged while a probe asks; on the way back none does, and what only shows need not be asked. */
export function judgeAsked(analysis: Analysis, isAsked: boolean, onlyShows: boolean): Analysis {
  const { signals } = analysis;
  if (onlyShows) return leaveOut(analysis, isProbes);
  if (!isAsked || Object.values(signals).some(isProbes)) return analysis;
  return {
    ...analysis,
    signals: {
      ...signals,
      answers: ANSWERS,
    },
  };
}

/** Each round asks a path of each name. @param silent names that nobody answers now */
export function describeAsking(facts: Facts, silent: string[]): (UserRequests & { purpose: string }) | undefined {
  const { asking } = facts;
  const asked = asking?.names.filter(({ name }) => !silent.includes(name)) ?? [];
  if (!asking || asked.length === 0) return undefined;
  return {
    ...asking,
    names: asked.map((name) => ({ ...name, paths: name.paths.slice(0, 1) })),
    purpose: facts.nextPurpose('answers'),
  };
}
