import { milliseconds } from '../src/plan/duration';
import type { Measurement } from '../src/analysis/types';
import type { Status } from '../src/contract/status';
import type { Lab } from './parts';

/** One success criterion of the plan document. `met` undefined: not measured. */
export interface Criterion {
  what: string;
  limit: string;
  measured: string;
  ground: string;
  met?: boolean;
}

interface Dump {
  services: Record<string, { desired: number; running: number }>;
}

const notMeasured = (what: string, limit: string, why: string): Criterion => ({
  what,
  limit,
  measured: 'not measured',
  ground: why,
});

/** The plan document's success criteria against what this run measured. */
export async function criteria(lab: Lab, status: Status): Promise<Criterion[]> {
  const { services } = (await (await fetch(`${lab.aws}/_emulator/dump`)).json()) as Dump;
  const healthy = Object.values(services).filter(({ desired, running }) => desired > 0 && desired === running).length;
  const last = (signal: string) => status.gate.measurements.find((measurement) => measurement.signal === signal);
  const deploy = status.phases.find(({ phase }) => phase === 'deploy');
  const deployMs =
    deploy?.startedAt && deploy.endedAt ? Date.parse(deploy.endedAt) - Date.parse(deploy.startedAt) : undefined;
  const failed = status.steps.filter(({ state }) => state === 'failed');
  return [
    {
      what: 'ECS services healthy',
      limit: 'all',
      measured: `${healthy} of ${Object.keys(services).length}`,
      ground: 'running = desired in the emulated ECS, at the end',
      met: healthy > 0 && healthy === Object.keys(services).length,
    },
    signal(
      'dashboard response time',
      last('latency'),
      'TargetResponseTime p95 of the load balancer, not of a dashboard',
    ),
    signal('metric ingestion', last('ingestion'), 'LGTM/Migration MetricIngestionRate'),
    signal('log delay', last('log-delay'), 'LGTM/Migration LogDelay'),
    notMeasured('stored in S3', 'objects written', 'the emulated tasks write nothing'),
    failed.length === 0
      ? notMeasured('outages', '0', 'no step failed, but nobody probed the name from outside')
      : {
          what: 'outages',
          limit: '0',
          measured: `${failed.length} failed step${failed.length === 1 ? '' : 's'}`,
          ground: failed[0]?.reason ?? '',
          met: false,
        },
    notMeasured('data lost', '0', 'no data flows through the emulated stack'),
    notMeasured('Jenkins pipeline', '100 % success', 'no pipeline ran'),
    deployMs === undefined
      ? notMeasured('deploy time', '< 10 min', 'deploy did not run')
      : {
          what: 'deploy time',
          limit: '< 10 min',
          measured: `${(deployMs / 1000).toFixed(1)} s`,
          ground: 'deploy phase; tasks start faster here than on Fargate',
          met: deployMs < milliseconds('10m'),
        },
  ];
}

function signal(what: string, measurement: Measurement | undefined, ground: string): Criterion {
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

/** The criteria as a table of plain text; a tick only where something was measured and held. */
export function table(rows: Criterion[]): string {
  const cells = [
    ['', 'criterion', 'limit', 'measured', 'ground'],
    ...rows.map(({ met, what, limit, measured, ground }) => [
      met === undefined ? '–' : met ? '✔' : '✖',
      what,
      limit,
      measured,
      ground,
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
