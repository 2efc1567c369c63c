import { readFileSync } from 'node:fs';
import { findAfter } from '../findings';
import { findFixture, TEMPO } from '../folder';

const fixture = findFixture('second-tempo.yaml');
const WITH_SECOND = {
  file: TEMPO,
  from: /\nvolumes:\n(?=\s+tempo-data)/,
  to: readFileSync(fixture, 'utf8'),
};

test('two services of one store that compact without a ring fail', () => {
  const findings = findAfter(WITH_SECOND);
  expect(findings).toEqual([`fail tempo/two-compactors ${TEMPO}:2`]);
});

test('two services of which one compacts are fine', () => {
  const findings = findAfter(WITH_SECOND, {
    file: TEMPO,
    from: '-target=all',
    to: '-target=querier',
  });
  expect(findings).toEqual([]);
});
