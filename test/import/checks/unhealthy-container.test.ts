import { findWhere } from '../findings';
import { HOST } from './host';

test('a container that is stopped and one that is unhealthy are named', () => {
  const findings = findWhere([HOST]);
  const unhealthy = findings.filter((finding) => finding.includes('not-healthy'));
  expect(unhealthy).toEqual([
    'warn host/not-healthy i-1:1', // Loki
    'warn host/not-healthy i-1:1', // Tempo
  ]);
});
