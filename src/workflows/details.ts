import { inMemory, type Handover } from '../analysis/store';
import type { Measurement } from '../analysis/types';
import type { GrafanaCounts } from '../contract/grafana';
import { PHASES, type GrafanaMove, type Status } from '../contract/status';

const ICONS = { pending: '·', running: '◌', done: '✔', failed: '✖', skipped: '–' } as const;

/** Digits that a person reads: 0.04, 1.9, 410; 99.96 must not read as 100 beside its limit. */
function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(Math.abs(value) < 10 ? 3 : 4)));
}

/** Measured against limit, always both: `5xx 0.04 % ≤ 0.5 %`. */
export function measuredAgainstLimit(measurement: Measurement): string {
  const { signal, value, unit, comparison, limit } = measurement;
  const of = (number: number) => `${figure(number)}${unit ? ` ${unit}` : ''}`;
  if (value === undefined)
    return `${signal} ${measurement.verdict === 'error' ? 'error' : 'no data'} (${comparison} ${of(limit)})`;
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

export const countsInWords = ({ dashboards, users, dataSources, alertRules }: GrafanaCounts): string =>
  `${dashboards} dashboards, ${users} users, ${dataSources} data sources, ${alertRules} alert rules`;

/** `newest old 12:04:01, first new 11:02:10, gap 0 s; both sides took in for 3711 s`; what is unknown is not measured. */
function handoverLine({ service, newestOld, firstNew, gapSeconds, note }: Handover): string {
  const at = (time: string | null) => (time === null ? 'not measured' : time.slice(11, 19));
  return `${service}: newest old ${at(newestOld)}, first new ${at(firstNew)}, gap ${gapSeconds === null ? 'not measured' : `${gapSeconds} s`}${note ? `; ${note}` : ''}`;
}

/** What came along with Grafana, and what a way back would lose sight of. */
function grafanaLine({ to, before, after, edits, sha256, copySha256 }: GrafanaMove): string {
  const lost =
    edits === null ? '' : `; ${edits.total === 0 ? 'no edits' : `${edits.total} edits`} that the host has not`;
  return `Grafana's database in ${to}, sha256 ${sha256 === copySha256 ? 'equal' : 'different'}: ${countsInWords(before)} before, ${after ? countsInWords(after) : 'not counted'} after${lost}`;
}

/** What became of the data, a line each: Grafana's database, the handover of each store, what a late rollback would lose were it not flushed. */
export function dataLines({ data }: Status): string[] {
  return [
    ...(data?.grafana ? [grafanaLine(data.grafana)] : []),
    ...(data?.handover ?? []).map(handoverLine),
    ...(data?.unflushed
      ? [`only in memory on ECS at ${data.unflushed.at.slice(11, 16)}: ${inMemory(data.unflushed.stores)}`]
      : []),
  ];
}

/** The status as Markdown, for the current details in the Temporal UI. */
export function markdown(status: Status): string {
  const lines = [`### ${status.name}: ${describe(status)}`, ''];
  if (status.waitingFor) {
    const { what, reason, verbs } = status.waitingFor;
    lines.push(
      `**Waiting: ${what}**${reason ? ` — ${reason}` : ''}  `,
      `Takes: ${verbs.map((verb) => `\`${verb}\``).join(' ')}`,
      '',
    );
  }
  lines.push('| | phase | |', '|---|---|---|');
  // the UI's font makes a fraction of 3/3
  for (const { phase, state, detail } of status.phases)
    lines.push(
      `| ${ICONS[state]} | ${phase} | ${state === 'pending' ? PHASES[phase] : detail.replace(/(\d)\/(\d)/g, '$1 of $2')} |`,
    );
  lines.push(
    '',
    `**Weight on ECS: ${status.weight} %** — steps ${status.steps.map((step) => `${step.weight} % ${step.state}`).join(', ')}`,
    '',
  );
  if (status.gate.verdict) {
    lines.push(`**Gate: ${status.gate.verdict}**${status.gate.reason ? ` — ${status.gate.reason}` : ''}`, '');
    for (const measurement of status.gate.measurements) lines.push(`- ${measuredAgainstLimit(measurement)}`);
    lines.push('');
  }
  if (status.rollback) {
    lines.push(`**Way back, because ${status.rollback.reason}**`, '');
    for (const step of status.rollback.steps)
      lines.push(`- ${ICONS[step.state]} ${step.what}${step.error ? `: ${step.error}` : ''}`);
    lines.push('');
  } else {
    lines.push(
      `Way back: ${status.undo.pending} undos ready, ${status.undo.irreversible ?? 'nothing irreversible yet'}`,
      '',
    );
  }
  const data = dataLines(status);
  if (data.length > 0) lines.push('**Data**', '', ...data.map((line) => `- ${line}`), '');
  for (const { message, fix } of status.findings.failures) lines.push(`- ✖ ${message} — ${fix}`);
  for (const { what, why } of status.leftovers) lines.push(`- left over: ${what} (${why})`);
  lines.push('', ...status.events.slice(-8).map(({ at, text }) => `- ${at.slice(11, 19)} ${text}`));
  return lines.join('\n');
}
