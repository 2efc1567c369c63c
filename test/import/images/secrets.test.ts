import * as folder from '../folder';
import { importFolder, type Results } from '../results';

const { editExample, LOKI, LOKI_CONFIG, MIMIR, MIMIR_CONFIG, TEMPO_CONFIG } = folder;

const CANARY = 'cAnArY7h3Qz';

/** Everything that an import writes. */
function writeAll({ planText, markdown, document, images }: Results): string {
  const files = images.flatMap((image) => image.files.map(({ content }) => content));
  return [planText, markdown, JSON.stringify(document), ...files].join('\n');
}

const root = editExample(
  {
    file: MIMIR_CONFIG,
    from: '  rule_path: /data/rules\n',
    to: [
      '  rule_path: /data/rules',
      '  alertmanager_client:',
      `    basic_auth_password: ${CANARY}1`,
      `    # basic_auth_password: ${CANARY}2`,
      `  alertmanager_url: http://user:${CANARY}3@alerts.example.com:9093`,
      '',
    ].join('\n'),
  },
  {
    file: MIMIR_CONFIG,
    from: '      region: ${REGION}\n',
    to: `      region: \${REGION}\n      access_key_id: ${CANARY}4\n      secret_access_key: ${CANARY}5\n`,
  },
  {
    file: LOKI_CONFIG,
    from: '      bucketnames: ${S3_BUCKET}\n',
    to: `      s3: s3://key:${CANARY}6@ap-northeast-2/sys-lgtm-s3\n`,
  },
  {
    file: LOKI,
    from: '-config.expand-env=true"',
    to:
      `-config.expand-env=true -ruler.alertmanager-client.basic-auth-password=${CANARY}7 ` +
      '-ruler.wal-cleaner.period=5m"',
  },
  {
    file: TEMPO_CONFIG,
    from: 'usage_report:',
    to: `cache:\n  auth_token: ${CANARY}8\n  webhook: https://hooks.slack.com/services/${CANARY}9\nusage_report:`,
  },
);
const results = importFolder(root);
const fileOf = (component: string, path: string): string =>
  results.images.find(({ name }) => name === component)!.files.find((file) => file.path === path)!.content;

test('no secret enters an image, the plan or the report', () => {
  const places = writeAll(results).split('\n');
  expect(places.filter((line) => line.includes(CANARY))).toEqual([]);
});

test('a secret of a configuration is a variable, and the plan names the secret', () => {
  const variable = 'MIMIR_RULER_ALERTMANAGER_CLIENT_BASIC_AUTH_PASSWORD';
  const name = 'lgtm/mimir-ruler-alertmanager-client-basic-auth-password';
  expect(fileOf('mimir', 'mimir.yaml')).toContain(`basic_auth_password: \${${variable}}`);
  expect(results.plan.services['mimir']!.secrets).toMatchObject({ [variable]: name });
  expect(results.plan.secrets).toContainEqual({
    name,
    from: { env: variable },
  });
});

test('a secret of a flag is added by the entrypoint, other flags stay in the command', () => {
  const variable = 'LOKI_RULER_ALERTMANAGER_CLIENT_BASIC_AUTH_PASSWORD';
  const flag = '-ruler.alertmanager-client.basic-auth-password';
  expect(fileOf('loki', 'switches.sh')).toContain(`set -- "$@" "${flag}=$${variable}"`);
  expect(fileOf('loki', 'Dockerfile')).toContain('"-config.expand-env=true", "-ruler.wal-cleaner.period=5m"]');
});

test('keys for S3 are out, in settings and in URLs, each with the reason', () => {
  const mimir = fileOf('mimir', 'mimir.yaml');
  expect(mimir).not.toMatch(/^ *(access_key_id|secret_access_key):/m);
  expect(mimir).toContain('# secret_access_key is taken out: a task has a role');
  expect(fileOf('loki', 'loki.yaml')).toContain('s3: s3://ap-northeast-2/sys-lgtm-s3\n');
});

test('a file that expands nothing and holds a secret is refused by its name', () => {
  const withRules = editExample(
    {
      file: MIMIR,
      from: '    volumes:\n',
      to: '    volumes:\n      - ./config/fallback.yaml:/etc/mimir/fallback.yaml:ro\n',
    },
    {
      file: MIMIR_CONFIG,
      from: 'limits:\n',
      to: 'alertmanager:\n  fallback_config_file: /etc/mimir/fallback.yaml\nlimits:\n',
    },
  );
  folder.addFile(
    withRules,
    'mimir/config/fallback.yaml',
    `slack_api_url: https://hooks.slack.com/services/${CANARY}\n`,
  );
  const refused = importFolder(withRules);
  const ids = refused.document.findings.map(({ id }) => id);
  expect(ids).toContain('mimir/secret-file');
  expect(writeAll(refused)).not.toContain(CANARY);
  // accepted as everything here, it is said where somebody looks next: in the plan, and at the setting
  const file = 'mimir/config/fallback.yaml';
  expect(refused.planText).toMatch(
    new RegExp(`^# Accepted: mimir/secret-file: ${file}.* a file that is not there$`, 'm'),
  );
  const { content } = refused.images[0]!.files.find(({ path }) => path === 'mimir.yaml')!;
  expect(content).toMatch(new RegExp(`^ +# ${file} is not in the image.*\\n +fallback_config_file:`, 'm'));
});
