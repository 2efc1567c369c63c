import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { WatchState } from '../../analysis/types';
import type { Plan } from '../../plan/schema';
import { markdown } from '../details';
import { searchAttributes } from '../../contract/messages';
import {
  PHASES,
  type Leftover,
  type Outcome,
  type Phase,
  type PhaseStatus,
  type Status,
  type StepStatus,
  type Waiting,
} from '../../contract/status';

const EVENTS_KEPT = 200;
const now = () => new Date().toISOString();

/** Phases that a plan leaves out, and why. */
const skippedBy = ({ decommission, images }: Plan): Partial<Record<Phase, string>> => ({
  ...(images.builder === 'none' ? { images: 'somebody else pushes them to ECR (images.builder: none)' } : {}),
  ...(decommission.enabled ? {} : { decommission: 'the hosts stay as they are (decommission.enabled: false)' }),
});

/** The one status object, and everything that shows it: query, search attributes, current details. */
export class Progress {
  readonly status: Status;
  private shown = '';

  constructor(plan: Plan, workflowId: string, runId: string) {
    this.status = {
      name: plan.name,
      workflowId,
      runId,
      phase: 'preflight',
      phases: (Object.keys(PHASES) as Phase[]).map((phase) => {
        const skipped = skippedBy(plan)[phase];
        return { phase, state: skipped ? 'skipped' : 'pending', detail: skipped ?? '' };
      }),
      weight: 0,
      steps: plan.shift.weights.map((weight) => ({ weight, state: 'pending' })),
      waitingFor: null,
      paused: false,
      outcome: null,
      gate: { verdict: null, measurements: [] },
      undo: { pending: 0, irreversible: null },
      rollback: null,
      leftovers: [],
      decisions: [],
      events: [],
      startedAt: now(),
      findings: { warnings: [], failures: [] },
    };
  }

  begin(phase: Phase): void {
    this.status.phase = phase;
    const entry = this.entry(phase);
    entry.state = 'running';
    entry.startedAt ??= now();
    this.event(`${phase}: ${PHASES[phase]}`);
  }

  detail(phase: Phase, text: string): void {
    this.entry(phase).detail = text;
    this.publish();
  }

  end(phase: Phase, state: PhaseStatus['state']): void {
    const entry = this.entry(phase);
    entry.state = state;
    entry.endedAt = now();
    this.event(`${phase} ${state}${entry.detail ? `: ${entry.detail}` : ''}`);
  }

  step(weight: number, state: StepStatus['state'], reason?: string): void {
    const step = this.status.steps.find((entry) => entry.weight === weight);
    if (!step) return;
    step.state = state;
    step.startedAt ??= now();
    if (reason !== undefined) step.reason = reason;
    if (state === 'done' || state === 'failed') step.endedAt = now();
    this.publish();
  }

  /** The bake is over: the step ends when its signals have passed and whoever must approve has. */
  gating(): void {
    const step = this.status.steps.find(({ state }) => state === 'baking');
    if (step) step.state = 'gating';
  }

  /** What the gate thinks now; a change of verdict is kept as an event, whole. */
  judged(state: WatchState): void {
    const changed = this.status.gate.verdict !== state.verdict;
    this.status.gate = {
      verdict: state.verdict,
      measurements: state.measurements,
      ...(state.reason ? { reason: state.reason } : {}),
    };
    const step = this.status.steps.find((entry) => entry.state === 'baking' || entry.state === 'gating');
    if (step) step.verdict = state.verdict;
    if (changed) this.event(`gate ${state.verdict}${state.reason ? `: ${state.reason}` : ''}`);
    else this.publish();
  }

  waiting(waiting: Omit<Waiting, 'since'> | null): void {
    this.status.waitingFor = waiting && { ...waiting, since: now() };
    if (waiting && waiting.for !== 'bake' && waiting.for !== 'hold-over')
      this.event(`waiting: ${waiting.what}${waiting.reason ? `: ${waiting.reason}` : ''}`);
    else this.publish();
  }

  event(text: string): void {
    this.status.events.push({ at: now(), text });
    if (this.status.events.length > EVENTS_KEPT) this.status.events.shift();
    this.publish();
  }

  leftover(leftover: Leftover): void {
    this.status.leftovers.push(leftover);
  }

  finish(outcome: Outcome): void {
    this.status.outcome = outcome;
    this.status.phase = 'ended';
    this.status.waitingFor = null;
    this.status.endedAt = now();
    this.event(`ended ${outcome}`);
  }

  /** Search attributes cost an event each, so only a change is written; the details cost none. */
  publish(): void {
    setCurrentDetails(markdown(this.status));
    const { phase, weight, gate, waitingFor } = this.status;
    const words = [phase, weight, gate.verdict ?? 'none', waitingFor?.for ?? 'none'] as const;
    if (words.join() === this.shown) return;
    this.shown = words.join();
    upsertSearchAttributes([
      { key: searchAttributes.phase, value: words[0] },
      { key: searchAttributes.weight, value: words[1] },
      { key: searchAttributes.health, value: words[2] },
      { key: searchAttributes.waiting, value: words[3] },
    ]);
  }

  private entry(phase: Phase): PhaseStatus {
    return this.status.phases.find((entry) => entry.phase === phase)!;
  }
}
