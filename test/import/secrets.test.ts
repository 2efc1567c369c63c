import { looksSecret, maskSecret } from '../../src/import/secrets';

test.each(['GF_SECURITY_ADMIN_PASSWORD', 'AWS_SECRET_ACCESS_KEY', 'API_KEY', 'DB_PASS', 'SENTRY_DSN'])(
  '%s looks secret by its name',
  (name) => {
    const isSecret = looksSecret(name);
    expect(isSecret).toBe(true);
  },
);

test.each(['REGION', 'KEYCLOAK_URL', 'BYPASS', 'GF_SERVER_ROOT_URL'])('%s does not look secret', (name) => {
  const isSecret = looksSecret(name);
  expect(isSecret).toBe(false);
});

test('a URL with a password in it is masked, whatever the name', () => {
  const url = 'https://push:hunter2@example.com/';
  const masked = maskSecret('PUSH', url);
  expect(masked).toBe('(set, not shown)');
});

test('a URL without a password is shown', () => {
  const url = 'https://example.com/';
  const masked = maskSecret('PUSH', url);
  expect(masked).toBe(url);
});

test('that a secret is empty is no secret', () => {
  const masked = maskSecret('DB_PASSWORD', '');
  expect(masked).toBe('');
});
