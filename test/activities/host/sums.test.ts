import { spawnSync } from 'node:child_process';
import { readSums, writeSums } from '../../../src/activities/host/asking';
import { sumMetric } from '../../../src/analysis/metrics';
import { STORE_NAMES, storeOf } from '../../../src/stores';
import { listAnswers } from '../../stores/answers';

const sumUp = (page: string, metrics: Parameters<typeof writeSums>[0]): string =>
  spawnSync('sh', ['-c', writeSums(metrics)], {
    input: page,
    encoding: 'utf8',
  }).stdout;

test('six hundred tenants have one sum, far below what SSM tells', () => {
  const stored = { name: 'loki_ingester_chunks_stored_total' };
  const lines = Array.from({ length: 600 }, (_, tenant) => `${stored.name}{tenant="customer {${tenant}} a b"} 1.5e+01`);
  const cut = sumUp([...lines, `${stored.name}_other 3`, 'go_goroutines 31'].join('\n'), [stored]);
  expect(cut.length).toBeLessThan(100);
  expect(readSums(cut, [stored])).toBe(9000);
});

for (const store of STORE_NAMES) {
  test(`the sums of each page of ${store} are those of the page`, () => {
    const { held, stored, memory } = storeOf(store).metrics;
    const metrics = [...held, ...stored, memory].map((metric) => ({
      ...metric,
      isLate: false,
    }));
    const pages = listAnswers('metrics').filter((answer) => answer.store === store);
    for (const { body } of pages) {
      const cut = sumUp(body, metrics);
      const told = metrics.map((metric) => readSums(cut, [metric]));
      expect(told).toEqual(metrics.map((metric) => sumMetric(body, metric)));
    }
  });
}
