import { sumMetric } from '../../src/analysis/metrics';

const TEXT = '# TYPE held gauge\nheld{type="x"} 2\nheld{type="y, z"} 3e1\nheld_more 9\n';

test('a metric is summed over its labels', () => {
  expect(sumMetric(TEXT, { name: 'held' })).toBe(32);
});

test('a metric that is absent is no zero', () => {
  expect(sumMetric(TEXT, { name: 'stored' })).toBeUndefined();
});

test('only lines with the label count where there is one', () => {
  expect(sumMetric(TEXT, { name: 'held', label: 'type="x"' })).toBe(2);
});

test('a metric that comes with its first use is 0 until then, on a page of metrics only', () => {
  const late = { name: 'stored', isLate: true };
  expect([sumMetric(`${TEXT}go_goroutines 3\n`, late), sumMetric('404 page not found\n', late)]).toEqual([
    0,
    undefined,
  ]);
});
