import { looksSecret, maskSecret, show } from '../../src/plan/secrecy';

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

const WITH_KEYS = [
  's3://KEY:hid/den+@eu-west-1/logs',
  's3://KEY:hid@den@minio.:9000/logs',
  's3%3A%2F%2FKEY%3Ahid%2Fden%40eu-west-1%2Flogs',
];

test('keys for S3 are masked in a URL, slashes and all', () => {
  const masked = WITH_KEYS.map((url) => maskSecret('LOKI_STORAGE', url));
  expect(masked).toEqual(WITH_KEYS.map(() => '(set, not shown)'));
});

const WITHOUT_PASSWORD = [
  'https://example.com/',
  'http://loki:3100/loki/api/v1/push?by=kim@example.com',
  's3://eu-west-1/logs',
];

test('a URL without a password is shown', () => {
  const shown = WITHOUT_PASSWORD.map((url) => maskSecret('PUSH', url));
  expect(shown).toEqual(WITHOUT_PASSWORD);
});

test('what nobody sees, or what breaks a line, is shown by its number', () => {
  expect(show('a\u2028b\u202ec\u0085')).toBe('"a\\u{2028}b\\u{202e}c\\u{85}"');
});

test('that a secret is empty is no secret', () => {
  const masked = maskSecret('DB_PASSWORD', '');
  expect(masked).toBe('');
});
