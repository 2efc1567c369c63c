import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { WatchState } from '../../analysis/types';
import { searchAttributes } from '../../contract/messages';
import {
  PHASES,
  type Leftover,
  type Outcome,
  type Phase,
  type PhaseStatus,
  type RunKind,
  type Status,
  type StepStatus,
  type Waiting,
} from '../../contract/status';
import type { Plan } from '../../plan/schema';
import { explainPhase, renderDetails } from '../details';
import { cutLines, cutText } from './text';

/** By which Temporal knows a run. */
interface Identity {
  workflowId: string;
  runId: string;
}

/** Entries that the status keeps of what goes on as long as a run does; of a result Temporal takes 2 MB. */
const KEPT = {
  events: 200,
  decisions: 100,
} as const;
const now = () => new Date().toISOString();

/** The one status object, and everything that shows it: query, search attributes, current details. */
export class Progress {
  readonly status: Status;
  private readonly waits = new Map<object, Waiting>();
  private shown = '';
  private areDetailsDue = false;

  constructor(kind: RunKind, plan: Plan, identity: Identity) {
    this.status = createStatus(kind, plan, identity);
  }

  isSkipped(phase: Phase): boolean {
    return this.findPhase(phase).state === 'skipped';
  }

  beginPhase(phase: Phase): void {
    this.status.phase = phase;
    const entry = this.findPhase(phase);
    entry.state = 'running';
    entry.startedAt ??= now();
    this.addEvent(`${phase}: ${explainPhase(this.status.kind, phase)}`);
  }

  setDetail(phase: Phase, text: string): void {
    this.findPhase(phase).detail = text;
    this.publish();
  }

  endPhase(phase: Phase, state: PhaseStatus['state']): void {
    const entry = this.findPhase(phase);
    entry.state = state;
    entry.endedAt = now();
    this.addEvent([`${phase} ${state}`, entry.detail].filter(Boolean).join(': '));
  }

  skipPhase(phase: Phase, reason: string): void {
    const entry = this.findPhase(phase);
    entry.state = 'skipped';
    entry.detail = reason;
    this.publish();
  }

  failRunningPhases(): void {
    for (const { phase, state } of this.status.phases) {
      if (state === 'running') this.endPhase(phase, 'failed');
    }
  }

  setStep(weight: number, state: StepStatus['state'], reason?: string): void {
    const step = this.status.steps.find((entry) => entry.weight === weight);
    if (!step) return;
    step.state = state;
    step.startedAt ??= now();
    if (reason !== undefined) step.reason = reason;
    if (state === 'done' || state === 'failed') step.endedAt = now();
    this.publish();
  }

  /** The bake is over: the step ends when its signals have passed and whoever must approve has. */
  beginGate(): void {
    const step = this.status.steps.find(({ state }) => state === 'baking');
    if (step) step.state = 'gating';
  }

  /** What the gate thinks now; a change of verdict is kept as an event, whole. */
  showVerdict({ verdict, measurements, reason }: WatchState): void {
    const isChanged = this.status.gate.verdict !== verdict;
    this.status.gate = {
      verdict,
      measurements,
      ...(reason && { reason }),
    };
    const step = this.status.steps.find(({ state }) => state === 'baking' || state === 'gating');
    if (step) step.verdict = verdict;
    if (isChanged) this.addEvent([`gate ${verdict}`, reason].filter(Boolean).join(': '));
    else this.publish();
  }

  /**
   * What a place where the run stands still waits for; null: it stands there no more. Of several the newest is shown,
   * and the newest that asks a question beside it.
   * @param place that stands still
   */
  showWaiting(place: object, waiting: Omit<Waiting, 'since'> | null): void {
    const before = this.waits.get(place);
    const after = waiting && cutWaiting(waiting);
    if (after) this.waits.set(place, after);
    else this.waits.delete(place);
    const [newest, ...others] = [...this.waits.values()].reverse();
    this.status.waitingFor = newest ?? null;
    this.status.asked = newest?.question ? null : (others.find(({ question }) => question) ?? null);
    const text = tellWaiting(after);
    if (text !== null && text !== tellWaiting(before)) this.addEvent(text);
    else this.publish();
  }

  /** The weight that the records have now. */
  setWeight(weight: number): void {
    this.status.weight = weight;
  }

  /** Adds to what the status says of the data. */
  addData(data: NonNullable<Status['data']>): void {
    this.status.data = {
      ...this.status.data,
      ...data,
    };
    this.publish();
  }

  addEvent(text: string): void {
    this.keep('events', {
      at: now(),
      text: cutText(text),
    });
    this.publish();
  }

  addDecision(decision: Omit<Status['decisions'][number], 'at'>): void {
    this.keep('decisions', {
      ...decision,
      at: now(),
    });
  }

  addLeftover({ what, why }: Leftover): void {
    this.status.leftovers.push({
      what,
      why: cutText(why),
    });
  }

  finish(outcome: Outcome): void {
    this.status.outcome = outcome;
    this.status.phase = 'ended';
    this.status.waitingFor = null;
    this.status.asked = null;
    this.status.endedAt = now();
    this.addEvent(`ended ${outcome}`);
  }

  /** Search attributes cost an event each, so only a change is written; the details cost none. */
  publish(): void {
    this.renewDetails();
    const { phase, weight, gate, waitingFor } = this.status;
    const [health, waiting] = [gate.verdict ?? 'none', waitingFor?.for ?? 'none'];
    const shown = [phase, weight, health, waiting].join();
    if (shown === this.shown) return;
    this.shown = shown;
    upsertSearchAttributes([
      {
        key: searchAttributes.phase,
        value: phase,
      },
      {
        key: searchAttributes.weight,
        value: weight,
      },
      {
        key: searchAttributes.health,
        value: health,
      },
      {
        key: searchAttributes.waiting,
        value: waiting,
      },
    ]);
  }

  /** Once for all that happens in one task: for each of a thousand words that come together it would take seconds. */
  private renewDetails(): void {
    if (this.areDetailsDue) return;
    this.areDetailsDue = true;
    void Promise.resolve().then(() => {
      this.areDetailsDue = false;
      setCurrentDetails(renderDetails(this.status));
    });
  }

  /** Adds to a list of bounded length: the oldest goes, and is counted. */
  private keep<K extends keyof typeof KEPT>(list: K, entry: Status[K][number]): void {
    const { cut } = this.status;
    const entries: Status[K][number][] = this.status[list];
    entries.push(entry);
    if (entries.length <= KEPT[list]) return;
    entries.shift();
    cut[list] = (cut[list] ?? 0) + 1;
  }

  private findPhase(phase: Phase): PhaseStatus {
    return this.status.phases.find((entry) => entry.phase === phase)!;
  }
}

/** What is told of it; null: a bake is not. */
function tellWaiting(waiting: Waiting | null | undefined): string | null {
  if (!waiting || waiting.for === 'bake') return null;
  return [`waiting: ${waiting.what}`, waiting.reason].filter(Boolean).join(': ');
}

function cutWaiting(waiting: Omit<Waiting, 'since'>): Waiting {
  const { what, reason } = waiting;
  return {
    ...waiting,
    what: cutText(what),
    ...(reason !== undefined && { reason: cutLines(reason) }),
    since: now(),
  };
}

function createStatus(kind: RunKind, plan: Plan, { workflowId, runId }: Identity): Status {
  const phases = createPhases(kind, plan);
  const weights = kind === 'migration' ? plan.shift.weights : [];
  return {
    kind,
    name: plan.name,
    workflowId,
    runId,
    phase: phases[0]!.phase,
    phases,
    weight: 0,
    steps: weights.map((weight) => ({
      weight,
      state: 'pending',
    })),
    waitingFor: null,
    asked: null,
    paused: false,
    outcome: null,
    gate: {
      verdict: null,
      measurements: [],
    },
    undo: {
      pending: 0,
      irreversible: null,
    },
    rollback: null,
    leftovers: [],
    decisions: [],
    events: [],
    cut: {},
    startedAt: now(),
    findings: {
      warnings: [],
      failures: [],
    },
  };
}

function createPhases(kind: RunKind, plan: Plan): PhaseStatus[] {
  const skipped = kind === 'migration' ? findSkippedPhases(plan) : {};
  return (Object.keys(PHASES[kind]) as Phase[]).map((phase) => {
    const reason = skipped[phase];
    return {
      phase,
      state: reason ? 'skipped' : 'pending',
      detail: reason ?? '',
    };
  });
}

/** Phases of a migration that its plan leaves out, and why. */
function findSkippedPhases({ decommission, images }: Plan): Partial<Record<Phase, string>> {
  const skipped: Partial<Record<Phase, string>> = {};
  if (images.builder === 'none') skipped.images = 'somebody else pushes them to ECR (images.builder: none)';
  if (!decommission.enabled) skipped.decommission = 'the hosts stay as they are (decommission.enabled: false)';
  return skipped;
}
