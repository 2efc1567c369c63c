import { describeMemory } from '../../src/analysis/memory';

test('an amount is read with its unit, and one that could not be measured has its reason', () => {
  const amounts = [
    { service: 'mimir', amount: 12345, unit: 'series', note: '' },
    { service: 'loki', amount: null, unit: 'chunks', note: 'no task of it runs' },
  ];
  expect(describeMemory(amounts)).toBe('mimir 12,345 series, loki not measured (no task of it runs)');
});
