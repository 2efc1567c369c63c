import type { Handover } from '../analysis/handover';
import { describeMemory } from '../analysis/memory';
import { describeReceived } from '../analysis/received';
import type { Measurement } from '../analysis/types';
import type { Change } from '../contract/deployments';
import type { GrafanaCounts } from '../contract/grafana';
import { describePeer } from '../contract/hosts';
import type { Move } from '../contract/senders';
import { PHASES, type GrafanaMove, type Phase, type RunKind, type Status, type Waiting } from '../contract/status';
import type { Word } from '../contract/verbs';

const ICONS = {
  pending: '·',
  running: '◌',
  done: '✔',
  failed: '✖',
  skipped: '–',
} as const;
/** Newest events that the details show. */
const EVENTS_SHOWN = 8;

/** Senders that the details show, the busiest. */
const SENDERS_SHOWN = 6;

/** Digits that a person reads: 0.04, 1.9, 410; 99.96 must not read as 100 beside its limit. */
function formatFigure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(Math.abs(value) < 10 ? 3 : 4)));
}

type Decision = Status['decisions'][number];
type Event = Status['events'][number];

/** `kim said abort` */
export const describeSaying = ({ by, verb }: Pick<Decision, 'by' | 'verb'>): string => `${by} said ${verb}`;

/** What happened and what people said, oldest first: the reason of a word is kept with its decision alone. */
export function listEvents({ events, decisions }: Pick<Status, 'events' | 'decisions'>): Event[] {
  const said = decisions.map(({ at, reason, question, ...word }) => {
    const asked = question === undefined ? '' : ` to "${question}"`;
    return { at, text: `${describeSaying(word)}${asked}: ${reason}` };
  });
  // of the same task a word comes first: what happened followed from it
  return [...said, ...events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Why it goes back, with the reason of whoever said so. */
export function explainRollback({ rollback, decisions }: Status): string {
  const said = decisions.find((decision) => describeSaying(decision) === rollback?.reason);
  return said ? `${rollback?.reason}: ${said.reason}` : (rollback?.reason ?? '');
}

/** What was cut of the status, a line each. */
export function describeCut({ cut }: Status): string[] {
  return Object.entries(cut).map(([list, count]) => `${count} earlier ${list} are not kept`);
}

/** Measured against limit, always both: `5xx 0.04 % ≤ 0.5 %`. */
export function describeMeasurement({ signal, value, unit, comparison, limit, verdict }: Measurement): string {
  const withUnit = (number: number) => [formatFigure(number), unit].filter(Boolean).join(' ');
  if (value === undefined) {
    const missing = verdict === 'error' ? 'error' : 'no data';
    return `${signal} ${missing} (${comparison} ${withUnit(limit)})`;
  }
  const broken = comparison === '≤' ? '>' : '<';
  return `${signal} ${withUnit(value)} ${verdict === 'fail' ? broken : comparison} ${withUnit(limit)}`;
}

/** What a phase of such a run means. */
export function explainPhase(kind: RunKind, phase: Phase): string {
  const phases: Partial<Record<Phase, string>> = PHASES[kind];
  return phases[phase] ?? '';
}

/** One sentence that says where the run stands; refusals quote it. */
export function describeStatus({ outcome, phase, weight, waitingFor, paused }: Status): string {
  if (outcome) return `ended ${outcome}`;
  const where = phase === 'shift' ? `shift at ${weight} %` : phase;
  const waits = waitingFor ? `waiting for ${waitingFor.what}` : '';
  return [where, waits, paused ? 'paused' : ''].filter(Boolean).join(', ');
}

export const describeCounts = ({ dashboards, users, dataSources, alertRules }: GrafanaCounts): string =>
  `${dashboards} dashboards, ${users} users, ${dataSources} data sources, ${alertRules} alert rules`;

/** `newest old 12:04:01, first new 11:02:10, gap 0 s; both sides took in for 3711 s`; what is unknown is not measured. */
function describeHandover({ service, newestOld, firstNew, gapSeconds, note }: Handover): string {
  const timeOf = (time: string | null) => time?.slice(11, 19) ?? 'not measured';
  const gap = gapSeconds === null ? 'not measured' : `${gapSeconds} s`;
  const line = `${service}: newest old ${timeOf(newestOld)}, first new ${timeOf(firstNew)}, gap ${gap}`;
  return note ? `${line}; ${note}` : line;
}

/** What came along with Grafana, and what a way back would lose sight of. */
function describeGrafana({ to, before, after, edits, sha256, copySha256 }: GrafanaMove): string {
  const digests = sha256 === copySha256 ? 'equal' : 'different';
  const counted = after ? describeCounts(after) : 'not counted';
  const line = `Grafana's database in ${to}, sha256 ${digests}: ${describeCounts(before)} before, ${counted} after`;
  if (edits === null) return line;
  return `${line}; ${edits.total === 0 ? 'no' : edits.total} edits that the host has not`;
}

/**
 * What became of the data, a line each: Grafana's database, the handover of each store, what a late rollback would lose
 * were it not flushed.
 */
export function describeData({ data }: Status): string[] {
  const lines = (data?.handover ?? []).map(describeHandover);
  if (data?.grafana) lines.unshift(describeGrafana(data.grafana));
  for (const received of data?.received ?? []) lines.push(`received, ${describeReceived(received)}`);
  if (data?.unflushed) {
    const { at, stores } = data.unflushed;
    lines.push(`only in memory on ECS at ${at.slice(11, 16)}: ${describeMemory(stores)}`);
  }
  return lines;
}

const MOVES: Record<Move, string> = {
  'by-name': 'moves by its name, when it connects again',
  not: 'does not move',
  never: 'stops with the host',
};

/** Who sent to the hosts when preflight looked, a line each: `10.0.3.4 → 9009 (mimir), 3 connections: does not move`. */
export function describeSenders({ senders }: Status): string[] {
  if (!senders) return [];
  const shown = senders.senders.slice(0, SENDERS_SHOWN);
  const left = senders.senders.length - shown.length + senders.left;
  const more = left > 0 ? [`${left} more, which lgtm-migrate senders names`] : [];
  return [...shown.map((sender) => `${describePeer(sender)}: ${MOVES[sender.move]}`), ...more];
}

/** What a deployment changes, a line each: `mimir   lgtm-mimir:3 → lgtm-mimir:4   image, environment GF_LOG_LEVEL`. */
export function describeDeployed({ deployment }: Status): string[] {
  return (deployment?.services ?? []).map(({ service, from, to, changes }) =>
    [service, `${from} → ${to}`, listChanges(changes)].join('   '),
  );
}

/** What changes, once for all containers in which it does. */
export function listChanges(changes: Change[]): string {
  const what = changes.map((change) => change.what);
  return [...new Set(what)].join(', ');
}

/** The status as Markdown, for the current details in the Temporal UI. */
export function renderDetails(status: Status): string {
  const sections = [
    [`### ${status.name}: ${describeStatus(status)}`],
    renderWaits(status),
    renderPhases(status),
    renderSteps(status),
    renderGate(status),
    renderWayBack(status),
    renderDeployed(status),
    renderData(status),
    renderSenders(status),
  ];
  const findings = status.findings.failures.map(({ message, fix }) => `- ✖ ${message} — ${fix}`);
  const leftovers = status.leftovers.map(({ what, why }) => `- left over: ${what} (${why})`);
  const events = listEvents(status)
    .slice(-EVENTS_SHOWN)
    .map(({ at, text }) => `- ${at.slice(11, 19)} ${text}`);
  const body = sections.filter((section) => section.length > 0).flatMap((section) => [...section, '']);
  const cut = describeCut(status).map((line) => `- … ${line}`);
  return [...body, ...findings, ...leftovers, '', ...cut, ...events].join('\n');
}

/** What is shown as waited for, and the question that is asked beside it. */
function renderWaits({ waitingFor, asked }: Status): string[] {
  const first = waitingFor ? renderWaiting(waitingFor) : [];
  return asked ? [...first, '', ...renderWaiting(asked)] : first;
}

function renderWaiting({ what, reason, verbs, question, held }: Waiting): string[] {
  const why = reason ? ` — ${reason}` : '';
  const words = verbs.map((verb) => `\`${verb}\``).join(' ');
  const lines = [`**Waiting: ${what}**${why}  `, `Takes: ${words}`];
  if (question)
    lines.push('', `Approve it by the signal \`approve\` with \`${writeAnswer({ question: question.id })}\``);
  if (held !== undefined) lines.push('', `Answer it by its name: \`${writeAnswer({ what: held })}\``);
  return lines;
}

/** What somebody pastes in the Temporal UI. */
function writeAnswer(named: Word): string {
  return JSON.stringify({
    by: 'your name',
    reason: 'why',
    ...named,
  });
}

function renderPhases({ kind, phases }: Status): string[] {
  const rows = phases.map(({ phase, state, detail }) => {
    // the UI's font makes a fraction of 3/3
    const text = state === 'pending' ? explainPhase(kind, phase) : detail.replace(/(\d)\/(\d)/g, '$1 of $2');
    return `| ${ICONS[state]} | ${phase} | ${text} |`;
  });
  return ['| | phase | |', '|---|---|---|', ...rows];
}

function renderSteps({ weight, steps }: Status): string[] {
  if (steps.length === 0) return [];
  const states = steps.map((step) => `${step.weight} % ${step.state}`);
  return [`**Weight on ECS: ${weight} %** — steps ${states.join(', ')}`];
}

function renderGate({ gate }: Status): string[] {
  if (!gate.verdict) return [];
  const why = gate.reason ? ` — ${gate.reason}` : '';
  const measurements = gate.measurements.map((measurement) => `- ${describeMeasurement(measurement)}`);
  return [`**Gate: ${gate.verdict}**${why}`, '', ...measurements];
}

function renderWayBack(status: Status): string[] {
  const { rollback, undo } = status;
  if (!rollback) return [`Way back: ${undo.pending} undos ready, ${undo.irreversible ?? 'nothing irreversible yet'}`];
  const steps = rollback.steps.map(({ what, state, error }) => {
    const why = error ? `: ${error}` : '';
    return `- ${ICONS[state]} ${what}${why}`;
  });
  return [`**Way back, because ${explainRollback(status)}**`, '', ...steps];
}

function renderDeployed(status: Status): string[] {
  return describeDeployed(status).map((line) => `- ${line}`);
}

function renderData(status: Status): string[] {
  const lines = describeData(status).map((line) => `- ${line}`);
  return lines.length > 0 ? ['**Data**', '', ...lines] : [];
}

function renderSenders(status: Status): string[] {
  const lines = describeSenders(status).map((line) => `- ${line}`);
  return lines.length > 0 ? ['**Senders, as preflight saw them**', '', ...lines] : [];
}
