import { ALWAYS_THERE, sumMetric } from '../../src/analysis/metrics';
import { countActive } from '../../src/activities/probe/rings';
import { readBackends } from '../../src/activities/host/stores';
import { storeOf, STORE_NAMES, type StoreName } from '../../src/stores';
import type { Metric } from '../../src/stores/endpoint';
import { listRows, type AnswerKind } from '../../src/stores/table';
import { listAnswers, type Answer } from './answers';

const [SINCE, NOW] = [new Date('2026-11-25T21:00:00Z'), new Date('2026-11-25T21:10:00Z')];
const KINDS: AnswerKind[] = ['ready', 'configuration', 'flush', 'metrics', 'ring', 'times'];

for (const store of STORE_NAMES) {
  test(`each thing that ${store} is asked has an answer, and says where it was seen`, () => {
    const rows = listRows(SINCE, NOW).filter((row) => row.store === store);
    const kinds = new Set(rows.map(({ kind }) => kind));
    const answered = KINDS.filter((kind) => listAnswers(kind).some((answer) => answer.store === store));
    expect(answered.filter((kind) => kinds.has(kind))).toEqual(KINDS.filter((kind) => kinds.has(kind)));
    expect(rows.filter(({ seen }) => !/\d|\//.test(seen))).toEqual([]);
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

/** What was there, in memory and stored, at each moment. */
const COUNTS: Record<string, Partial<Record<StoreName, [held: number, stored: number]>>> = {
  before: { mimir: [0, 0], loki: [0, 0], tempo: [0, 0], pyroscope: [0, 0] },
  held: { mimir: [1200, 7], loki: [1, 0], tempo: [0, 0], pyroscope: [2048, 7] },
  later: { tempo: [1, 0] },
  flushed: { mimir: [0, 8], loki: [1, 1], tempo: [0, 1], pyroscope: [0, 8] },
};

for (const answer of listAnswers('metrics')) {
  test(`${titleOf(answer)} is counted`, () => {
    const { held, stored } = storeOf(answer.store).metrics;
    // the recordings have only the lines that matter
    const page = `${answer.body}${ALWAYS_THERE} 1\n`;
    const sum = (metrics: Metric[]) => metrics.reduce((total, metric) => total + (sumMetric(page, metric) ?? NaN), 0);
    expect([sum(held), sum(stored)]).toEqual(COUNTS[answer.name.split('.')[1]!]![answer.store]);
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

for (const answer of listAnswers('times')) {
  test(`${titleOf(answer)} names ${answer.name.endsWith('.none') ? 'no time' : 'a time of that evening'}`, () => {
    const times = storeOf(answer.store).readTimes(answer.body);
    const evening = (time: number) => new Date(time).toISOString().startsWith('2026-11-25T21:');
    expect(times.filter((time) => time > 0).map(evening)).toEqual(answer.name.endsWith('.none') ? [] : [true]);
  });
}
