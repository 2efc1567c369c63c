import { listFindings } from '../findings';
import { writeFolder } from '../folder';
import { importFolder } from '../results';

const GRAFANA = '  grafana: { image: "grafana/grafana:13.2.3", environment: { GF_DATABASE_TYPE: postgres } }';
const CONFIGURATION = [
  'storage: { trace: { backend: s3, s3: { bucket: acme-traces, prefix: tempo, region: eu-west-1 } } }',
].join('\n');

/** A stack of Grafana and of a Tempo that is written like this. */
const stackOf = (tempo: string[], more: string[] = []) =>
  ['services:', GRAFANA, '  tempo:', '    image: grafana/tempo:2.10.8', ...tempo, ...more].join('\n');

const COMMAND = '    command: -config.file=/etc/t.yaml';

const FORMS: Record<string, Record<string, string>> = {
  'a config of a file': {
    'compose.yaml': stackOf(
      [COMMAND, '    configs: [{ source: t, target: /etc/t.yaml }]'],
      ['configs: { t: { file: ./own.yaml } }'],
    ),
    'own.yaml': CONFIGURATION,
  },
  'a config that stands in the Compose file': {
    'compose.yaml': stackOf(
      [COMMAND, '    configs: [{ source: t, target: /etc/t.yaml }]'],
      ['configs:', '  t:', '    content: |', `      ${CONFIGURATION}`],
    ),
  },
  'a config without a target': {
    'compose.yaml': stackOf(
      ['    command: -config.file=/t.yaml', '    configs: [t.yaml]'],
      ['configs: { t.yaml: { file: ./own.yaml } }'],
    ),
    'own.yaml': CONFIGURATION,
  },
  'a secret': {
    'compose.yaml': stackOf(
      ['    command: -config.file=/run/secrets/t', '    secrets: [t]'],
      ['secrets: { t: { file: ./own.yaml } }'],
    ),
    'own.yaml': CONFIGURATION,
  },
  'a named volume that is a folder of the host': {
    'compose.yaml': stackOf(
      ['    command: -config.file=/etc/tempo/t.yaml', '    volumes: ["conf:/etc/tempo"]'],
      ['volumes: { conf: { driver: local, driver_opts: { type: none, o: bind, device: ./conf } } }'],
    ),
    'conf/t.yaml': CONFIGURATION,
  },
};

test.each(Object.keys(FORMS))('a configuration is found in %s', (form) => {
  const root = writeFolder(FORMS[form]!);
  expect(listFindings(root).filter((finding) => finding.startsWith('fail'))).toEqual([]);
  expect(importFolder(root).plan.bucket).toBe('acme-traces');
});

test.each([
  'volumes: { conf: {} }',
  // without a driver Compose hands the path on as it stands
  'volumes: { conf: { driver_opts: { type: none, o: bind, device: ./conf } } }',
])('a configuration in a volume of Docker is not found, whatever lies beside: %s', (volumes) => {
  const root = writeFolder({
    'compose.yaml': stackOf(
      ['    command: -config.file=/etc/tempo/t.yaml', '    volumes: ["conf:/etc/tempo"]'],
      [volumes],
    ),
    'conf/t.yaml': CONFIGURATION,
  });
  expect(listFindings(root)).toContain('fail tempo/configuration compose.yaml:3');
});
