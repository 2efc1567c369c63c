import { toMilliseconds } from '../src/plan/duration';
import type { Measurement } from '../src/analysis/types';
import type { PhaseStatus, Status, StepStatus } from '../src/contract/status';
import type { Dump } from './emulator';
import type { Lab } from './lab';

const DEPLOY_LIMIT = '10m';

/** One success criterion of the plan document. `met` undefined: not measured. */
export interface Criterion {
  what: string;
  limit: string;
  measured: string;
  ground: string;
  met?: boolean;
}

/** The plan document's success criteria against what this run measured. */
export async function criteria(lab: Lab, status: Status): Promise<Criterion[]> {
  const { services } = await lab.emulator.dump();
  const last = (name: string) => status.gate.measurements.find(({ signal }) => signal === name);
  return [
    servicesHealthy(services),
    ofSignal('dashboard response time', last('latency'), 'TargetResponseTime p95 of the load balancer'),
    ofSignal('metric ingestion', last('ingestion'), 'LGTM/Migration MetricIngestionRate'),
    ofSignal('log delay', last('log-delay'), 'LGTM/Migration LogDelay'),
    written(status.data?.written),
    outages(status.steps.filter(({ state }) => state === 'failed')),
    notMeasured('data lost', '0', 'no data flows through the emulated stack'),
    notMeasured('Jenkins pipeline', '100 % success', 'no pipeline ran'),
    deployTime(status.phases.find(({ phase }) => phase === 'deploy')),
  ];
}

function notMeasured(what: string, limit: string, why: string): Criterion {
  return {
    what,
    limit,
    measured: 'not measured',
    ground: why,
  };
}

function written(seen: NonNullable<Status['data']>['written']): Criterion {
  const [what, limit] = ['stored in S3', 'objects written'];
  if (!seen) return notMeasured(what, limit, 'the run ended before the stores were told to write');
  const { stores, missing } = seen;
  return {
    what,
    limit,
    measured: missing.length === 0 ? stores.join(', ') : missing.join('; '),
    ground: 'told to write, their own counters rose and the emulated S3 lists it',
    met: missing.length === 0,
  };
}

function servicesHealthy(services: Dump['services']): Criterion {
  const all = Object.values(services);
  const healthy = all.filter(({ desired, running }) => desired > 0 && desired === running).length;
  return {
    what: 'ECS services healthy',
    limit: 'all',
    measured: `${healthy} of ${all.length}`,
    ground: 'running = desired in the emulated ECS, at the end',
    met: healthy > 0 && healthy === all.length,
  };
}

function outages(failed: StepStatus[]): Criterion {
  const [first] = failed;
  if (!first) return notMeasured('outages', '0', 'no step failed, but nobody probed the name from outside');
  const plural = failed.length === 1 ? '' : 's';
  return {
    what: 'outages',
    limit: '0',
    measured: `${failed.length} failed step${plural}`,
    ground: first.reason ?? '',
    met: false,
  };
}

function deployTime(deploy: PhaseStatus | undefined): Criterion {
  const [what, limit] = ['deploy time', '< 10 min'];
  if (!deploy?.startedAt || !deploy.endedAt) return notMeasured(what, limit, 'deploy did not run');
  const took = Date.parse(deploy.endedAt) - Date.parse(deploy.startedAt);
  const measured = `${(took / 1000).toFixed(1)} s`;
  const ground = 'deploy phase; tasks start faster here than on Fargate';
  return {
    what,
    limit,
    measured,
    ground,
    met: took < toMilliseconds(DEPLOY_LIMIT),
  };
}

function ofSignal(what: string, measurement: Measurement | undefined, ground: string): Criterion {
  if (measurement?.value === undefined) return notMeasured(what, '', 'the gate ended without a measurement');
  const { value, unit, comparison, limit, verdict } = measurement;
  return {
    what,
    limit: `${comparison} ${limit} ${unit}`,
    measured: `${Number(value.toPrecision(4))} ${unit}`,
    ground,
    met: verdict === 'pass',
  };
}

const HEAD = ['', 'criterion', 'limit', 'measured', 'ground'];

/** The criteria as a table of plain text; a tick only where something was measured and held. */
export function table(rows: Criterion[]): string {
  const body = rows.map((row) => [markOf(row), row.what, row.limit, row.measured, row.ground]);
  const cells = [HEAD, ...body];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => lineOf(row, widths)).join('\n');
}

function lineOf(row: string[], widths: number[]): string {
  const padded = row.map((cell, column) => cell.padEnd(widths[column]!));
  return padded.join('  ').trimEnd();
}

function markOf({ met }: Criterion): string {
  if (met === undefined) return '–';
  return met ? '✔' : '✖';
}
