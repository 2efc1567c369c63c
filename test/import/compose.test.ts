import { readCompose } from '../../src/import/read/compose';
import { interpolate } from '../../src/import/read/interpolate';
import { findOnHost } from '../../src/import/read/volumes';
import { EXAMPLE, folder, problems } from './folder';

const services = (files: Record<string, string>) =>
  Object.fromEntries(readCompose(folder(files)).services.map((service) => [service.name, service]));
const environment = (files: Record<string, string>, name = 'mimir') =>
  Object.fromEntries([...services(files)[name]!.environment].map(([variable, { value }]) => [variable, value]));

test('variables mean what Compose says they mean', () => {
  const complaints: string[] = [];
  const set: Record<string, string> = { A: 'a', EMPTY: '' };
  const of = (text: string) =>
    interpolate(
      text,
      (name) => set[name],
      (message) => complaints.push(message),
    );
  expect(
    [
      '$A',
      '${A}',
      '${A:-x}',
      '${B:-x}',
      '${EMPTY:-x}',
      '${EMPTY-x}',
      '${B-x}',
      '${A:+y}',
      '${B:+y}',
      '${EMPTY+y}',
      '${B:-${A}-${C:-z}}',
      '$$A',
      '${B}!',
    ].map(of),
  ).toEqual(['a', 'a', 'a', 'x', 'x', '', 'x', 'y', '', 'y', 'a-z', '$A', '!']);
  expect(complaints).toEqual([]);
  of('${B:?the bucket}');
  of('${1x}');
  expect(complaints).toEqual([
    'B is required and not set: the bucket; set it in an env file of the folder',
    '"${1x}" is no variable; write $$ for a dollar sign',
  ]);
});

test('short and long syntax of ports and volumes are the same', () => {
  const { mimir } = services({
    'compose.yaml': `services:
  mimir:
    image: grafana/mimir:3.2.1
    ports:
      - 9009
      - "8080:9009"
      - "127.0.0.1:4317-4318:4317-4318/udp"
      - "[::1]:1:2"
      - { target: 9095, published: "19095", protocol: tcp, host_ip: 10.0.0.1 }
    volumes:
      - /only/inside
      - ./config:/etc/mimir:ro,z
      - data:/data
      - { type: bind, source: ../up, target: /up }
`,
  });
  expect(
    mimir!.ports.map(({ address, published, target, protocol, line }) => [address, published, target, protocol, line]),
  ).toEqual([
    [undefined, undefined, 9009, 'tcp', 5],
    [undefined, 8080, 9009, 'tcp', 6],
    ['127.0.0.1', 4317, 4317, 'udp', 7],
    ['127.0.0.1', 4318, 4318, 'udp', 7],
    ['[::1]', 1, 2, 'tcp', 8],
    ['10.0.0.1', 19095, 9095, 'tcp', 9],
  ]);
  expect(mimir!.volumes.map(({ type, target }) => `${type} ${target}`)).toEqual([
    'volume /only/inside',
    'bind /etc/mimir',
    'volume /data',
    'bind /up',
  ]);
  expect(findOnHost(mimir!.volumes, '/etc/mimir/mimir.yaml')).toMatch(/\/config\/mimir\.yaml$/);
});

test('env files, lists, mappings and variables without a value: the nearer one counts', () => {
  expect(
    environment({
      '.env': 'FROM_SHELL=shell\nREGION=ap-northeast-2\nA=dotenv\n',
      'one.env': 'A=one\nB="one ${REGION}" \nexport C=\'${REGION}\' # not replaced\n',
      'two.env': 'B=two\n',
      'compose.yaml': `services:
  mimir:
    image: grafana/mimir:3.2.1
    env_file:
      - one.env
      - { path: two.env, required: true }
      - { path: absent.env, required: false }
    environment: [ FROM_SHELL, NOT_SET, "D=\${A}", "A=own" ]
`,
    }),
  ).toEqual({ A: 'own', B: 'two', C: '${REGION}', D: 'dotenv', FROM_SHELL: 'shell' });
});

test('anchors, merge keys, extension fields, extends and override files come together', () => {
  const { mimir } = services({
    'base.yaml':
      'services:\n  base:\n    image: grafana/mimir:3.0.0\n    environment: { A: base, B: base }\n    ports: ["9009:9009"]\n',
    'docker-compose.yaml': `x-env: &env { REGION: eu-west-1 }
x-defaults: &defaults
  restart: always
  mem_limit: 512m
services:
  mimir:
    <<: *defaults
    extends: { file: base.yaml, service: base }
    environment:
      <<: *env
      A: own
`,
    'docker-compose.override.yaml': 'services:\n  mimir:\n    image: grafana/mimir:3.2.1\n    ports: ["7946:7946"]\n',
  });
  expect(mimir!.image!.value).toBe('grafana/mimir:3.2.1');
  expect(Object.fromEntries([...mimir!.environment].map(([name, { value }]) => [name, value]))).toEqual({
    A: 'own',
    B: 'base',
    REGION: 'eu-west-1',
  });
  expect(mimir!.ports.map(({ target }) => target)).toEqual([9009, 7946]);
  expect(mimir!.memory!.value).toBe(0.5);
});

test('a file that another one includes is read once, with the variables of the outer project', () => {
  const { services: found, files } = readCompose(
    folder({
      'compose.yaml': 'include:\n  - path: mimir/mimir_docker-compose.yaml\n',
      '.env': 'V=3.2.1\n',
      'mimir/.env': 'V=1.0.0\nW=inner\n',
      'mimir/mimir_docker-compose.yaml':
        'version: "3.8"\nservices:\n  mimir:\n    image: grafana/mimir:${V}\n    hostname: ${W}\n',
    }),
  );
  expect(found.map(({ image }) => image!.value)).toEqual(['grafana/mimir:3.2.1']);
  expect(files).toEqual(['compose.yaml', 'mimir/mimir_docker-compose.yaml']);
});

test('the example has the six and a proxy', () => {
  expect(readCompose(EXAMPLE).services.map(({ name }) => name)).toEqual([
    'mimir',
    'loki',
    'tempo',
    'pyroscope',
    'grafana',
    'alloy',
    'proxy',
  ]);
});

test('everything that can not be read is named at once, with file and line, and without values', () => {
  expect(
    problems(
      folder({
        'compose.yaml':
          'include: [gone/compose.yaml]\nservices:\n  grafana:\n    imgae: grafana/grafana:13.2.3\n    environment:\n      GF_DATABASE_PASSWORD: [hunter2]\n    ports: true\n',
        'loki/loki_docker-compose.yaml':
          'services:\n  loki:\n    image: grafana/loki:${TAG:?which one}\n    env_file: loki.env\n  two:\n    extends: { service: three }\n',
        'tempo/tempo-docker-compose.yaml': 'services:\n  tempo:\n   image: a\n  image: b\n b: c\n',
        'mimir/mimir_docker-compose.yaml': 'mimir:\n  image: grafana/mimir\n',
        'pyroscope/docker-compose.yml': 'services: { pyroscope: { image: grafana/pyroscope:1.21.1 } }\n',
        'pyroscope/config/pyroscope-config.yaml': 'storage:\n  backend: s3\n backend: x\n',
      }),
    ),
  ).toMatchInlineSnapshot(`
[
  "compose.yaml:1  gone/compose.yaml can't be read; put it into the folder",
  "compose.yaml:4  services.grafana.imgae   unknown key",
  "compose.yaml:6  services.grafana.environment.GF_DATABASE_PASSWORD   is a list; it must be string or number or boolean or null",
  "compose.yaml:7  services.grafana.ports   is a boolean; it must be array",
  "loki/loki_docker-compose.yaml:3  TAG is required and not set: which one; set it in an env file of the folder",
  "loki/loki_docker-compose.yaml:4  env file loki.env is not there; put it into the folder (without its secrets), or say required: false",
  "loki/loki_docker-compose.yaml:6  there is no service three in loki/loki_docker-compose.yaml to extend",
  "mimir/mimir_docker-compose.yaml:1  has no services; a file of Compose 1 (services at the top, no services: key) has to be rewritten first",
  "pyroscope/config/pyroscope-config.yaml:3  All mapping items must start at the same column at line 3, column 1:",
  "tempo/tempo-docker-compose.yaml:5  All mapping items must start at the same column at line 5, column 1:",
]
`);
});

test('a folder without a Compose file is refused', () => {
  expect(problems(folder({ 'readme.md': '' }))[0]).toMatch(/has no Compose file; they are looked for as/);
});
