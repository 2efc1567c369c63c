import { condition, isCancellation, sleep, workflowInfo } from '@temporalio/workflow';
import type { Resource, Owner } from '../../contract/resources';
import type { ServiceState } from '../../contract/services';
import { humanize, milliseconds } from '../../plan/duration';
import type { Plan } from '../../plan/schema';
import { Control } from './control';
import { describe } from '../details';
import { messageOf } from './failures';
import { Progress } from './progress';
import { Ledger, type Stage } from './ledger';
import type { Phase, Status } from '../../contract/status';

/** What one run knows: its plan, what to undo, how far it is, and what people said. */
export class Migration {
  readonly owner: Owner;
  readonly undo = new Ledger();
  readonly progress: Progress;
  readonly control: Control;
  baking = false;
  /** the services before this run touched them */
  found: Record<string, ServiceState> | null = null;
  /** case 3 is tried once: a second performance failure goes back */
  scaledOut = false;
  /** while a rollback would lose what is only in the new stores' memory: measures it and says it */
  late: (() => Promise<string>) | null = null;
  private probes = 0;
  /** public addresses that changed when a host started again: old → new */
  readonly addresses: Record<string, string> = {};
  private readonly begun = new Set<Promise<unknown>>();
  private readonly made = new Map<string, Resource['ownership']>();
  private wanted = new Set<string>();

  constructor(readonly plan: Plan) {
    const { workflowId, runId, firstExecutionRunId } = workflowInfo();
    this.owner = { migration: workflowId, run: firstExecutionRunId };
    this.progress = new Progress(plan, workflowId, runId);
    this.control = new Control(() => ({
      waiting: this.status.waitingFor,
      baking: this.baking,
      rollingBack: this.status.rollback !== null,
      ended: this.status.outcome !== null,
      irreversible: this.status.undo.irreversible,
      weight: this.status.weight,
      description: describe(this.status),
    }));
  }

  get status(): Status {
    return this.progress.status;
  }

  get cleanup(): boolean {
    return this.plan.cleanup === 'delete';
  }

  /** What a probe is for, unique in the run. */
  purpose(what: string): string {
    return `${what}-${++this.probes}`;
  }

  /** Adds to what the status says of the data. */
  data(found: Status['data']): void {
    this.status.data = { ...this.status.data, ...found };
    this.progress.publish();
  }

  /** Writes an undo down before its effect. */
  before(stage: Stage, what: string, run: () => Promise<void>): void {
    this.undo.add({ key: what, stage, what, run });
    this.status.undo.pending = this.undo.pending(this.cleanup);
  }

  /** Finds or makes one resource: its undo first, then the effect; counted for the operator. */
  ensure<T extends Resource>(what: string, remove: (() => Promise<void>) | null, effect: () => Promise<T>): Promise<T> {
    if (remove) this.before('cleanup', `remove ${what}`, remove);
    this.wanted.add(what);
    const result = effect().then((ensured) => {
      this.made.set(what, ensured.ownership);
      this.countMade();
      return ensured;
    });
    return this.track(result);
  }

  /** Remembers a promise, so that a retry of its phase never runs beside what it began before. */
  track<T>(promise: Promise<T>): Promise<T> {
    this.begun.add(promise);
    promise.catch(() => undefined);
    return promise;
  }

  /**
   * Runs a phase that users do not feel yet (rollback case 1): a failure holds for retry or abort as
   * long as the plan says, and only then goes back. Every effect in it is idempotent, so a retry repeats it whole.
   */
  async phase<T>(phase: Phase, run: () => Promise<T>): Promise<T> {
    if (this.status.phases.find((entry) => entry.phase === phase)?.state === 'skipped') return run();
    for (;;) {
      this.progress.begin(phase);
      this.wanted = new Set();
      this.made.clear();
      try {
        const result = await run();
        await this.unpaused();
        this.progress.end(phase, 'done');
        return result;
      } catch (error) {
        await Promise.allSettled(this.begun);
        this.begun.clear();
        this.progress.end(phase, 'failed');
        if (isCancellation(error)) throw error;
        if (!(await this.heldForRetry(`retry of ${phase}`, messageOf(error)))) throw error;
      }
    }
  }

  /**
   * Holds until someone says retry; false when nobody did in the plan's time.
   * @param broken ends it early: then it is false too
   */
  async heldForRetry(what: string, reason: string, broken: () => boolean = () => false): Promise<boolean> {
    const { control } = this;
    control.retried = false;
    this.progress.waiting({ for: 'retry', what, verbs: ['retry', 'abort'], reason });
    await condition(() => control.retried || broken(), milliseconds(this.plan.hold), { summary: `hold: ${what}` });
    const heard = control.retried && !broken();
    control.retried = false;
    this.progress.waiting(null);
    return heard;
  }

  /** Holds until someone approves; an abort cancels it. */
  async approved(what: string, reason: string): Promise<void> {
    this.control.approved = false;
    this.progress.waiting({ for: 'approval', what: `approval: ${what}`, verbs: ['approve', 'abort'], reason });
    await condition(() => this.control.approved);
    this.progress.waiting(null);
  }

  /** Stands still while paused; measuring goes on elsewhere. */
  async unpaused(): Promise<void> {
    if (!this.control.paused) return;
    this.progress.waiting({ for: 'resume', what: 'resume', verbs: ['resume', 'abort'] });
    await condition(() => !this.control.paused);
    this.progress.waiting(null);
  }

  /** A timer that says in the timeline what it waits for. */
  async rest(ms: number, summary: string): Promise<void> {
    if (ms > 0) await sleep(ms, { summary: `${summary} (${humanize(ms)})` });
  }

  private countMade(): void {
    const created = [...this.made.values()].filter((ownership) => ownership === 'created').length;
    const phase = this.status.phase;
    if (phase !== 'provision') return;
    this.progress.detail(
      phase,
      `${this.made.size} of ${this.wanted.size} (${created} created, ${this.made.size - created} adopted)`,
    );
  }
}
