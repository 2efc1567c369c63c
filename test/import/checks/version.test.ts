import { findAfter, findWhere } from '../findings';
import { LOKI, MIMIR } from '../folder';
import { HOST } from './host';

test('a version across a storage format fails', () => {
  const findings = findAfter({
    file: LOKI,
    from: '-3.7.8}',
    to: '-2.9.8}',
  });
  expect(findings).toEqual([`fail loki/version ${LOKI}:3`]);
});

test('another version within a format is a warning, for what runs and not for what is written', () => {
  const findings = findWhere([HOST]);
  expect(findings).toContain(`warn mimir/version ${MIMIR}:15`);
});
