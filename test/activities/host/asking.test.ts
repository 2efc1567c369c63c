import { execFileSync } from 'node:child_process';
import { writeFilter, type LineFilter } from '../../../src/activities/host/asking';
import { readBackends, WITHOUT_SECRETS } from '../../../src/activities/host/stores';

/** What a host lets through of a text. */
const letThrough = (text: string, filter: LineFilter) =>
  execFileSync('bash', ['-c', `cat${writeFilter(filter)} || true`], { input: text, encoding: 'utf8' });

const FORMS = {
  'as it is': 's3://HIDDEN:hidden@eu-west-1/logs',
  'with slashes and an @ in its secret': 's3://HIDDEN:hid/d@en+@eu-west-1/logs',
  'in quotes': '"s3://HIDDEN:hid den@eu-west-1/logs"',
  'masked by Loki': 's3://HIDDEN:%2A%2A%2A@eu-west-1/logs',
  'escaped as a whole': 's3%3A%2F%2FHIDDEN%3Ahid%2Fden%40eu-west-1%2Flogs',
};

for (const [form, url] of Object.entries(FORMS)) {
  test(`keys in a URL ${form} do not leave the host, and its bucket does`, () => {
    const configuration = [
      'schema_config:',
      '  configs:',
      '  - object_store: s3',
      'storage_config:',
      '  aws:',
      `    s3: ${url}`,
      '    secret_access_key: hidden',
      '',
    ].join('\n');
    const text = letThrough(configuration, WITHOUT_SECRETS);
    expect(text).not.toMatch(/hid/i);
    expect(readBackends('loki', text)).toMatchObject([{ kind: 's3', bucket: 'logs', region: 'eu-west-1' }]);
  });
}

test('a URL without keys leaves the host as it is', () => {
  const line = 'endpoint: https://s3.eu-west-1.amazonaws.com\n';
  expect(letThrough(line, WITHOUT_SECRETS)).toBe(line);
});

test('lines are chosen by what they are once they are edited', () => {
  const filter = { edit: 's,b,x,', drop: 'x', keep: '[abc]' };
  expect(letThrough('a\nb\nd\nc\n', filter)).toBe('a\nc\n');
});
