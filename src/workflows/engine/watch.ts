import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { forgetClass, forgetSuccesses, leaveOut } from '../../analysis/count';
import type { WatchState } from '../../analysis/types';
import type { LoadBalancer, TargetGroup } from '../../contract/load-balancers';
import type { WatchRequest, WatchResult } from '../../contract/watch';
import { toMilliseconds } from '../../plan/duration';
import { listRecordsTo } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { perform } from './activities';
import { describeAsking, judgeAsked } from './asking';
import type { Control } from './control';
import type { Facts } from './facts';
import { Breach } from './failures';
import { watchPorts, watchRules } from './ingest';
import type { Progress } from './progress';
import { listStartParts, type Release, type StartPlatform } from './release';
import { Replacements } from './replacements';
import { describeUnwatched } from './texts';
import { rest } from './timers';
import { excuseVisits, expectVisits, NOBODY } from './visits';

/** Nothing judged yet. */
const FRESH: WatchState = {
  verdict: 'collecting',
  counts: {},
  measurements: [],
};

/** How long a verdict must stand to be told; doubles each time, so that history does not grow with waiting. */
const QUIET_MS = {
  first: 10 * 60_000,
  longest: 6 * 3_600_000,
};
/** Between two tries of a watch that fails as a whole; doubles too. */
const PAUSE_MS = {
  first: 60_000,
  longest: 3_600_000,
};

/** What a watch reads of its run, and where it shows what it sees. */
interface WatchedRun {
  plan: Plan;
  control: Pick<Control, 'abort'>;
  progress: Progress;
  facts: Facts;
}

/** Where users are: of a release, what is measured. */
export interface Place extends Pick<Release, 'cluster' | 'counts' | 'discovery' | 'ingest'>, Partial<StartPlatform> {
  loadBalancer: Pick<LoadBalancer, 'dimension' | 'ownership'>;
  /** by service; the ARN is not known of an earlier run's */
  targetGroups: Record<string, Pick<TargetGroup, 'dimension'> & Partial<TargetGroup>>;
}

/** A gate that waits for nothing but its signals. */
export interface Question {
  /** every signal has passed in a look after it was asked */
  isAnswered: boolean;
}

/**
 * The eyes of a run: one activity at a time, from the first weight until the hosts are terminated or the way back has
 * ended, whatever the run waits for. Nothing but the run's end ends it. A failure is a breach, which takes the run back
 * from wherever it stands; on the way back it only shows.
 */
export class Watch {
  /** what it has told last; the newest is in its heartbeat */
  state: WatchState = FRESH;
  /** why traffic goes back */
  breach: Breach | null = null;
  /** services are slow, and their gate has a remedy: they are not judged as slow until it begins anew */
  slowness: Breach | null = null;
  /** a gate is open that has a remedy for slow services */
  hasRemedy = false;

  private place: Place | null = null;
  private where = '';
  private readonly replacements = new Replacements();
  private expected = NOBODY;
  private warmUntil = 0;
  private startsAnew = false;
  /** what runs now has probes ask */
  private asks = false;
  private question: Question | null = null;
  private quietMs = QUIET_MS.first;
  /** what runs now: an activity, or a pause before the next one */
  private looking: CancellationScope | null = null;
  private ending: { scope: CancellationScope; ended: Promise<void> } | null = null;

  constructor(private readonly run: WatchedRun) {}

  get hasBegun(): boolean {
    return this.ending !== null;
  }

  /**
   * Users get here now: what passed before proves nothing any more, what failed still counts. The first time it begins.
   * @param where `at 50 %`, for whoever reads why it went back
   * @param moving names that somebody has to come to, unless the plan has them as quiet
   */
  judgeAnew(place: Place, where: string, moving: string[] = []): void {
    this.place = place;
    this.where = where;
    this.replacements.forget();
    this.expected = expectVisits(this.run.plan, moving, where);
    this.warmUntil = Date.now() + toMilliseconds(this.run.plan.analysis.initialDelay);
    this.slowness = null;
    this.startsAnew = true;
    this.quietMs = QUIET_MS.first;
    if (this.hasBegun) this.lookAgain();
    else this.begin();
  }

  /** Looks no more at a service that stands still while it is replaced: until it is looked at again, or all anew. */
  leaveOut(service: string): void {
    this.replacements.begin(service);
    this.lookAgain();
  }

  /** It is there again: what was measured of it before says nothing. */
  lookAt(service: string): void {
    this.replacements.end(service);
    this.lookAgain();
  }

  /** Nobody has to come to these any more. */
  excuse(excused: string[]): void {
    this.expected = excuseVisits(this.expected, excused);
  }

  /** Wants to know when all signals pass; what was seen before this moment does not answer it. */
  ask(): Question {
    this.question = { isAnswered: false };
    this.lookAgain();
    return this.question;
  }

  /** Nobody waits for the answer any more. */
  withdraw(question: Question): void {
    if (this.question === question) this.question = null;
  }

  /** What a failure means has changed. */
  lookAgain(): void {
    this.looking?.cancel();
  }

  /** It is going back: what a probe leaves is taken away. */
  stopAsking(): void {
    if (this.asks) this.lookAgain();
  }

  /** Ends it; the run has ended. */
  async end(): Promise<void> {
    this.ending?.scope.cancel();
    await this.ending?.ended;
  }

  private begin(): void {
    void CancellationScope.nonCancellable(async () => {
      const scope = new CancellationScope();
      const ended = scope.run(() => this.lookOn());
      this.ending = { scope, ended: ended.catch(() => undefined) };
    });
  }

  private async lookOn(): Promise<void> {
    const own = CancellationScope.current();
    let pauseMs = PAUSE_MS.first;
    while (!own.consideredCancelled) {
      try {
        await this.lookUntilNews();
        pauseMs = PAUSE_MS.first;
      } catch (error) {
        if (isCancellation(error)) continue;
        this.tellUnwatched(error);
        await this.untilAskedAgain(() => rest(pauseMs, 'until the signals are watched again')).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, PAUSE_MS.longest);
      }
    }
  }

  /** Runs it until it ends by itself, or until something else is to be asked. */
  private async untilAskedAgain<T>(run: () => Promise<T>): Promise<{ result: T; isCutShort: boolean }> {
    const scope = new CancellationScope();
    this.looking = scope;
    const result = await scope.run(run);
    return {
      result,
      isCutShort: scope.consideredCancelled,
    };
  }

  private forgetWhatIsOver(): void {
    const { slowness, startsAnew } = this;
    const { analysis } = this.run.plan;
    if (startsAnew) this.show(forgetSuccesses(this.state));
    if (slowness) this.show(forgetClass(this.state, analysis, 'performance'));
    this.startsAnew = false;
  }

  private async lookUntilNews(): Promise<void> {
    this.forgetWhatIsOver();
    const { question } = this;
    const request = this.requestWatch();
    const watching = () => perform('watchSignals', `watch the signals ${this.where}`, request);
    const { result, isCutShort } = await this.untilAskedAgain(watching);
    this.hear(result);
    if (isCutShort) return;
    this.quietMs = Math.min(this.quietMs * 2, QUIET_MS.longest);
    if (question && result.state.verdict === 'passing') {
      question.isAnswered = true;
      this.withdraw(question);
    }
  }

  private hear({ state, note }: WatchResult): void {
    if (note !== undefined) this.run.progress.addEvent(note);
    const { refusals = [] } = this.state;
    const fresh = state.refusals?.filter((refusal) => !refusals.includes(refusal)) ?? [];
    for (const refusal of fresh) this.run.progress.addEvent(refusal);
    this.show(state);
    if (state.verdict === 'failed' && !this.onlyShows()) this.fail(state);
  }

  /** It is tried without end: what nobody sees is no reason to go back, nor to go on. */
  private tellUnwatched(error: unknown): void {
    const reason = describeUnwatched(error);
    if (reason !== this.state.reason) this.run.progress.addEvent(reason);
    this.show({ ...this.state, verdict: 'holding', reason });
  }

  private fail({ failedClass = 'availability', reason = 'a signal failed' }: WatchState): void {
    const failure = new Breach(failedClass, `${this.where}: ${reason}`);
    if (failedClass === 'performance' && this.hasRemedy) this.slowness = failure;
    else this.breach = failure;
  }

  private show(state: WatchState): void {
    this.state = state;
    this.run.progress.showVerdict(state);
  }

  /** Whether a failure changes nothing any more: it is going back, or nothing can. */
  private onlyShows(): boolean {
    const { control, progress } = this.run;
    const { status } = progress;
    const isGoingBack = this.breach !== null || control.abort !== null || status.rollback !== null;
    return isGoingBack || status.undo.irreversible !== null;
  }

  private requestWatch(): WatchRequest {
    const { cluster, loadBalancer, counts, targetGroups, discovery } = this.place!;
    const watched = Object.entries(counts).filter(([name]) => !this.replacements.has(name));
    const services = watched.map(([name, count]) => {
      const group = targetGroups[name];
      const registry = discovery[name];
      return {
        name,
        count,
        ...(group && {
          targetGroup: group.dimension,
          ...(group.id !== undefined && { targetGroupArn: group.id }),
        }),
        hosts: listRecordsTo(this.run.plan, name),
        ...watchRules(this.run.plan, name, this.run.facts.inside),
        ...this.replacements.describeEnd(name),
        ...(registry !== undefined && { discovery: registry }),
        ...watchPorts(this.place!, name),
      };
    });
    const { state, expected, warmUntil, quietMs } = this;
    const onlyShows = this.onlyShows();
    const parts = listStartParts(this.run.plan, this.place!);
    const asking = onlyShows ? undefined : describeAsking(this.run.facts, this.replacements.listNames(this.run.plan));
    this.asks = asking !== undefined;
    const isExpected = expected.names.length > 0 && !onlyShows;
    return {
      analysis: judgeAsked(this.chooseAnalysis(), this.asks, onlyShows),
      cluster,
      loadBalancer: loadBalancer.dimension,
      isOwnBalancer: loadBalancer.ownership === 'created',
      services,
      ...(asking && { asking }),
      ...(isExpected && { expected }),
      ...(parts && !onlyShows && { parts }),
      state,
      warmUntil,
      quietMs,
      awaitsPass: this.question !== null,
      onlyShows,
    };
  }

  /** Services that are being scaled out are slow: that is known. */
  private chooseAnalysis({ analysis } = this.run.plan): WatchRequest['analysis'] {
    return this.slowness ? leaveOut(analysis, ({ class: kind }) => kind === 'performance') : analysis;
  }
}
