import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emulatorPython } from '../../lab/tools';
import { parsePlan } from '../../src/plan/loader';
import type { ReportDocument } from '../../src/import/document';
import { edited, EXAMPLE, temporary } from './folder';

const ROOT = join(__dirname, '../..');

interface Ran {
  code: number;
  out: string;
  err: string;
  plan: string;
}

/** The real command line; offline unless a place to ask is given. */
async function run(
  folder: string,
  more: string[] = [],
  environment: Record<string, string> = {},
  instance = 'i-0123456789abcdef0',
): Promise<Ran> {
  const plan = join(temporary(), 'migration.yaml');
  const options = [
    '-o',
    plan,
    '--name',
    'lgtm-prd',
    '--domain',
    'example.com',
    '--hosted-zone',
    'Z0123456789ABC',
    '--certificate',
    'arn:aws:acm:ap-northeast-2:123456789012:certificate/1',
    '--instance',
    instance,
    '--compose-directory',
    '/opt/lgtm',
    ...more,
  ];
  const offline = environment['AWS_ENDPOINT_URL'] ? [] : ['--offline'];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/client.ts', 'import', folder, ...options, ...offline],
    { cwd: ROOT, env: { ...process.env, NODE_NO_WARNINGS: '1', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ran = { code: -1, out: '', err: '', plan };
  child.stdout.on('data', (chunk) => (ran.out += String(chunk)));
  child.stderr.on('data', (chunk) => (ran.err += String(chunk)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ran, code: code ?? -1 })));
}

function fingerprint(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return createHash('sha256')
    .update(files.map((file) => file + readFileSync(file, 'utf8')).join('\n'))
    .digest('hex');
}

test('the example becomes a plan of what differs from the defaults, and nothing in it is changed', async () => {
  const before = fingerprint(EXAMPLE);
  const report = join(temporary(), 'report.md');
  const { code, out, err, plan } = await run(EXAMPLE, ['--report', report]);
  expect([code, err, out]).toEqual([
    0,
    '',
    `6 of 6 services, 0 fail, 0 accepted, 3 warn; see ${report}\nwrote ${plan}\nnext: lgtm-migrate preflight -f ${plan}\n`,
  ]);
  expect(fingerprint(EXAMPLE)).toBe(before);
  const text = readFileSync(plan, 'utf8');
  expect(text.slice(text.indexOf('secrets:'))).toMatchInlineSnapshot(`
"secrets:
  - name: lgtm/grafana-database-password
    from:
      env: GF_DATABASE_PASSWORD
  - name: lgtm/grafana-security-secret-key
    from:
      env: GF_SECURITY_SECRET_KEY
services:
  mimir:
    version: 3.2.1
    environment:
      RETENTION: 1y
      MAX_SERIES: "1000000"
  loki:
    version: 3.7.8
    environment:
      RETENTION: 744h
      LOKI_SCHEMA: '[{"from":"2024-01-01","store":"tsdb","object_store":"s3","schema":"v12","index":{"prefix":"loki_index_","period":"24h"}},{"from":"2024-10-01","store":"tsdb","object_store":"s3","schema":"v13","index":{"prefix":"loki_index_","period":"24h"}}]'
  tempo:
    version: 2.10.8
  pyroscope:
    version: 1.21.1
    environment:
      RETENTION: 720h
  grafana:
    version: 13.2.3
    environment:
      GF_DATABASE_HOST: grafana.cluster-c0ffee.ap-northeast-2.rds.amazonaws.com:5432
      GF_DATABASE_NAME: grafana
      GF_DATABASE_SSL_MODE: require
      GF_DATABASE_TYPE: postgres
      GF_DATABASE_USER: grafana
      GF_SERVER_ROOT_URL: https://grafana.example.com/
      GF_UNIFIED_ALERTING_ENABLED: "true"
    secrets:
      GF_DATABASE_PASSWORD: lgtm/grafana-database-password
      GF_SECURITY_SECRET_KEY: lgtm/grafana-security-secret-key
  alloy:
    version: v1.19.2
"
`);
  const parsed = parsePlan(text, 'migration.yaml');
  expect([parsed.bucket, parsed.region, parsed.services['mimir']!.count, parsed.services['mimir']!.version]).toEqual([
    'sys-lgtm-s3',
    'ap-northeast-2',
    3,
    '3.2.1',
  ]);
  const markdown = readFileSync(report, 'utf8');
  for (const line of [
    '| mimir | grafana/mimir:3.2.1 | 3.2.1 | – | 3.2.1 |',
    '| mimir | blocks | s3 | sys-lgtm-s3 | mimirblocks | ap-northeast-2 | mimir/config/mimir-config.yaml:10 |',
    '| loki | 744h | fake | inmemory | 1 |',
    '| tempo | 3200 → 3200/tcp, 4317 → 4317/tcp, 4318 → 4318/tcp |',
    '| loki | volume loki-data → /loki |',
    '| grafana | GF_DATABASE_PASSWORD__FILE | (set, not shown) |',
  ]) {
    expect(markdown.split('\n')).toContain(line);
  }
});

test('a filesystem backend: exit 1, the reason, a report and no plan; accepted by name: a plan that says so', async () => {
  const folder = edited(['tempo/config/tempo-config.yaml', 'backend: s3', 'backend: local']);
  const report = join(temporary(), 'report.md');
  const refused = await run(folder, ['--report', report]);
  expect([refused.code, existsSync(refused.plan), existsSync(report)]).toEqual([1, false, true]);
  expect(refused.out).toContain(
    '✖ tempo/filesystem     tempo/config/tempo-config.yaml:27  tempo keeps its traces on the backend local: the new tasks read S3 only, and what lies there stays behind',
  );
  expect(refused.out).toContain('no plan was written');
  const accepted = await run(folder, ['--accept', 'tempo/filesystem', '--json']);
  expect(accepted.code).toBe(0);
  expect(readFileSync(accepted.plan, 'utf8')).toContain(
    '\n# Accepted: tempo/filesystem: tempo keeps its traces on the backend local',
  );
  expect(parsePlan(readFileSync(accepted.plan, 'utf8'), 'migration.yaml').data.accept).toEqual(['tempo/filesystem']);
  expect((JSON.parse(accepted.out) as ReportDocument).findings[0]).toMatchObject({
    id: 'tempo/filesystem',
    level: 'fail',
    accepted: true,
  });
  const wrong = await run(folder, ['--accept', 'mimir/filesystem']);
  expect([wrong.code, wrong.err]).toEqual([
    2,
    'lgtm-migrate: there is no mimir/filesystem to accept; what would break is tempo/filesystem\n',
  ]);
});

test("Grafana's SQLite: refused, and with a file system named a plan that moves it there in one step", async () => {
  const folder = edited(['grafana/grafana.env', 'GF_DATABASE_TYPE=postgres', 'GF_DATABASE_TYPE=sqlite3']);
  const refused = await run(folder, ['--report', join(temporary(), 'r.md')]);
  expect([refused.code, refused.out]).toEqual([
    1,
    expect.stringContaining('--grafana-efs fs-… lets the migration move it to EFS'),
  ]);
  const moved = await run(folder, ['--report', join(temporary(), 'r.md'), '--grafana-efs', 'fs-0123456789abcdef0']);
  expect(moved).toMatchObject({ code: 0 });
  const { grafana, services, secrets } = parsePlan(readFileSync(moved.plan, 'utf8'), 'migration.yaml');
  expect(grafana).toEqual({
    database: 'move',
    service: 'grafana',
    target: { efs: 'fs-0123456789abcdef0', directory: '/lgtm-grafana' },
  });
  expect([Object.keys(services['grafana']!.environment), secrets.map(({ name }) => name)]).toEqual([
    ['GF_SERVER_ROOT_URL', 'GF_UNIFIED_ALERTING_ENABLED'],
    ['lgtm/grafana-security-secret-key'],
  ]);
  const wrong = await run(folder, ['--grafana-efs', 'grafana']);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('grafana.target')]);
});

test('no secret of the folder is in the plan, the report or the document', async () => {
  const folder = edited(
    [
      'grafana/grafana.env',
      'GF_DATABASE_TYPE',
      'GF_DATABASE_PASSWORD=hunter2\nGF_SMTP_PASSWORD="hunter2"\nGF_DATABASE_URL=postgres://grafana:hunter2@db.example.com/grafana\nGF_DATABASE_TYPE',
    ],
    [
      'mimir/mimir_docker-compose.yaml',
      '      - REGION\n',
      '      - REGION\n      - AWS_SECRET_ACCESS_KEY=hunter2\n      - PUSH=http://push:hunter2@example.com/\n',
    ],
    ['tempo/config/tempo-config.yaml', '      bucket:', '      secret_key: hunter2\n      bucket:'],
  );
  const { code, out, plan } = await run(folder);
  const json = await run(folder, ['--json']);
  expect([code, json.code]).toEqual([0, 0]);
  expect(out).toContain('static-keys');
  for (const text of [out, readFileSync(plan, 'utf8'), json.out]) expect(text).not.toContain('hunter2');
  expect(parsePlan(readFileSync(plan, 'utf8'), 'migration.yaml').services['grafana']!.secrets).toEqual({
    GF_DATABASE_PASSWORD: 'lgtm/grafana-database-password',
    GF_DATABASE_URL: 'lgtm/grafana-database-url',
    GF_SECURITY_SECRET_KEY: 'lgtm/grafana-security-secret-key',
    GF_SMTP_PASSWORD: 'lgtm/grafana-smtp-password',
  });
});

test('where the old stack reads and writes, the plan lets the new one', async () => {
  const folder = edited(
    ['.env', 'ap-northeast-2', 'eu-west-1'],
    ['.env', 'sys-lgtm-s3', 'old-bucket'],
    ['mimir/config/mimir-config.yaml', '  storage_prefix: mimirblocks\n', ''],
    ['mimir/mimir_docker-compose.yaml', 'mem_limit: 4g', 'deploy: { replicas: 5 }'],
    ['pyroscope/pyroscope_docker-compose.yaml', /services:[\s\S]*/, 'services: {}\n'],
  );
  const { code, plan } = await run(folder, ['--report', join(temporary(), 'r.md')]);
  expect(code).toBe(0);
  const { region, bucket, services } = parsePlan(readFileSync(plan, 'utf8'), 'migration.yaml');
  expect([
    region,
    bucket,
    services['mimir']!.count,
    services['mimir']!.environment['S3_PREFIX'],
    'pyroscope' in services,
  ]).toEqual(['eu-west-1', 'old-bucket', 5, '', false]);
});

test('files are not written over, nor into the folder; what can not be read is named with its line', async () => {
  const there = join(temporary(), 'report.md');
  writeFileSync(there, 'mine');
  const over = await run(EXAMPLE, ['--report', there]);
  expect([over.code, over.err, readFileSync(there, 'utf8')]).toEqual([
    2,
    `lgtm-migrate: ${there} is there already; name another file, or --force\n`,
    'mine',
  ]);
  expect((await run(EXAMPLE, ['--report', there, '--force'])).code).toBe(0);
  const inside = await run(EXAMPLE, ['--report', join(EXAMPLE, 'report.md')]);
  expect([inside.code, existsSync(join(EXAMPLE, 'report.md'))]).toEqual([2, false]);
  const broken = await run(
    edited(
      ['loki/loki_docker-compose.yaml', '    restart:', '    restrat:'],
      ['tempo/tempo-docker-compose.yaml', '$REGION', '${REGION'],
    ),
  );
  expect([broken.code, broken.err.split('\n').slice(1)]).toEqual([
    2,
    [
      'loki/loki_docker-compose.yaml:4  services.loki.restrat   unknown key',
      'tempo/tempo-docker-compose.yaml:10  "${REGION" is no variable; write $$ for a dollar sign',
      '',
    ],
  ]);
  const instance = await run(EXAMPLE, [], {}, 'host-1');
  expect([instance.code, instance.err]).toEqual([
    2,
    'migration.yaml:8  source.instances.0   "host-1" is not an EC2 instance id\n',
  ]);
});

test('what runs on the host is asked by SSM, read only; a host that does not answer is a warning', async () => {
  const emulator = spawn(emulatorPython, ['-m', 'emulator', '--port', '0', '--world', 'ready'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const { aws } = await new Promise<{ aws: string }>((resolve, reject) => {
      emulator.once('exit', () => reject(new Error('the emulator ended')));
      emulator.stdout.once('data', (line) => resolve(JSON.parse(String(line)) as { aws: string }));
    });
    const get = async (path: string) => (await fetch(`${aws}/_emulator/${path}`)).json() as Promise<unknown>;
    const {
      instanceIds: [id],
    } = (await get('world')) as { instanceIds: string[] };
    await fetch(`${aws}/_emulator/calls`, { method: 'DELETE' });
    const credentials = { AWS_ENDPOINT_URL: aws, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
    const seen = await run(EXAMPLE, ['--json'], credentials, id);
    const { hosts, findings, components } = JSON.parse(seen.out) as ReportDocument;
    expect(hosts[0]!.containers.map(({ service, image, state }) => `${service} ${image} ${state}`)).toContain(
      'mimir grafana/mimir:3.2.1 running',
    );
    expect([seen.code, findings.filter(({ id }) => id.startsWith('host/un')), components[0]!.running]).toEqual([
      0,
      [],
      'grafana/mimir:3.2.1',
    ]);
    expect(((await get('calls?mutating=1')) as { action: string }[]).map(({ action }) => action)).toEqual([
      'SendCommand',
    ]);
    const unknown = await run(EXAMPLE, ['--json'], credentials, 'i-00000000000000000');
    expect([unknown.code, (JSON.parse(unknown.out) as ReportDocument).findings.map(({ id }) => id)]).toEqual([
      0,
      expect.arrayContaining(['host/unreachable']),
    ]);
  } finally {
    emulator.kill();
  }
});
