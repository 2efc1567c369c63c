import { sumValues } from '../../analysis/query';
import { queryFlows, queryRequests } from '../../analysis/signals/load-balancer';
import type { InputOf, OutputOf } from '../../contract/activities';
import { INGEST, type RequestRate } from '../../contract/watch';
import { toMilliseconds } from '../../plan/duration';
import type { Deps } from '../clients';
import { heartbeat, wasCancelledByWorkflow } from '../pacing';
import { fetchSeries, type Span } from './metric';
import { REAL_TIME } from './clock';

type Question = InputOf<'watchRequests'>;
type Answer = OutputOf<'watchRequests'>;

/** As many periods without a request say that nobody asks any more. */
const QUIET_PERIODS = 2;
const MINUTE_MS = 60_000;

/**
 * Looks until no target group had a request in two settled periods and nobody is connected to the ingest, or others ask
 * than the workflow knows of; when the workflow cancels it, it says what it saw last.
 */
export async function watchRequests(deps: Deps, question: Question, clock = REAL_TIME): Promise<Answer> {
  let answer: Answer = {
    isQuiet: false,
    asked: null,
  };
  try {
    for (;;) {
      answer = await look(deps, question, clock.now());
      heartbeat(answer);
      if (answer.isQuiet || isNews(question, answer)) break;
      await clock.sleep(toMilliseconds(question.analysis.interval));
    }
  } catch (error) {
    if (!wasCancelledByWorkflow(error)) throw error;
  }
  return answer;
}

function isNews({ seen }: Question, { asked }: Answer): boolean {
  return asked?.some(({ service }) => !seen.includes(service)) === true;
}

async function look(deps: Deps, question: Question, now: number): Promise<Answer> {
  const span = spanOf(question, now);
  const count = (span.endMs - span.startMs) / span.periodMs;
  if (count <= 0)
    return {
      isQuiet: false,
      asked: null,
    };
  const { groups, ingest } = question;
  const queries = groups.map(({ targetGroup }) => queryRequests(question, targetGroup));
  const series = await fetchSeries(deps, [...queries, ...(ingest === undefined ? [] : [queryFlows(ingest)])], span);
  const minutes = (count * span.periodMs) / MINUTE_MS;
  const rates = groups.map(({ service }, index) => ({
    service,
    perMinute: Math.ceil(sumValues(series[index]!) / minutes),
  }));
  const flows = ingest === undefined ? 0 : Math.max(0, ...series.at(-1)!.values());
  const asked: RequestRate[] = [
    ...rates.filter(({ perMinute }) => perMinute > 0),
    ...(flows > 0 ? [{ service: INGEST, flows }] : []),
  ];
  return {
    isQuiet: asked.length === 0 && count === QUIET_PERIODS,
    asked,
  };
}

/** The last settled periods since users were sent back. */
function spanOf({ analysis, since }: Question, now: number): Span {
  const periodMs = toMilliseconds(analysis.period);
  const endMs = Math.floor((now - toMilliseconds(analysis.settle)) / periodMs) * periodMs;
  const startMs = Math.max(Math.ceil(since / periodMs) * periodMs, endMs - QUIET_PERIODS * periodMs);
  return {
    periodMs,
    startMs,
    endMs,
  };
}
