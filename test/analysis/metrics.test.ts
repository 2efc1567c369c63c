import { sumMetric } from '../../src/analysis/metrics';

const TEXT = '# TYPE held gauge\nheld{type="x"} 2\nheld{type="y, z"} 3e1\nheld_more 9\n';

test('a metric is summed over its labels', () => {
  expect(sumMetric(TEXT, 'held')).toBe(32);
});

test('a metric that is absent is no zero', () => {
  expect(sumMetric(TEXT, 'stored')).toBeUndefined();
});
