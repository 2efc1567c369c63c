import type { Measurement, SignalCounts } from './types';

// What a person reads about a gate's verdict: measured against limit.

/** What a gate tolerates, as the plan has it. */
interface Tolerance {
  failureLimit: number;
  failureWindow: string;
}

/** What is known of one signal. */
interface Counted {
  signal: string;
  counts: SignalCounts;
  latest: Measurement | undefined;
}

export function describeFailure({ signal, counts, latest }: Counted, tolerance: Tolerance) {
  const { failureLimit, failureWindow } = tolerance;
  const times = counts.failures.length;
  return [
    `${signal} failed ${times} times within ${failureWindow}, `,
    `${failureLimit} are tolerated; `,
    `last ${describeMeasurement(latest)}`,
  ].join('');
}

/** `2.31 % against ≤ 0.5 %` */
function describeMeasurement(measurement: Measurement | undefined) {
  if (measurement?.value === undefined) return 'unknown';
  const { value, unit, comparison } = measurement;
  const rounded = Number(value.toPrecision(3));
  const limit = withUnit(measurement.limit, unit);
  return `${withUnit(rounded, unit)} against ${comparison} ${limit}`;
}

function withUnit(value: number, unit: string) {
  return `${value} ${unit}`.trim();
}

export function describeErrors({ signal, counts, latest }: Counted) {
  const times = counts.consecutiveErrors;
  const why = latest?.message ?? '';
  return `${signal} could not be looked at ${times} times in a row: ${why}`;
}

export function describeInconclusive({ signal, counts, latest }: Counted) {
  const times = counts.inconclusive;
  const why = latest?.message ?? '';
  return `${signal} was inconclusive ${times} times: ${why}`;
}

export function describeSamples(samples: number, least: number) {
  return `${samples} of ${least} samples`;
}

export function describeAbsence(names: string[], where: string) {
  const [group, leads] = names.length === 1 ? ['its target group', 'it leads'] : ['their target groups', 'they lead'];
  return [
    `nobody came to ${names.join(', ')} ${where}: no request reached ${group}; `,
    `look whether ${leads} to ECS, declare records[].quiet: true where nobody asks at this hour, or approve`,
  ].join('');
}

export const NO_DATA = 'no data';
