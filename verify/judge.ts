import { spawnSync } from 'node:child_process';
import { ALWAYS_THERE, sumMetric } from '../src/analysis/metrics';
import { writeCut } from '../src/activities/host/configuration';
import { readCut } from '../src/activities/host/stores';
import { countActive } from '../src/activities/probe/rings';
import { storeOf } from '../src/stores';
import type { Metric } from '../src/stores/endpoint';
import type { Row } from '../src/stores/table';
import { readTimes } from '../src/stores/times';
import type { Answer } from './ask';
import { BUCKET } from './s3';

/** When in a trial: nothing was sent yet; it was just sent; it can be read; it was flushed. */
export type Moment = 'before' | 'held' | 'later' | 'flushed';

/** What an answer is read with. */
interface Reading {
  row: Row;
  moment: Moment;
  answer: Answer;
  /** between which a sample was sent, in milliseconds; nothing was yet: absent */
  sent?: { since: number; until: number };
}

/** Characters of an answer that a complaint quotes. */
const QUOTED = 160;

export const quote = ({ status, body }: Answer): string =>
  `${status || 'no answer'} ${JSON.stringify(body.slice(0, QUOTED))}`.trim();

/**
 * Reads an answer as the product does.
 * @returns what was read
 * @throws Error with what was expected and what came
 */
export function judge(reading: Reading): string {
  const { row, answer } = reading;
  if (answer.status !== 200) throw new Error(`expected 200, came ${quote(answer)}`);
  switch (row.kind) {
    case 'configuration':
      return judgeConfiguration(reading);
    case 'metrics':
      return judgeMetrics(reading);
    case 'ring':
      return judgeRing(reading);
    case 'times':
      return judgeTimes(reading);
    default:
      return '200';
  }
}

/** Cut as on a host, it says where the data is: in our bucket, below the image's prefix. */
function judgeConfiguration({ row, answer }: Reading): string {
  const { configuration, image } = storeOf(row.store);
  const cut = spawnSync('sh', ['-c', writeCut(configuration.settings)], {
    input: answer.body,
    encoding: 'utf8',
  });
  if (cut.status !== 0) throw new Error(`expected a configuration, came ${quote(answer)}: ${cut.stderr.trim()}`);
  const [backend] = readCut(row.store, cut.stdout);
  const [expected, came] = [
    `s3 ${BUCKET} ${image.prefix}`,
    [backend?.kind, backend?.bucket, backend?.prefix].join(' '),
  ];
  if (came !== expected) throw new Error(`expected data in ${expected}, came ${came} from ${quote(answer)}`);
  return `${came}; ${answer.body.length} characters, cut to ${cut.stdout.length}`;
}

/** What is only late may be missing until it has been used; afterwards all is there. */
function judgeMetrics({ row, moment, answer: { body } }: Reading): string {
  const { held, stored } = storeOf(row.store).metrics;
  if (sumMetric(body, { name: ALWAYS_THERE }) === undefined) {
    throw new Error(`expected a page of metrics with ${ALWAYS_THERE}, came ${JSON.stringify(body.slice(0, QUOTED))}`);
  }
  const needed = {
    before: [],
    held: [],
    later: held,
    flushed: stored,
  }[moment];
  const missing = needed.filter((metric) => !isThere(body, metric)).map(describeMetric);
  if (missing.length > 0) throw new Error(`expected ${missing.join(', ')}, which the page does not have`);
  return [...held, ...stored]
    .map((metric) => `${describeMetric(metric)} ${sumMetric(body, metric) ?? 'none'}`)
    .join(', ');
}

/** On the page itself. */
function isThere(page: string, { name, label }: Metric): boolean {
  return (
    sumMetric(page, {
      name,
      ...(label !== undefined && { label }),
    }) !== undefined
  );
}

const describeMetric = ({ name, label }: Metric): string => (label === undefined ? name : `${name}{${label}}`);

function judgeRing({ answer }: Reading): string {
  const active = countActive(answer.body);
  if (active !== 1) throw new Error(`expected one active member, came ${active} in ${quote(answer)}`);
  return 'one active member';
}

/** Whatever it names lies where we sent something; a window that is too narrow names nothing. */
function judgeTimes({ row, answer, sent }: Reading): string {
  const times = timesOf(row, answer);
  if (!isJson(answer.body)) throw new Error(`expected JSON, came ${quote(answer)}`);
  if (times.length === 0) return judgeNoTime(row, answer);
  const time = row.name.startsWith('newest') ? Math.max(...times) : Math.min(...times);
  if (sent && (time < sent.since || time > sent.until)) {
    const [since, until] = [sent.since, sent.until].map(describeTime);
    throw new Error(`expected a time between ${since} and ${until}, came ${describeTime(time)} in ${quote(answer)}`);
  }
  return describeTime(time);
}

/** A narrow window names none; what looks like one and is none is in another unit. */
function judgeNoTime({ store }: Row, answer: Answer): string {
  const { pattern } = storeOf(store).times;
  if (new RegExp(pattern).test(answer.body)) throw new Error(`expected a time of a sample, came ${quote(answer)}`);
  return 'no time';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const timesOf = ({ store }: Row, { body }: Answer): number[] => readTimes(storeOf(store).times, body);

export const namesTime = (row: Row, answer: Answer): boolean => timesOf(row, answer).length > 0;

const describeTime = (time: number): string => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
};
