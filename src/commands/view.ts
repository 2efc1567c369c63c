import type { PhaseState, PhaseStatus, RunKind, Status, StepState, StepStatus, Waiting } from '../contract/status';
import type { Verb } from '../contract/verbs';
import { formatDuration } from '../plan/duration';
import {
  describeCut,
  describeData,
  describeDeployed,
  describeMeasurement,
  describeSenders,
  explainPhase,
  explainRollback,
  listEvents,
} from '../workflows/details';
import { commandFor } from './texts';

const ICONS: Record<PhaseState, string> = {
  pending: '·',
  running: '◌',
  done: '✔',
  failed: '✖',
  skipped: '–',
};
const STEP_ICONS: Record<StepState, string> = {
  ...ICONS,
  setting: '◌',
  syncing: '◌',
  baking: '◌',
  gating: '◌',
};
const VERDICT_ICONS = {
  pass: '✔',
  fail: '✖',
  inconclusive: '?',
  error: '!',
} as const;
const GATE_ICONS = {
  collecting: '◌',
  passing: '✔',
  failed: '✖',
  holding: '‖',
} as const;
const OUTCOMES = {
  completed: '✔ completed',
  'rolled-back': '✔ rolled back',
  'rollback-incomplete': '✖ rollback incomplete',
} as const;
const EVENTS_SHOWN = 4;
const NAME_WIDTH = 14;
/** Between the parts of a line. */
const GAP = '   ';

/** The status as an operator reads it: what is true, what comes next and how to get back. */
export function view(status: Status, now = Date.now()): string[] {
  return [
    header(status, now),
    ...status.phases.flatMap((phase) => phaseLines(status, phase, now)),
    ...rollbackLines(status),
    ...deploymentLines(status),
    ...dataSection(status),
    ...senderSection(status),
    ...leftoverLines(status),
    ...failureLines(status),
    ...reasonLine(status),
    ...askedLine(status),
    ...describeCut(status).map((line) => `├─ … ${line}`),
    `└─ • ${wayBack(status)}`,
    ...nextLines(status),
  ];
}

/** What happened last, newest last. */
export function lastEvents(status: Status): string[] {
  return listEvents(status).slice(-EVENTS_SHOWN).map(eventLine);
}

/** What it waits for and what to type, for one who looks on without a screen; none: it goes on by itself. */
export function waitingLines(status: Status): string[] {
  const { name, waitingFor } = status;
  if (!waitingFor) return [];
  const { what, reason } = waitingFor;
  const line = `${name} waits for ${withReason(what, reason)}`;
  return [line, ...nextLines(status)];
}

/** `09:12:04  what happened`, by UTC. */
export function eventLine({ at, text }: Status['events'][number]): string {
  const time = at.slice(11, 19);
  return `${time}  ${text}`;
}

/** First line: name, what it does or waits for, steps, time. */
function header(status: Status, now: number): string {
  const { name, steps, paused, startedAt } = status;
  const done = steps.filter(({ state }) => state === 'done');
  const doing = describeDoing(status);
  const counted = steps.length > 0 ? [`${done.length} of ${steps.length} steps`] : [];
  return [name, paused ? `${doing} (paused)` : doing, ...counted, timeBetween(startedAt, endOf(status, now))].join(GAP);
}

function describeDoing({ outcome, rollback, waitingFor, phase }: Status): string {
  if (outcome) return OUTCOMES[outcome];
  if (rollback) return '↩ going back';
  const isBaking = waitingFor?.for === 'bake';
  if (waitingFor && !isBaking) return `‖ waiting for ${waitingFor.what}`;
  return `▶ ${phase}`;
}

/** Of its end, or of now while it runs, in milliseconds. */
function endOf({ endedAt }: { endedAt?: string }, now: number): number {
  return endedAt ? Date.parse(endedAt) : now;
}

function timeBetween(from: string, to: number): string {
  return formatDuration(to - Date.parse(from));
}

function phaseLines(status: Status, phase: PhaseStatus, now: number): string[] {
  const icon = ICONS[phase.state];
  const name = phase.phase.padEnd(NAME_WIDTH);
  const text = describePhase(status, phase, now);
  const line = `├─ ${icon} ${name}${text}`.trimEnd();
  const isUnderWay = phase.phase === status.phase && !status.rollback;
  return isUnderWay ? [line, ...gateLines(status, now)] : [line];
}

/** What was done and how long it took; of a phase to come what it means. */
function describePhase(status: Status, phase: PhaseStatus, now: number): string {
  const { state, detail, startedAt } = phase;
  if (state === 'pending') return explainPhase(status.kind, phase.phase);
  if (!startedAt) return detail;
  const end = endOf(phase, endOf(status, now));
  const time = timeBetween(startedAt, end);
  return `${detail}${GAP}${time}`;
}

/** The steps and the gate that judges now, a signal a line: measured against limit, always both. */
function gateLines(status: Status, now: number): string[] {
  const steps = status.phase === 'shift' ? [`steps        ${stepsLine(status, now)}`] : [];
  return [...steps, ...verdictLines(status)].map(indent);
}

function verdictLines({ gate }: Status): string[] {
  const { verdict, reason, measurements } = gate;
  if (!verdict) return [];
  const icon = GATE_ICONS[verdict];
  return [`gate         ${icon} ${withReason(verdict, reason)}`, ...measurements.map(measurementLine)];
}

function measurementLine(measurement: Status['gate']['measurements'][number]): string {
  const icon = VERDICT_ICONS[measurement.verdict];
  const text = describeMeasurement(measurement);
  return `             ${icon} ${text}`;
}

/** `✔ 10 %   ◌ 50 % baking, 41m left   · 100 %` */
function stepsLine({ steps, waitingFor }: Status, now: number): string {
  const end = waitingFor?.until;
  const left = end ? formatDuration(Date.parse(end) - now) : undefined;
  const words = steps.map((step) => describeStep(step, left));
  return words.join(GAP);
}

function describeStep({ weight, state }: StepStatus, left: string | undefined): string {
  const icon = STEP_ICONS[state];
  const step = `${icon} ${weight} %`;
  const isUnderWay = icon === ICONS.running;
  if (!isUnderWay) return step;
  return left ? `${step} ${state}, ${left} left` : `${step} ${state}`;
}

function rollbackLines(status: Status): string[] {
  if (!status.rollback) return [];
  const lines = status.rollback.steps.map(({ state, what, error }) => {
    const icon = ICONS[state];
    return `${icon} ${withReason(what, error)}`;
  });
  // as long as users may be on either side
  const seen = status.outcome ? [] : verdictLines(status);
  return [`├─ ↩ way back      because ${explainRollback(status)}`, ...[...lines, ...seen].map(indent)];
}

function deploymentLines(status: Status): string[] {
  return describeDeployed(status).map((line) => `├─ ${line}`);
}

function dataSection(status: Status): string[] {
  const lines = describeData(status);
  if (lines.length === 0) return [];
  return ['├─ data', ...lines.map(indent)];
}

function senderSection(status: Status): string[] {
  const lines = status.outcome ? [] : describeSenders(status);
  if (lines.length === 0) return [];
  return ['├─ senders        as preflight saw them', ...lines.map(indent)];
}

function leftoverLines({ leftovers }: Status): string[] {
  return leftovers.map(({ what, why }) => `├─ ! left over     ${what}: ${why}`);
}

function failureLines({ findings }: Status): string[] {
  return findings.failures.flatMap(({ message, fix }) => {
    const line = `├─ ✖ ${message}`;
    return [line, indent(fix)];
  });
}

function reasonLine({ waitingFor }: Status): string[] {
  const reason = waitingFor?.reason;
  return reason ? [`├─ ‖ because       ${reason}`] : [];
}

/** What is asked beside what is shown as waited for. */
function askedLine({ asked }: Status): string[] {
  return asked ? [`├─ ‖ and for         ${withReason(asked.what, asked.reason)}`] : [];
}

function indent(line: string): string {
  return `│     ${line}`;
}

function withReason(what: string, reason: string | undefined): string {
  return reason ? `${what}: ${reason}` : what;
}

function wayBack({ undo, outcome, rollback }: Status): string {
  const { pending, irreversible } = undo;
  if (outcome) return `ended; ${irreversible ?? 'nothing irreversible was done'}`;
  if (rollback) return `${pending} undos to go`;
  const lost = irreversible ?? 'nothing irreversible yet';
  return `way back      ${pending} undos ready, ${lost}`;
}

/** What to type now: the first verb whole, the others by their name; below it what answers a question asked beside. */
function nextLines(status: Status): string[] {
  const { kind, name, asked } = status;
  const next = nextLine(status);
  return asked ? [...next, `or: ${writeCommand(kind, name, 'approve', asked)}`] : next;
}

function nextLine({ kind, name, waitingFor, outcome, rollback }: Status): string[] {
  const isGoingBack = rollback && !waitingFor;
  if (outcome || isGoingBack) return [];
  const [first, ...others] = waitingFor?.verbs ?? ['pause', 'abort'];
  if (!first) return [];
  const words = [writeCommand(kind, name, first, waitingFor), ...others];
  return [`next: ${words.join('   ·   ')}`];
}

/** What a grave question is answered with names it, and so does a word to what waits by its name. */
function writeCommand(kind: RunKind, name: string, verb: Verb, waiting: Waiting | null): string {
  const bound = waiting?.question?.isGrave ? ` --question ${waiting.question.id}` : '';
  const named = waiting?.held === undefined ? '' : ` --what "${waiting.held}"`;
  return `lgtm-migrate ${commandFor(kind, verb)} ${name}${bound}${named} --reason "…"`;
}
