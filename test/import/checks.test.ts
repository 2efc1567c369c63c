import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkInventory as check } from '../../src/import/checks';
import { edited, EXAMPLE, findings, folder, inventory, told } from './folder';

test('the example would break nothing', () => {
  expect(told(EXAMPLE)).toEqual([
    'warn host/dead-option grafana/grafana_docker-compose.yaml:1',
    'warn host/dead-option mimir/mimir_docker-compose.yaml:1',
    'warn host/other-service proxy/proxy_docker-compose.yaml:2',
  ]);
});

test.each([
  [
    'mimir',
    'mimir/config/mimir-config.yaml',
    '    backend: s3',
    '    backend: filesystem',
    [
      'fail mimir/filesystem mimir/config/mimir-config.yaml:10',
      'fail mimir/filesystem mimir/config/mimir-config.yaml:10',
    ],
  ],
  [
    'loki',
    'loki/config/loki-config.yaml',
    'object_store: s3',
    'object_store: filesystem',
    ['fail loki/filesystem loki/config/loki-config.yaml:22'],
  ],
  [
    'tempo',
    'tempo/config/tempo-config.yaml',
    'backend: s3',
    'backend: local',
    ['fail tempo/filesystem tempo/config/tempo-config.yaml:27'],
  ],
  [
    'pyroscope',
    'pyroscope/config/pyroscope-config.yaml',
    '  backend: s3',
    '  backend: filesystem',
    ['fail pyroscope/filesystem pyroscope/config/pyroscope-config.yaml:10'],
  ],
])('a filesystem backend of %s fails', (_, file, from, to, expected) => {
  expect(findings([file, from, to])).toEqual(expected);
});

test('a backend by a flag, by a default and by a bucket that is not of AWS fail too', () => {
  const compose = 'mimir/mimir_docker-compose.yaml';
  expect(
    findings([
      compose,
      '      - -config.expand-env=true',
      '      - -config.expand-env=true\n      - --blocks-storage.backend=filesystem',
    ]),
  ).toEqual([`fail mimir/filesystem ${compose}:19`]);
  expect(findings(['pyroscope/config/pyroscope-config.yaml', /storage:\n[\s\S]*?\n\n/, ''])).toEqual([
    'fail pyroscope/filesystem pyroscope/config/pyroscope-config.yaml:1',
  ]);
  expect(findings(['tempo/config/tempo-config.yaml', 's3.${REGION}.amazonaws.com', 'minio:9000'])).toEqual([
    'fail tempo/storage tempo/config/tempo-config.yaml:27',
  ]);
  expect(
    findings(
      [compose, 'mimir-config.yaml:/etc', 'other.yaml:/etc'],
      ['mimir/config/mimir-config.yaml', /[\s\S]*/, 'target: all\n'],
    ),
  ).toContain('fail mimir/filesystem mimir/config/mimir-config.yaml:1');
});

test("Grafana's SQLite fails, named or by default; so does a database on the host", () => {
  expect(findings(['grafana/grafana.env', /GF_DATABASE_TYPE=.*\n/, 'GF_DATABASE_TYPE=sqlite3\n'])).toEqual([
    'fail grafana/sqlite grafana/grafana.env:1',
  ]);
  expect(findings(['grafana/grafana.env', /GF_DATABASE_TYPE=.*\n/, ''])).toEqual([
    'fail grafana/sqlite grafana/grafana_docker-compose.yaml:4',
  ]);
  expect(
    findings(
      ['grafana/grafana.env', /GF_DATABASE_TYPE=.*\n/, ''],
      ['grafana/config/grafana.ini', '[users]', '[database]\ntype = mysql\n\n[users]'],
    ),
  ).toEqual([]);
  expect(findings(['grafana/grafana.env', /HOST=.*/, 'HOST=postgres:5432'])).toEqual([
    'fail grafana/database grafana/grafana.env:1',
  ]);
});

test('a health check that its image can not run is named; one that an older image could run is not', () => {
  const check =
    '    healthcheck:\n      test: ["CMD-SHELL", "wget -q -O - http://127.0.0.1:9009/ready || exit 1"]\n    mem_limit';
  expect(findings(['mimir/mimir_docker-compose.yaml', '    mem_limit', check])).toEqual([
    'warn mimir/health-check mimir/mimir_docker-compose.yaml:29',
  ]);
  expect(
    findings(
      ['mimir/mimir_docker-compose.yaml', '    mem_limit', check],
      ['mimir/mimir_docker-compose.yaml', 'mimir:3.2.1', 'mimir:2.12.0'],
    ),
  ).toEqual(['fail mimir/version mimir/mimir_docker-compose.yaml:15']);
  expect(
    findings([
      'loki/loki_docker-compose.yaml',
      '"CMD", "/usr/bin/loki", "-health"',
      '"CMD", "curl", "-f", "http://localhost:3100/ready"',
    ]),
  ).toEqual(['warn loki/health-check loki/loki_docker-compose.yaml:26']);
  expect(
    findings([
      'alloy/alloy_docker-compose.yaml',
      '    ports:',
      '    healthcheck: { test: curl -f http://localhost:12345/-/ready }\n    ports:',
    ]),
  ).toEqual(['warn alloy/health-check alloy/alloy_docker-compose.yaml:6']);
});

test.each(['latest', '3', '3.2', 'main'])('the tag %s fails, and none at all', (tag) => {
  expect(findings(['mimir/mimir_docker-compose.yaml', 'mimir:3.2.1', `mimir:${tag}`])).toEqual([
    'fail mimir/latest mimir/mimir_docker-compose.yaml:15',
  ]);
  expect(findings(['mimir/mimir_docker-compose.yaml', 'mimir:3.2.1', 'mimir'])).toEqual([
    'fail mimir/latest mimir/mimir_docker-compose.yaml:15',
  ]);
});

test('static keys are named where they stand and never shown', () => {
  const edits: Parameters<typeof edited> = [
    [
      'mimir/mimir_docker-compose.yaml',
      '      - REGION\n',
      '      - REGION\n      - AWS_SECRET_ACCESS_KEY=wJalr-hidden\n',
    ],
    ['tempo/config/tempo-config.yaml', '      bucket:', '      secret_key: wJalr-hidden\n      bucket:'],
    [
      'loki/config/loki-config.yaml',
      'bucketnames: ${S3_BUCKET}',
      's3: s3://AKIAHIDDEN:wJalr-hidden@ap-northeast-2/sys-lgtm-s3',
    ],
    [
      'pyroscope/pyroscope_docker-compose.yaml',
      '      - "-config.expand-env=true"',
      '      - "-config.expand-env=true"\n      - -storage.s3.secret-access-key=wJalr-hidden',
    ],
  ];
  expect(findings(...edits)).toEqual([
    'warn loki/static-keys loki/config/loki-config.yaml:15',
    'warn mimir/static-keys mimir/mimir_docker-compose.yaml:21',
    'warn pyroscope/static-keys pyroscope/pyroscope_docker-compose.yaml:9',
    'warn tempo/static-keys tempo/config/tempo-config.yaml:31',
  ]);
  expect(JSON.stringify(check(inventory(edited(...edits))))).not.toMatch(/hidden/i);
});

test('two that compact one prefix fail: two components, two stores of one, two services without a ring', () => {
  expect(findings(['tempo/config/tempo-config.yaml', 'prefix: tempo', 'prefix: /pyroscope/'])).toEqual([
    'fail pyroscope/two-compactors pyroscope/config/pyroscope-config.yaml:10',
  ]);
  expect(findings(['mimir/config/mimir-config.yaml', 'mimirruler', 'mimirblocks'])).toEqual([
    'fail mimir/two-compactors mimir/config/mimir-config.yaml:10',
  ]);
  const second = (file: string) =>
    [
      file,
      /\nvolumes:\n(?=\s+tempo-data: \{\})/,
      `
  tempo-2:
    image: grafana/tempo:2.10.8
    command: [ "-config.file=/etc/tempo/tempo-config.yaml", "-config.expand-env=true", "-target=all" ]
    environment: { S3_BUCKET: $S3_BUCKET, REGION: $REGION }
    volumes: [ "./config:/etc/tempo:ro" ]

volumes:
`,
    ] as [string, RegExp, string];
  expect(findings(second('tempo/tempo-docker-compose.yaml'))).toEqual([
    'fail tempo/two-compactors tempo/tempo-docker-compose.yaml:2',
  ]);
  expect(
    findings(second('tempo/tempo-docker-compose.yaml'), [
      'tempo/tempo-docker-compose.yaml',
      '-target=all',
      '-target=querier',
    ]),
  ).toEqual([]);
});

test('addresses, neighbours and what reads the host are named; loopback, ranges and comments are not', () => {
  const root = edited();
  appendFileSync(
    join(root, 'alloy/config/config.alloy'),
    `
// http://10.9.9.9:1
prometheus.scrape "nodes" {
	targets    = [{"__address__" = "10.0.3.21:9100"}, {"__address__" = "10.0.3.0/24"}, {"__address__" = "0.0.0.0:1"}]
	url        = "http://localhost:9009"
}
loki.source.docker "all" { }
`,
  );
  expect(
    check(inventory(root))
      .filter(({ file }) => file.startsWith('alloy'))
      .map(({ id, line, message }) => `${id}:${line} ${message.slice(0, 34)}`),
  ).toEqual([
    'alloy/by-address:28 points at 10.0.3.21:9100 by addres',
    'alloy/by-address:29 points at localhost:9009, a neighb',
    'alloy/host-source:31 loki.source.docker "all" reads the',
  ]);
});

test('options that a version no longer has are named, for the versions that have them they are not', () => {
  const shared = ['loki/config/loki-config.yaml', '  working_directory', '  shared_store: s3\n  working_directory'] as [
    string,
    string,
    string,
  ];
  expect(findings(shared)).toEqual(['warn loki/dead-option loki/config/loki-config.yaml:48']);
  expect(findings(shared, ['loki/loki_docker-compose.yaml', '-3.7.8}', '-2.9.8}'])).toEqual([
    'fail loki/version loki/loki_docker-compose.yaml:3',
  ]);
  expect(findings(['grafana/grafana.env', 'GF_DATABASE_TYPE', 'GF_ALERTING_ENABLED=true\nGF_DATABASE_TYPE'])).toEqual([
    'warn grafana/dead-option grafana/grafana.env:1',
  ]);
});

test('several tenants, another tenant, another bucket and a ring in Consul', () => {
  expect(findings(['loki/config/loki-config.yaml', 'auth_enabled: false', 'auth_enabled: true'])).toEqual([
    'fail loki/tenants loki/config/loki-config.yaml:1',
  ]);
  expect(findings(['mimir/config/mimir-config.yaml', 'multitenancy_enabled: false\n', ''])).toEqual([
    'fail mimir/tenants mimir/config/mimir-config.yaml:1',
  ]);
  expect(
    findings([
      'mimir/config/mimir-config.yaml',
      'multitenancy_enabled: false\n',
      'multitenancy_enabled: false\nno_auth_tenant: team\n',
    ]),
  ).toEqual(['fail mimir/tenants mimir/config/mimir-config.yaml:2']);
  expect(findings(['tempo/config/tempo-config.yaml', '${S3_BUCKET}', 'traces'])).toEqual([
    'fail tempo/bucket tempo/config/tempo-config.yaml:27',
  ]);
  expect(findings(['mimir/config/mimir-config.yaml', 'store: memberlist', 'store: consul'])).toEqual([
    'warn mimir/ring mimir/config/mimir-config.yaml:20',
  ]);
});

test('a component without its configuration, and those that are not there, are named', () => {
  const lines = told(folder({ 'compose.yaml': 'services: { mimir: { image: "grafana/mimir:3.2.1" } }\n' }));
  expect(new Set(lines)).toEqual(
    new Set([
      'fail mimir/configuration compose.yaml:1',
      'fail mimir/filesystem compose.yaml:1',
      'fail mimir/tenants compose.yaml:1',
      'fail grafana/missing .:1',
      'warn loki/missing .:1',
      'warn tempo/missing .:1',
      'warn pyroscope/missing .:1',
      'warn alloy/missing .:1',
    ]),
  );
});

test('a folder without a project at its top is named', () => {
  expect(
    told(folder({ 'grafana/docker-compose.yaml': 'services: { grafana: { image: "grafana/grafana:13.2.3" } }\n' })),
  ).toContain('warn host/project .:1');
});

test('what runs counts for the version, and what is not healthy is named', () => {
  const containers = [
    { Service: 'mimir', State: 'running', Image: 'grafana/mimir:3.2.0' },
    { Service: 'loki', State: 'running', Health: 'unhealthy', Image: 'grafana/loki:3.7.8' },
    { Service: 'tempo', State: 'exited', Image: 'grafana/tempo:2.10.8' },
  ];
  const running = [{ instance: 'i-1', containers }];
  expect(told(EXAMPLE, running).filter((line) => !told(EXAMPLE).includes(line))).toEqual([
    'warn host/not-healthy i-1:1',
    'warn host/not-healthy i-1:1',
    'warn mimir/drift mimir/mimir_docker-compose.yaml:15',
    'warn mimir/version mimir/mimir_docker-compose.yaml:15',
  ]);
  expect(inventory(EXAMPLE, running).components.map(({ version }) => version)).toEqual([
    '3.2.0',
    '3.7.8',
    '2.10.8',
    '1.21.1',
    '13.2.3',
    'v1.19.2',
  ]);
});
