import { checkFolder, findAfter, readFolder } from '../findings';
import * as folder from '../folder';
import { importFolder } from '../results';

const { LOKI, LOKI_CONFIG, MIMIR, PYROSCOPE, TEMPO_CONFIG } = folder;
const EXPAND = '      - "-config.expand-env=true"';
const EDITS: folder.Edit[] = [
  {
    file: MIMIR,
    from: '      - REGION\n',
    to: '      - REGION\n      - AWS_SECRET_ACCESS_KEY=wJalr-hidden\n',
  },
  {
    file: TEMPO_CONFIG,
    from: '      bucket:',
    to: '      secret_key: wJalr-hidden\n      bucket:',
  },
  {
    file: LOKI_CONFIG,
    from: 'bucketnames: ${S3_BUCKET}',
    to: 's3: s3://AKIAHIDDEN:wJalr-hidden@ap-northeast-2/sys-lgtm-s3',
  },
  {
    file: PYROSCOPE,
    from: EXPAND,
    to: `${EXPAND}\n      - -storage.s3.secret-access-key=wJalr-hidden`,
  },
];

test('keys in variables, files, URLs and flags are named where they stand', () => {
  const findings = findAfter(...EDITS);
  expect(findings).toEqual([
    `warn loki/static-keys ${LOKI_CONFIG}:15`,
    `warn mimir/static-keys ${MIMIR}:21`,
    `warn pyroscope/static-keys ${PYROSCOPE}:9`,
    `warn tempo/static-keys ${TEMPO_CONFIG}:31`,
  ]);
});

test('keys in a URL that a flag gives are named where the flag stands', () => {
  const flag = ' -config.expand-env=true"';
  const findings = findAfter(
    { file: LOKI_CONFIG, from: 'bucketnames: ${S3_BUCKET}', to: 'insecure: false' },
    { file: LOKI, from: flag, to: ` -config.expand-env=true -s3.url=s3://HIDDEN:hid/den@ap-northeast-2/sys-lgtm-s3"` },
  );
  expect(findings).toEqual([`warn loki/static-keys ${LOKI}:6`]);
});

test('keys are never shown', () => {
  const root = folder.editExample(...EDITS);
  const findings = checkFolder(readFolder(root));
  const { document, markdown, planText } = importFolder(root);
  const text = [JSON.stringify([findings, document]), markdown, planText].join('\n');
  expect(text).not.toMatch(/hidden/i);
});
