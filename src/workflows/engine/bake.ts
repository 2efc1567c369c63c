import type { WatchState } from '../../analysis/types';
import type { Question, Waiting } from '../../contract/status';
import type { Verb } from '../../contract/verbs';
import type { Duration } from '../../plan/duration';
import type { Control } from './control';
import { waitForDeployment } from './deployments';
import { askToGoOnUnvisited } from './texts';

/** What a gate waits for beside its signals. */
export interface BakeRequest {
  /** `50 %`, `the 7d before termination` */
  what: string;
  bake: Duration;
  /** what an approval would let happen; absent: none is awaited */
  describeApproval?: () => string;
  /** an approval must name its question */
  isGrave?: boolean;
  /** the approval is needed no more: what it was for is gone */
  isLifted?: () => boolean;
  /** a retry ends it too */
  takesRetry?: boolean;
  /** the deployment that has to end before it does */
  describeDeployment?: () => string | null;
  /** what is to be measured when the bake is over, however it ends, and before the approval */
  prepareEnd?: () => Promise<unknown>;
}

/** What it reads of what people said. */
type BakeControl = Pick<Control, 'approved' | 'questions' | 'isPromoted' | 'isRetried' | 'isPaused' | 'abort'>;

/** A weight that is held while its signals are judged: when it is ready to end, and what it stands still for. */
export class Bake {
  isTimedOut = false;
  /** what an approval has to know is known */
  isPrepared = false;
  /** ISO, when it has waited too long for its signals */
  goesBackAt: string | undefined;
  /** of its question, whatever that asks by now; absent: it has asked nothing yet */
  private number: number | undefined;
  /** names of which somebody has said that nobody need come: its question stays as it was approved */
  private excused: string[] | undefined;

  /** @param until ISO, when its timer is over */
  constructor(
    private readonly request: BakeRequest,
    private readonly control: BakeControl,
    private readonly watch: { state: WatchState },
    private readonly until: string,
  ) {}

  /** Its timer is over, or somebody promoted it. */
  isOver(): boolean {
    return this.isTimedOut || this.control.isPromoted;
  }

  /** It waits for nothing but its signals. */
  isReady(): boolean {
    if (this.control.abort !== null || this.control.isPaused) return false;
    if (this.findDeployment() !== null) return false;
    return this.isOver() && this.isPrepared && !this.needsApproval();
  }

  private findDeployment(): string | null {
    return this.request.describeDeployment?.() ?? null;
  }

  needsApproval(): boolean {
    const text = this.describeQuestion();
    if (text === undefined) return false;
    if (this.request.takesRetry && this.control.isRetried) return false;
    return this.control.approved !== this.ask(text).id;
  }

  /** What is approved counts from now on: the names to which nobody came, and nobody has to. */
  excuseAbsence(): string[] {
    const absent = this.listAbsent();
    if (absent.length > 0) this.excused = absent;
    return absent;
  }

  private listAbsent(): string[] {
    return this.excused ?? this.watch.state.absent ?? [];
  }

  /** undefined: nothing has to be approved */
  private describeQuestion(): string | undefined {
    const { what, describeApproval, isLifted } = this.request;
    const isAsked = describeApproval !== undefined && !isLifted?.();
    const text = isAsked ? describeApproval() : undefined;
    const absent = this.listAbsent();
    return absent.length === 0 ? text : askToGoOnUnvisited(text ?? what, absent);
  }

  private ask(text: string): Question {
    this.number ??= this.control.questions.begin();
    const isGrave = this.request.isGrave === true || this.listAbsent().length > 0;
    return this.control.questions.ask(this.number, text, isGrave);
  }

  /** What it stands still for now, and the words that would move it. */
  describeWaiting(): Omit<Waiting, 'since'> {
    const { verdict, reason } = this.watch.state;
    return { ...this.findWaiting(), ...(verdict === 'holding' && reason && { reason }) };
  }

  private findWaiting(): Omit<Waiting, 'since'> {
    const { what } = this.request;
    if (this.control.isPaused)
      return {
        for: 'resume',
        what: 'resume',
        verbs: ['resume', 'abort'],
      };
    if (!this.isOver()) {
      return {
        for: 'bake',
        what: `the bake of ${what}`,
        until: this.until,
        verbs: ['promote', 'pause', 'abort'],
      };
    }
    const deployment = this.findDeployment();
    if (deployment !== null) return waitForDeployment(deployment);
    if (this.isPrepared && this.needsApproval()) return this.describeApproval(this.describeQuestion()!);
    return {
      for: 'bake',
      what: this.isPrepared ? this.describeSignals() : 'what a way back would lose',
      verbs: ['pause', 'abort'],
    };
  }

  private describeSignals(): string {
    const signals = `the signals of ${this.request.what}`;
    return this.goesBackAt === undefined ? signals : `${signals}; without them it goes back at ${this.goesBackAt}`;
  }

  private describeApproval(text: string): Omit<Waiting, 'since'> {
    const answers: Verb[] = this.request.takesRetry ? ['approve', 'retry'] : ['approve'];
    return {
      for: 'approval',
      what: `approval: ${text}`,
      question: this.ask(text),
      verbs: [...answers, 'pause', 'abort'],
    };
  }
}
