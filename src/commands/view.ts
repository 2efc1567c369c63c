import { humanize } from '../plan/duration';
import { dataLines, measuredAgainstLimit } from '../workflows/details';
import { PHASES, type PhaseState, type Status, type StepState } from '../contract/status';

const ICON: Record<PhaseState, string> = { pending: '·', running: '◌', done: '✔', failed: '✖', skipped: '–' };
const STEP_ICON: Record<StepState, string> = {
  pending: '·',
  setting: '◌',
  syncing: '◌',
  baking: '◌',
  gating: '◌',
  done: '✔',
  failed: '✖',
  skipped: '–',
};
const VERDICT_ICON = { pass: '✔', fail: '✖', inconclusive: '?', error: '!' } as const;
const GATE_ICON = { collecting: '◌', passing: '✔', failed: '✖', holding: '‖' } as const;
const OUTCOMES = {
  completed: '✔ completed',
  'rolled-back': '✔ rolled back',
  'rollback-incomplete': '✖ rollback incomplete',
} as const;
const EVENTS_SHOWN = 4;

function since(from: string, to: number): string {
  return humanize(to - Date.parse(from));
}

/** First line: name, what it does or waits for, steps, time. */
function header(status: Status, now: number): string {
  const done = status.steps.filter(({ state }) => state === 'done').length;
  const state = status.outcome
    ? OUTCOMES[status.outcome]
    : status.rollback
      ? '↩ going back'
      : status.waitingFor && status.waitingFor.for !== 'bake'
        ? `‖ waiting for ${status.waitingFor.what}`
        : `▶ ${status.phase}`;
  return [
    status.name,
    `${state}${status.paused ? ' (paused)' : ''}`,
    `${done} of ${status.steps.length} steps`,
    since(status.startedAt, Date.parse(status.endedAt ?? '') || now),
  ].join('   ');
}

/** `✔ 10 %   ◌ 50 % baking, 41m left   · 100 %` */
function stepsLine({ steps, waitingFor }: Status, now: number): string {
  const left = waitingFor?.until ? `, ${humanize(Date.parse(waitingFor.until) - now)} left` : '';
  return steps
    .map(({ weight, state }) => `${STEP_ICON[state]} ${weight} %${STEP_ICON[state] === '◌' ? ` ${state}${left}` : ''}`)
    .join('   ');
}

/** The steps and the gate that judges now, a signal a line: measured against limit, always both. */
function gateLines(status: Status, now: number): string[] {
  const { gate, phase } = status;
  const lines = phase === 'shift' ? [`steps        ${stepsLine(status, now)}`] : [];
  if (gate.verdict) {
    lines.push(`gate         ${GATE_ICON[gate.verdict]} ${gate.verdict}${gate.reason ? `: ${gate.reason}` : ''}`);
    lines.push(
      ...gate.measurements.map(
        (measurement) => `             ${VERDICT_ICON[measurement.verdict]} ${measuredAgainstLimit(measurement)}`,
      ),
    );
  }
  return lines.map((line) => `│     ${line}`);
}

/** The status as an operator reads it: what is true, what comes next and how to get back. */
export function view(status: Status, now = Date.now()): string[] {
  const lines = [header(status, now)];
  for (const { phase, state, detail, startedAt, endedAt } of status.phases) {
    const time =
      startedAt && endedAt
        ? `   ${humanize(Date.parse(endedAt) - Date.parse(startedAt))}`
        : startedAt
          ? `   ${since(startedAt, Date.parse(status.endedAt ?? '') || now)}`
          : '';
    lines.push(
      `├─ ${ICON[state]} ${phase.padEnd(14)}${state === 'pending' ? PHASES[phase] : detail}${state === 'pending' ? '' : time}`.trimEnd(),
    );
    if (phase === status.phase && !status.rollback) lines.push(...gateLines(status, now));
  }
  if (status.rollback) {
    lines.push(`├─ ↩ way back      because ${status.rollback.reason}`);
    for (const step of status.rollback.steps)
      lines.push(`│     ${ICON[step.state]} ${step.what}${step.error ? `: ${step.error}` : ''}`);
  }
  const data = dataLines(status);
  if (data.length > 0) lines.push('├─ data', ...data.map((line) => `│     ${line}`));
  for (const { what, why } of status.leftovers) lines.push(`├─ ! left over     ${what}: ${why}`);
  for (const { message, fix } of status.findings.failures) lines.push(`├─ ✖ ${message}`, `│     ${fix}`);
  if (status.waitingFor?.reason) lines.push(`├─ ‖ because       ${status.waitingFor.reason}`);
  lines.push(`└─ • ${wayBack(status)}`);
  const next = nextWords(status);
  return next ? [...lines, `next: ${next}`] : lines;
}

/** What happened last, newest last. */
export function lastEvents({ events }: Status): string[] {
  return events.slice(-EVENTS_SHOWN).map(({ at, text }) => `${at.slice(11, 19)}  ${text}`);
}

function wayBack({ undo, outcome, rollback }: Status): string {
  if (outcome) return `ended; ${undo.irreversible ?? 'nothing irreversible was done'}`;
  if (rollback) return `${undo.pending} undos to go`;
  return `way back      ${undo.pending} undos ready, ${undo.irreversible ?? 'nothing irreversible yet'}`;
}

/** What to type now. */
function nextWords({ name, waitingFor, outcome, rollback }: Status): string | undefined {
  if (outcome || (rollback && !waitingFor)) return undefined;
  const verbs = waitingFor?.verbs ?? ['pause', 'abort'];
  return verbs.map((verb, index) => (index === 0 ? `lgtm-migrate ${verb} ${name} --reason "…"` : verb)).join('   ·   ');
}
