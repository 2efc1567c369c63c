import { findAfter } from '../findings';
import { MIMIR_CONFIG } from '../folder';

test('a ring in Consul is named', () => {
  const findings = findAfter({
    file: MIMIR_CONFIG,
    from: 'store: memberlist',
    to: 'store: consul',
  });
  expect(findings).toEqual([`warn mimir/ring ${MIMIR_CONFIG}:20`]);
});
