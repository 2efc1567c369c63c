import { checkFolder, findAfter, readFolder } from '../findings';
import * as folder from '../folder';
import { LOKI_CONFIG, MIMIR, MIMIR_CONFIG, PYROSCOPE_CONFIG, TEMPO_CONFIG } from '../folder';

test('blocks and rules of Mimir on the disk fail', () => {
  const findings = findAfter({
    file: MIMIR_CONFIG,
    from: '    backend: s3',
    to: '    backend: filesystem',
  });
  expect(findings).toEqual([
    `fail mimir/filesystem ${MIMIR_CONFIG}:10`, // blocks
    `fail mimir/filesystem ${MIMIR_CONFIG}:10`, // rules
  ]);
});

test('chunks of Loki on the disk fail', () => {
  const findings = findAfter({
    file: LOKI_CONFIG,
    from: 'object_store: s3',
    to: 'object_store: filesystem',
  });
  expect(findings).toEqual([`fail loki/filesystem ${LOKI_CONFIG}:22`]);
});

test('traces on the disk fail', () => {
  const findings = findAfter({
    file: TEMPO_CONFIG,
    from: 'backend: s3',
    to: 'backend: local',
  });
  expect(findings).toEqual([`fail tempo/filesystem ${TEMPO_CONFIG}:27`]);
});

test('profiles on the disk fail', () => {
  const findings = findAfter({
    file: PYROSCOPE_CONFIG,
    from: 'backend: s3',
    to: 'backend: filesystem',
  });
  expect(findings).toEqual([`fail pyroscope/filesystem ${PYROSCOPE_CONFIG}:10`]);
});

test('a filesystem backend by a flag fails at the flag', () => {
  const flag = '      - -config.expand-env=true';
  const findings = findAfter({
    file: MIMIR,
    from: flag,
    to: `${flag}\n      - --blocks-storage.backend=filesystem`,
  });
  expect(findings).toEqual([`fail mimir/filesystem ${MIMIR}:19`]);
});

test('a configuration without a storage block fails, since the default is the disk', () => {
  const findings = findAfter({
    file: PYROSCOPE_CONFIG,
    from: /storage:\n[\s\S]*?\n\n/,
    to: '',
  });
  expect(findings).toEqual([`fail pyroscope/filesystem ${PYROSCOPE_CONFIG}:1`]);
});

test('a configuration that is found by its name instead of a mount is read', () => {
  const otherMount = {
    file: MIMIR,
    from: 'mimir-config.yaml:/etc',
    to: 'other.yaml:/etc',
  };
  const emptied = {
    file: MIMIR_CONFIG,
    from: /[\s\S]*/,
    to: 'target: all\n',
  };
  const findings = findAfter(otherMount, emptied);
  expect(findings).toContain(`fail mimir/filesystem ${MIMIR_CONFIG}:1`);
});

test('an S3 that is not of AWS fails', () => {
  const findings = findAfter({
    file: TEMPO_CONFIG,
    from: 's3.${REGION}.amazonaws.com',
    to: 'minio:9000',
  });
  expect(findings).toEqual([`fail tempo/storage ${TEMPO_CONFIG}:27`]);
});

test('a URL of Loki with an endpoint that is not of AWS fails', () => {
  const findings = findAfter({
    file: LOKI_CONFIG,
    from: 'bucketnames: ${S3_BUCKET}\n      region: ${REGION}',
    to: 's3: s3://minio.:9000/sys-lgtm-s3',
  });
  expect(findings).toEqual([`fail loki/storage ${LOKI_CONFIG}:21`, `fail loki/storage ${LOKI_CONFIG}:28`]);
});

/** Rules that are files in a folder of the container, which is mounted from here. */
function withRules(source: string): folder.Edit[] {
  return [
    {
      file: MIMIR,
      from: '    volumes:\n',
      to: `    volumes:\n      - ${source}:/rules:ro\n`,
    },
    {
      file: MIMIR_CONFIG,
      from: 'ruler_storage:\n',
      to: 'ruler_storage:\n  backend: local\n  local: { path: /rules }\n',
    },
  ];
}

test('rules that are files of the folder come along, and are no data on a disk', () => {
  const root = folder.editExample(...withRules('./rules'));
  folder.addFile(root, 'mimir/rules/acme/alerts.yaml', 'groups: []\n');
  const ids = checkFolder(readFolder(root)).map(({ id }) => id);
  expect(ids).not.toContain('mimir/filesystem');
  expect(ids).not.toContain('mimir/file');
});

test('rules that are files of the host fail: on ECS there would be none', () => {
  const root = folder.editExample(...withRules('/srv/rules'));
  const finding = checkFolder(readFolder(root)).find(({ id }) => id === 'mimir/file');
  expect(finding?.message).toBe(
    'mimir reads its rules from /rules, and no file of it is in the folder: on ECS it has none',
  );
});
