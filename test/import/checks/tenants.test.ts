import { checkFolder, findAfter, readFolder } from '../findings';
import { editExample, LOKI_CONFIG, MIMIR, MIMIR_CONFIG } from '../folder';

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

test('several tenants that come along fail, since what is asked of them on ECS names none', () => {
  const root = editExample({
    file: LOKI_CONFIG,
    from: 'auth_enabled: false',
    to: 'auth_enabled: true',
  });
  const finding = checkFolder(readFolder(root)).find(({ id }) => id === 'loki/tenants');
  expect(finding?.message).toMatch(/several tenants, which are kept; .* name no tenant, and are refused$/);
});

const WITH_OTHER_TENANT = {
  file: MIMIR_CONFIG,
  from: OFF,
  to: `${OFF}no_auth_tenant: team\n`,
};

test('one tenant of another name comes along with its configuration', () => {
  expect(findAfter(WITH_OTHER_TENANT)).toEqual([]);
});

test('one tenant of another name fails where the shipped configuration takes its place', () => {
  const asScript = {
    file: MIMIR,
    from: 'command:',
    to: 'entrypoint: [sh, -c, mimir]\n    command:',
  };
  expect(findAfter(WITH_OTHER_TENANT, asScript)).toContain(`fail mimir/tenants ${MIMIR_CONFIG}:2`);
});
