import type { Measurement } from '../analysis/types';
import type { Status } from './status';

const ICONS = { pending: '·', running: '◌', done: '✔', failed: '✖', skipped: '–' } as const;

/** Digits that a person reads: 0.04, 1.9, 410. */
function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

/** Measured against limit, always both: `5xx 0.04 % ≤ 0.5 %`. */
export function measuredAgainstLimit(measurement: Measurement): string {
  const { signal, value, unit, comparison, limit } = measurement;
  const of = (number: number) => `${figure(number)}${unit ? ` ${unit}` : ''}`;
  if (value === undefined) return `${signal} ${measurement.verdict === 'error' ? 'error' : 'no data'} (${comparison} ${of(limit)})`;
  const holds = measurement.verdict !== 'fail';
  return `${signal} ${of(value)} ${holds ? comparison : comparison === '≤' ? '>' : '<'} ${of(limit)}`;
}

/** One sentence that says where the migration stands; refusals quote it. */
export function describe(status: Status): string {
  if (status.outcome) return `ended ${status.outcome}`;
  const where = status.phase === 'shift' ? `shift at ${status.weight} %` : status.phase;
  const waits = status.waitingFor ? `, waiting for ${status.waitingFor.what}` : '';
  return `${where}${waits}${status.paused ? ', paused' : ''}`;
}

/** The status as Markdown, for the current details in the Temporal UI. */
export function markdown(status: Status): string {
  const lines = [`### ${status.name}: ${describe(status)}`, ''];
  if (status.waitingFor) {
    const { what, reason, verbs } = status.waitingFor;
    lines.push(`**Waiting: ${what}**${reason ? ` — ${reason}` : ''}  `, `Takes: ${verbs.map((verb) => `\`${verb}\``).join(' ')}`, '');
  }
  lines.push('| | phase | |', '|---|---|---|');
  for (const { phase, state, detail } of status.phases) lines.push(`| ${ICONS[state]} | ${phase} | ${detail} |`);
  lines.push('', `**Weight on ECS: ${status.weight} %** — steps ${status.steps.map((step) => `${step.weight} % ${step.state}`).join(', ')}`, '');
  if (status.gate.verdict) {
    lines.push(`**Gate: ${status.gate.verdict}**${status.gate.reason ? ` — ${status.gate.reason}` : ''}`, '');
    for (const measurement of status.gate.measurements) lines.push(`- ${measuredAgainstLimit(measurement)}`);
    lines.push('');
  }
  if (status.rollback) {
    lines.push(`**Way back, because ${status.rollback.reason}**`, '');
    for (const step of status.rollback.steps) lines.push(`- ${ICONS[step.state]} ${step.what}${step.error ? `: ${step.error}` : ''}`);
    lines.push('');
  } else {
    lines.push(`Way back: ${status.undo.pending} undos ready, ${status.undo.irreversible ?? 'nothing irreversible yet'}`, '');
  }
  for (const { message, fix } of status.findings.failures) lines.push(`- ✖ ${message} — ${fix}`);
  for (const { what, why } of status.leftovers) lines.push(`- left over: ${what} (${why})`);
  lines.push('', ...status.events.slice(-8).map(({ at, text }) => `- ${at.slice(11, 19)} ${text}`));
  return lines.join('\n');
}
