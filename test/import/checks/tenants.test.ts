import { findAfter } from '../findings';
import { LOKI_CONFIG, MIMIR_CONFIG } from '../folder';

const OFF = 'multitenancy_enabled: false\n';

test('several tenants fail where they are turned on', () => {
  const findings = findAfter({
    file: LOKI_CONFIG,
    from: 'auth_enabled: false',
    to: 'auth_enabled: true',
  });
  expect(findings).toEqual([`fail loki/tenants ${LOKI_CONFIG}:1`]);
});

test('several tenants by default fail', () => {
  const findings = findAfter({
    file: MIMIR_CONFIG,
    from: OFF,
    to: '',
  });
  expect(findings).toEqual([`fail mimir/tenants ${MIMIR_CONFIG}:1`]);
});

test('one tenant of another name fails', () => {
  const findings = findAfter({
    file: MIMIR_CONFIG,
    from: OFF,
    to: `${OFF}no_auth_tenant: team\n`,
  });
  expect(findings).toEqual([`fail mimir/tenants ${MIMIR_CONFIG}:2`]);
});
