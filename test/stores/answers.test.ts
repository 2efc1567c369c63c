import { ALWAYS_THERE, sumMetric } from '../../src/analysis/metrics';
import { countActive } from '../../src/activities/probe/rings';
import { explainRefusal } from '../../src/activities/probe/script';
import { readBackends } from '../../src/activities/host/stores';
import { storeOf, STORE_NAMES } from '../../src/stores';
import type { Metric } from '../../src/stores/endpoint';
import { listRows, type Row } from '../../src/stores/table';
import { readTimes } from '../../src/stores/times';
import { listAnswers, type Answer } from './answers';

const [SINCE, NOW] = [new Date('2026-11-25T21:00:00Z'), new Date('2026-11-25T21:10:00Z')];

/** A program's version, a line of a source at a commit, or a page of versioned documentation. */
const PLACE = new RegExp(
  [
    /^(Loki|Tempo) \d+\.\d+\.\d+$/,
    /^([a-z]+\/[a-z]+ |lookback: )?[\w/.-]+\.(go|proto):\d+( and \d+)? @[0-9a-f]{7}(, .+)?$/,
    /^grafana\.com\/docs\/\w+\/v\d/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

for (const store of STORE_NAMES) {
  test(`each thing that ${store} is asked has an answer, and says where it was seen`, () => {
    const rows = listRows(SINCE, NOW).filter((row) => row.store === store);
    const names = listAnswers().flatMap((answer) => (answer.store === store ? [answer.name] : []));
    // a page of metrics is kept once for each moment
    const isAnswered = ({ answer }: Row) => names.some((name) => name === answer || name.startsWith(`${answer}.`));
    expect(rows.filter((row) => !isAnswered(row))).toEqual([]);
    const vague = rows.filter(({ seen }) => !seen.split('; ').every((place) => PLACE.test(place)));
    expect(vague).toEqual([]);
  });

  test(`what ${store} answers otherwise from a version on, it does from a boundary on that preflight looks at`, () => {
    const boundaries = storeOf(store).boundaries.map(({ at }) => at);
    const untils = listRows(SINCE, NOW).flatMap((row) => (row.store === store ? (row.until ?? []) : []));
    expect(boundaries).toEqual(expect.arrayContaining(untils));
  });
}

const titleOf = ({ store, version, name, mark }: Answer) => `${name} of ${store} ${version} (${mark})`;

for (const answer of listAnswers('configuration')) {
  test(`${titleOf(answer)} says that the data is in S3`, () => {
    const [backend] = readBackends(answer.store, answer.body);
    expect(backend).toMatchObject({ kind: 's3', bucket: 'sys-lgtm-s3' });
    expect(backend!.prefix).toMatch(/^(mimirblocks|loki|tempo|pyroscope)$/);
  });
}

/** What a page of metrics says of a store at a moment; undefined: no such page was kept. */
function countAt(moment: string, pages: Answer[]): { held: number; stored: number } | undefined {
  const page = pages.find(({ name }) => name === `metrics.${moment}`);
  if (!page) return undefined;
  const { held, stored } = storeOf(page.store).metrics;
  // the recordings have only the lines that matter
  const body = `${page.body}${ALWAYS_THERE} 1\n`;
  const sum = (metrics: Metric[]) => metrics.reduce((total, metric) => total + (sumMetric(body, metric) ?? NaN), 0);
  return {
    held: sum(held),
    stored: sum(stored),
  };
}

for (const [program, pages] of groupByProgram(listAnswers('metrics'))) {
  test(`${program} counts what it holds, and what it has stored once it was flushed`, () => {
    const [before, held, later, flushed] = ['before', 'held', 'later', 'flushed'].map((at) => countAt(at, pages));
    expect(before).toEqual({
      held: 0,
      stored: 0,
    });
    // Tempo has a trace for some seconds before it counts it
    expect((later ?? held)!.held).toBeGreaterThan(0);
    expect(flushed!.stored).toBeGreaterThan(held!.stored);
    expect(flushed!.held).not.toBeNaN();
  });
}

test('what Pyroscope counts as held falls when it is flushed, which its series never do', () => {
  const [page] = listAnswers('metrics').filter(
    ({ store, name }) => store === 'pyroscope' && name === 'metrics.flushed',
  );
  expect(sumMetric(page!.body, { name: 'pyroscope_tsdb_head_series' })).toBeGreaterThan(0);
  expect(sumMetric(page!.body, storeOf('pyroscope').metrics.held[0]!)).toBe(0);
});

/** Answers by `loki 3.7.6`. */
function groupByProgram(answers: Answer[]): [program: string, answers: Answer[]][] {
  const programs = new Set(answers.map(({ store, version }) => `${store} ${version}`));
  return [...programs].map((program) => {
    const ofProgram = ({ store, version }: Answer) => `${store} ${version}` === program;
    return [program, answers.filter(ofProgram)];
  });
}

for (const answer of listAnswers('ring')) {
  test(`${titleOf(answer)} has one active member`, () => {
    expect(countActive(answer.body)).toBe(1);
  });
}

test('a page of a ring in HTML, as it comes to whoever asks without an Accept header, has no member to count', () => {
  const pages = listAnswers().filter(({ name }) => name === 'ring.html');
  expect(pages.map(({ body }) => countActive(body))).toEqual([0]);
});

test('what Loki answers to `mode=diff` is no configuration, and said to be that', () => {
  const refused = listAnswers().filter(({ name }) => name === 'configuration-diff');
  expect(refused).toHaveLength(1);
  for (const { store, body } of refused) {
    expect(() => readBackends(store, body)).toThrow(/no configuration \(.*unsupported type <nil>/s);
  }
});

test('what Loki answers while one of its two tasks is gone is told in its own words', () => {
  const refused = listAnswers().filter(({ name }) => name === 'newest.refused');
  const told = refused.map(({ body }) => explainRefusal({ code: 500, body: body.trimEnd() }));
  expect(told).toEqual(['answered 500: too many unhealthy instances in the ring']);
});

/** Nothing was recorded before; a time in another unit lies far outside. */
const EARLIEST = Date.parse('2026-11-25');
const LATEST = Date.parse('2100-01-01');

for (const answer of listAnswers('times')) {
  const isNone = answer.name.endsWith('.none');
  test(`${titleOf(answer)} names ${isNone ? 'no time' : 'the time of a sample'}`, () => {
    const times = readTimes(storeOf(answer.store).times, answer.body);
    const isRecent = times.map((time) => time > EARLIEST && time < LATEST);
    expect(isRecent).toEqual(isNone ? [] : [true]);
  });
}
