import { sourceOf } from '../../src/analysis/signals';
import { analysisSchema } from '../../src/plan/analysis';
import { LGTM_SIGNALS } from '../../src/plan/defaults';

const { signals } = analysisSchema.parse({ signals: LGTM_SIGNALS });
const source = (name: string) => sourceOf(signals[name]!);
const at = (values: Record<number, number>) =>
  new Map(Object.entries(values).map(([time, value]) => [Number(time), value]));

test('requests without a counter of errors mean no errors', () => {
  expect(source('errors').points([at({ 1: 200, 2: 100 }), at({ 2: 1 }), at({})])).toEqual([
    { at: 1, value: 0, samples: 200 },
    { at: 2, value: 1, samples: 100 },
  ]);
});

test('errors of the balancer itself count like those of the targets', () => {
  expect(source('errors').points([at({ 1: 100 }), at({ 1: 1 }), at({}), at({ 1: 2 }), at({})])).toEqual([
    { at: 1, value: 3, samples: 100 },
  ]);
});

test('what the balancer answers to strangers by its default action, a 503, is no error of the services', () => {
  const asked = source('errors')
    .queries({ cluster: 'c', loadBalancer: 'app/b/1', services: [] })
    .map(({ metric }) => metric);
  expect(asked.filter((metric) => /ELB_(5XX|503)/.test(metric))).toEqual([]);
});

test('the worst service speaks for the running tasks', () => {
  expect(source('running-tasks').points([at({ 1: 3 }), at({ 1: 3 }), at({ 1: 1 }), at({ 1: 2 })])).toEqual([
    { at: 1, value: 50, samples: 2 },
  ]);
});

test('a period that one group has not reported yet is not judged', () => {
  expect(source('healthy-hosts').points([at({ 1: 3, 2: 3 }), at({ 1: 1 })])).toEqual([{ at: 1, value: 1, samples: 2 }]);
});
