import type { WatchState } from '../../analysis/types';
import type { Waiting } from '../../contract/status';
import type { Verb } from '../../contract/verbs';
import type { Duration } from '../../plan/duration';
import type { Control } from './control';

/** Nothing judged yet. */
export const FRESH: WatchState = { verdict: 'collecting', counts: {}, measurements: [] };

/** What a gate waits for beside its signals. */
export interface BakeRequest {
  /** `50 %`, `the 7d before termination` */
  what: string;
  bake: Duration;
  /** what an approval would let happen; absent: none is awaited */
  describeApproval?: () => string;
  /** the approval is needed no more: what it was for is gone */
  isLifted?: () => boolean;
  /** a retry ends it too */
  takesRetry?: boolean;
  /** what is to be done between the end of the bake and the approval */
  prepareApproval?: () => Promise<unknown>;
}

/** A weight that is held while its signals are judged: when it is over, when it may end, and what it stands still for. */
export class Bake {
  state: WatchState = FRESH;
  isTimedOut = false;

  /** @param until ISO, when its timer is over */
  constructor(
    private readonly request: BakeRequest,
    private readonly control: Pick<Control, 'isApproved' | 'isPromoted' | 'isRetried' | 'isPaused' | 'abort'>,
    private readonly until: string,
  ) {}

  /** Its timer is over, or somebody promoted it. */
  isOver(): boolean {
    return this.isTimedOut || this.control.isPromoted;
  }

  hasFailed(): boolean {
    return this.state.verdict === 'failed';
  }

  /** Everything that it waits for has come, in whatever order. */
  mayEnd(): boolean {
    if (this.control.abort !== null || this.control.isPaused) return false;
    return this.isOver() && this.state.verdict === 'passing' && !this.needsApproval();
  }

  needsApproval(): boolean {
    const { describeApproval, isLifted, takesRetry } = this.request;
    if (!describeApproval || this.control.isApproved || isLifted?.()) return false;
    return !(takesRetry && this.control.isRetried);
  }

  /** What it stands still for now, and the words that would move it. */
  describeWaiting(): Omit<Waiting, 'since'> {
    const { verdict, reason } = this.state;
    return { ...this.findWaiting(), ...(verdict === 'holding' && reason && { reason }) };
  }

  private findWaiting(): Omit<Waiting, 'since'> {
    const { what } = this.request;
    if (this.control.isPaused) return { for: 'resume', what: 'resume', verbs: ['resume', 'abort'] };
    if (!this.isOver()) {
      return { for: 'bake', what: `the bake of ${what}`, until: this.until, verbs: ['promote', 'pause', 'abort'] };
    }
    if (this.needsApproval()) return this.describeApproval();
    return { for: 'bake', what: `the signals of ${what}`, verbs: ['pause', 'abort'] };
  }

  private describeApproval(): Omit<Waiting, 'since'> {
    const { describeApproval, takesRetry } = this.request;
    const answers: Verb[] = takesRetry ? ['approve', 'retry'] : ['approve'];
    return { for: 'approval', what: `approval: ${describeApproval?.()}`, verbs: [...answers, 'pause', 'abort'] };
  }
}
