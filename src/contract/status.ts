import type { Change, Moment } from './deployments';
import type { GrafanaCounts, GrafanaEdit } from './grafana';
import type { BoundSurvey } from './senders';
import type { Verb } from './verbs';
import type { Handover } from '../analysis/handover';
import type { MemoryAmount } from '../analysis/memory';
import type { Received } from '../analysis/received';
import type { Measurement, GateVerdict } from '../analysis/types';

/** The phases of each kind of run, in order, each with what it means. */
export const PHASES = {
  migration: {
    preflight: 'looking at the account, changing nothing',
    provision: 'making what the services need',
    images: 'building what runs, and pushing it to ECR',
    deploy: 'starting the services on Fargate',
    shift: 'moving users over, weight by weight',
    decommission: 'backing up, stopping and deleting the EC2 hosts',
  },
  deployment: {
    check: 'looking at what runs, changing nothing',
    images: 'building what changed, and pushing it to ECR',
    register: 'registering the task definitions',
    update: 'telling ECS what to run',
    steady: 'waiting until it runs',
    verify: 'looking whether it is reached',
    bake: 'judging the signals',
  },
  recovery: {
    check: 'looking whether a deployment runs, changing nothing',
  },
} as const;
export type RunKind = keyof typeof PHASES;
type PhaseOf<K extends RunKind> = keyof (typeof PHASES)[K];
export type Phase = { [K in RunKind]: PhaseOf<K> }[RunKind];

export type PhaseState = 'pending' | 'running' | 'done' | 'failed' | 'skipped';
export interface PhaseStatus {
  phase: Phase;
  state: PhaseState;
  /** e.g. `31 of 31 (24 created, 7 adopted)` */
  detail: string;
  startedAt?: string;
  endedAt?: string;
}

export type StepState = 'pending' | 'setting' | 'syncing' | 'baking' | 'gating' | 'done' | 'failed' | 'skipped';
export interface StepStatus {
  weight: number;
  state: StepState;
  startedAt?: string;
  endedAt?: string;
  /** what the gate said last */
  verdict?: GateVerdict;
  reason?: string;
}

export type Outcome = 'completed' | 'rolled-back' | 'rollback-incomplete';

/** An approval's question, as a word names it; what it asks is what is waited for. */
export interface Question {
  /** its number in the run, and a digest of what it asks: `3-9f86d081` */
  id: string;
  /** something ends by it that no word brings back as it was: an approval must name it */
  isGrave: boolean;
}

/** Why the workflow stands still, and what would move it on. */
export interface Waiting {
  for: 'approval' | 'retry' | 'bake' | 'resume' | 'host' | 'deployment' | 'migration';
  /** `approval of 50 → 100` */
  what: string;
  since: string;
  /** when a bake is over by its timer */
  until?: string;
  /** verbs that are taken now */
  verbs: Verb[];
  reason?: string;
  /** of an approval */
  question?: Question;
  /** of what waits beside others, or is given up: the name that a word to it names */
  held?: string;
}

/** Something that could not be taken back, or is kept for the next try. */
export interface Leftover {
  what: string;
  why: string;
}

/** One undo of the way back. */
export interface RollbackStep {
  what: string;
  state: 'pending' | 'running' | 'done' | 'failed';
  error?: string;
}

/** Grafana's database as it moved: the figures of the report. */
export interface GrafanaMove {
  from: string;
  to: string;
  /** UTC, by the host's clock: what is newer was edited on the new side */
  at: string;
  sha256: string;
  copySha256: string;
  before: GrafanaCounts;
  /** of the new Grafana on the copy; null before it ran, or where somebody imported by hand */
  after: GrafanaCounts | null;
  /** what a way back would lose sight of, as last looked at; null: not looked at */
  edits: {
    total: number;
    listed: GrafanaEdit[];
  } | null;
  fingerprint?: string;
}

/** One service of a deployment: family and number of what it ran and of what it runs then. */
export interface DeploymentStep {
  service: string;
  from: string;
  to: string;
  image: string;
  count: number;
  changes: Change[];
}

/** The one status object: query, search attributes, current details and command line all show this. */
export interface Status {
  kind: RunKind;
  name: string;
  workflowId: string;
  runId: string;
  phase: Phase | 'rollback' | 'ended';
  phases: PhaseStatus[];
  /** percent of DNS answers that name ECS */
  weight: number;
  steps: StepStatus[];
  waitingFor: Waiting | null;
  /** a question that is asked beside it, where that is none itself */
  asked: Waiting | null;
  paused: boolean;
  outcome: Outcome | null;
  gate: {
    verdict: GateVerdict | null;
    reason?: string;
    measurements: Measurement[];
  };
  undo: {
    pending: number;
    irreversible: string | null;
  };
  rollback: {
    reason: string;
    startedAt: string;
    steps: RollbackStep[];
  } | null;
  leftovers: Leftover[];
  /** the verbs that were taken: who, why, when */
  decisions: {
    verb: Verb;
    by: string;
    reason: string;
    at: string;
    during: string;
    /** what was approved */
    question?: string;
  }[];
  /** what happened, newest last, as an operator would write it down */
  events: {
    at: string;
    text: string;
  }[];
  /** what is said about the data of both sides */
  data?: {
    /** what reads of either side miss while both run: src/plan/visibility.ts */
    reads?: string[];
    /** what came along with Grafana, and what a way back would not have */
    grafana?: GrafanaMove;
    /** for each store the newest sample of the old side, the first of the new, and the gap */
    handover?: Handover[];
    /** what each side took in between the last two looks, by the components' own counters */
    received?: Received[];
    /** whether the new stores were seen to write to S3, when they were told to last; `missing`: what was not, in words */
    written?: {
      at: string;
      stores: string[];
      missing: string[];
    };
    /** what the new stores held only in memory at `at`; `since`: when users began to come to them */
    unflushed?: {
      at: string;
      since: string;
      stores: MemoryAmount[];
    };
  };
  /** who sent to the hosts when preflight looked, and how each moves */
  senders?: Pick<BoundSurvey, 'senders' | 'left'>;
  /** how many entries of a list were cut, the oldest first */
  cut: Partial<Record<'events' | 'decisions', number>>;
  /** of a deployment */
  deployment?: {
    by: string;
    reason: string;
    /** where in a migration it was made; absent: none runs */
    within?: Moment;
    /** what was asked for could not be begun: a migration runs, or the stack is not as a deployment needs it */
    isRefused?: true;
    /** what changes; empty: nothing */
    services: DeploymentStep[];
  };
  startedAt: string;
  endedAt?: string;
  findings: {
    warnings: string[];
    failures: {
      message: string;
      fix: string;
    }[];
  };
}

/** What an approval answers: what is waited for, or the question that is asked beside it. */
export function findAsked({ waitingFor, asked }: Pick<Status, 'waitingFor' | 'asked'>): Waiting | null {
  return waitingFor?.question ? waitingFor : asked;
}
