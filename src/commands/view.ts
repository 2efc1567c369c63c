import { humanize } from '../plan/duration';
import { measuredAgainstLimit } from '../workflows/details';
import type { PhaseState, Status } from '../workflows/status';

const ICON: Record<PhaseState, string> = { pending: '·', running: '◌', done: '✔', failed: '✖', skipped: '–' };
const OUTCOMES = { completed: '✔ completed', 'rolled-back': '✔ rolled back', 'rollback-incomplete': '✖ rollback incomplete' } as const;

function since(from: string, to: number): string {
  return humanize(to - Date.parse(from));
}

/** First line: name, what it does or waits for, steps, time. */
function header(status: Status, now: number): string {
  const done = status.steps.filter(({ state }) => state === 'done').length;
  const state = status.outcome ? OUTCOMES[status.outcome] : status.rollback ? '↩ going back' : status.waitingFor && status.waitingFor.for !== 'bake' ? `॥ waiting for ${status.waitingFor.what}` : `▶ ${status.phase}`;
  return [status.name, `${state}${status.paused ? ' (paused)' : ''}`, `${done} of ${status.steps.length} steps`, since(status.startedAt, Date.parse(status.endedAt ?? '') || now)].join('   ');
}

function gateLines({ gate, waitingFor }: Status): string[] {
  if (!gate.verdict) return [];
  const shown = gate.measurements.map(measuredAgainstLimit).join('   ');
  const bake = waitingFor?.for === 'bake' ? `   (${waitingFor.what})` : '';
  return [`│  └─ gate       ${gate.verdict}${gate.reason ? `: ${gate.reason}` : ''}${shown ? `   ${shown}` : ''}${bake}`];
}

/** The status as an operator reads it: what is true, what comes next and how to get back. */
export function view(status: Status, now = Date.now()): string[] {
  const lines = [header(status, now)];
  for (const { phase, state, detail, startedAt, endedAt } of status.phases) {
    const time = startedAt && endedAt ? `   ${humanize(Date.parse(endedAt) - Date.parse(startedAt))}` : startedAt ? `   ${since(startedAt, now)}` : '';
    lines.push(`├─ ${ICON[state]} ${phase.padEnd(13)}${detail}${state === 'pending' ? '' : time}`.trimEnd());
    if (phase === 'shift' && !status.outcome && !status.rollback) lines.push(...gateLines(status));
  }
  if (status.rollback) {
    lines.push(`├─ ↩ way back    because ${status.rollback.reason}`);
    for (const step of status.rollback.steps) lines.push(`│  ├─ ${ICON[step.state]} ${step.what}${step.error ? `: ${step.error}` : ''}`);
  }
  for (const { what, why } of status.leftovers) lines.push(`├─ ! left over   ${what}: ${why}`);
  for (const { message, fix } of status.findings.failures) lines.push(`├─ ✖ ${message}`, `│     ${fix}`);
  lines.push(`└─ • ${wayBack(status)}`);
  const next = nextWords(status);
  return next ? [...lines, `next: ${next}`] : lines;
}

function wayBack({ undo, outcome, rollback }: Status): string {
  if (outcome) return `ended; ${undo.irreversible ?? "nothing irreversible was done"}`;
  if (rollback) return `${undo.pending} undos to go`;
  return `way back    ${undo.pending} undos ready, ${undo.irreversible ?? 'nothing irreversible yet'}`;
}

/** What to type now. */
function nextWords({ name, waitingFor, outcome, rollback }: Status): string | undefined {
  if (outcome || (rollback && !waitingFor)) return undefined;
  const verbs = waitingFor?.verbs ?? ['pause', 'abort'];
  return verbs.map((verb, index) => (index === 0 ? `lgtm-migrate ${verb} ${name} --reason "…"` : verb)).join('   ·   ');
}
