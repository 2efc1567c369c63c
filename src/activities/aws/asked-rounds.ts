import type { AskedRound } from '../../analysis/types';
import type { UserRequests } from '../../contract/probes';
import type { WatchRequest } from '../../contract/watch';
import { toMilliseconds } from '../../plan/duration';
import { inBackground } from '../pacing';
import type { Pace, UserAnswer } from '../probe/user-request';
import type { Clock } from './clock';

/** How often a round asks each name, over about as long as lies between two looks, and a minute at most. */
const TIMES = 5;
const LONGEST_SPAN_MS = 60_000;
/** A task takes a minute to start, and nobody answers for ten seconds at most. */
const LONGEST_MS = 5 * 60_000;
/** As many settled periods, and looks, are judged with what is known of the rounds. */
const KEPT = {
  periods: 5,
  looks: 3,
};

/** What a watch asks for, with what a probe has asked of late. */
export type AskedWatch = WatchRequest & { rounds?: AskedRound[] };

type Asking = NonNullable<WatchRequest['asking']>;

/** For how many ms it is known when rounds have asked. */
export function keepsRounds({ settle, period, interval }: WatchRequest['analysis']): number {
  return toMilliseconds(settle) + KEPT.periods * toMilliseconds(period) + KEPT.looks * toMilliseconds(interval);
}

/** A probe's requests beside a watch, one round after the other. */
export class AskedRounds {
  private isRunning = false;
  /** the one that was begun last */
  private last: AskedRound | null = null;

  /** @param ask sends a round's requests */
  constructor(
    private readonly request: Pick<WatchRequest, 'asking' | 'analysis'>,
    private readonly ask: (asked: UserRequests, purpose: string, pace: Pace) => Promise<UserAnswer[]>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /**
   * What is known by now of the rounds before and of the one under way; begins the next where none is.
   * @param before as the look before this one knew them, perhaps in another worker
   */
  goOn(before: AskedRound[] = []): AskedRound[] {
    const { last } = this;
    const now = this.clock.now();
    const known = before.map((round) => (round.from === last?.from ? { ...last } : round));
    const { analysis, asking } = this.request;
    const kept = known.filter(({ until }) => until > now - keepsRounds(analysis));
    if (!asking || this.isRunning) return kept;
    this.last = {
      from: now,
      until: now + LONGEST_MS,
      asked: TIMES,
    };
    void this.run(asking, this.last);
    return [...kept, { ...this.last }];
  }

  private async run(asking: Asking, round: AskedRound): Promise<void> {
    this.isRunning = true;
    const spanMs = Math.min(toMilliseconds(this.request.analysis.interval), LONGEST_SPAN_MS);
    const pauseS = spanMs / 1000 / TIMES;
    const purpose = `${asking.purpose}-${round.from}`;
    try {
      const answers = await inBackground(() =>
        this.ask(asking, purpose, {
          times: TIMES,
          pauseS,
        }),
      );
      round.unanswered = Math.max(...asking.names.map(({ name }) => measureUnanswered(answers, name)));
    } catch {
      // not measured: the signal has no data, and says so by its own rule
    } finally {
      round.until = this.clock.now();
      this.isRunning = false;
    }
  }
}

/**
 * What a balancer says itself where no task answers it, whether or not it names itself: a listener may leave its `server`
 * out. Source: AWS, "Troubleshoot your Application Load Balancers", and "HTTP header modification".
 */
const GATEWAY = [502, 503, 504];

/** Percent of a name's requests. */
function measureUnanswered(answers: UserAnswer[], wanted: string): number {
  const own = answers.filter(({ name }) => name === wanted);
  // before the first weight our task has answered each: whatever the balancer says itself came since
  const unanswered = own.filter(({ code, isBalancers }) => code === undefined || isBalancers || GATEWAY.includes(code));
  return own.length === 0 ? 100 : (100 * unanswered.length) / own.length;
}
