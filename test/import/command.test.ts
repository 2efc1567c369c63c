import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReportDocument } from '../../src/import/document';
import * as folder from './folder';
import { runImport } from './run';

const { editExample, EXAMPLE, makeFolder, WITH_LOCAL_TRACES, WITH_SQLITE } = folder;

function nameReport(): string {
  return join(makeFolder(), 'report.md');
}

/** A hash of all that is in a folder. */
function hashFolder(root: string): string {
  const hash = createHash('sha256');
  const entries = readdirSync(root, {
    recursive: true,
    withFileTypes: true,
  });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    hash.update(path);
    hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

test('a folder becomes a plan and a report, and nothing in it is changed', async () => {
  const before = hashFolder(EXAMPLE);
  const report = nameReport();
  const { code, out, err, plan } = await runImport(EXAMPLE, {
    options: ['--report', report],
  });
  const lines = out.split('\n');
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(lines).toEqual([
    `6 of 6 services, 0 fail, 0 accepted, 4 warn; see ${report}`,
    `wrote ${plan}`,
    `wrote ${join(dirname(plan), 'images')}`,
    `next: lgtm-migrate preflight -f ${plan}`,
    '',
  ]);
  expect(existsSync(plan)).toBe(true);
  expect(existsSync(report)).toBe(true);
  expect(existsSync(join(dirname(plan), 'images/mimir/mimir.yaml'))).toBe(true);
  expect(hashFolder(EXAMPLE)).toBe(before);
});

test('what would break ends with exit 1, the reason, a report and no plan', async () => {
  const report = nameReport();
  const root = editExample(WITH_LOCAL_TRACES);
  const { code, out, plan } = await runImport(root, {
    options: ['--report', report],
  });
  const [first] = out.split('\n');
  expect(code).toBe(1);
  expect(existsSync(plan)).toBe(false);
  expect(existsSync(report)).toBe(true);
  expect(first).toMatch(/^✖ tempo\/filesystem +tempo\/config\/tempo-config.yaml:27 /);
  expect(first).toContain('tempo keeps its traces on the backend local: ');
  expect(out).toContain('no plan was written');
});

test('what is accepted by its name becomes a plan', async () => {
  const root = editExample(WITH_LOCAL_TRACES);
  const { code, out, plan } = await runImport(root, {
    options: ['--accept', 'tempo/filesystem', '--json'],
  });
  const { findings } = JSON.parse(out) as ReportDocument;
  expect(code).toBe(0);
  expect(existsSync(plan)).toBe(true);
  expect(findings[0]).toMatchObject({
    id: 'tempo/filesystem',
    level: 'fail',
    accepted: true,
  });
});

test('a name that accepts nothing is refused with those that would', async () => {
  const root = editExample(WITH_LOCAL_TRACES);
  const { code, err } = await runImport(root, {
    options: ['--accept', 'mimir/filesystem'],
  });
  expect(code).toBe(2);
  expect(err).toContain('there is no mimir/filesystem to accept');
  expect(err).toContain('what would break is tempo/filesystem');
});

test('Compose files, env files and profiles are those that somebody names', async () => {
  const root = folder.writeFolder({
    'compose.yaml': 'services: { loki: { image: "grafana/loki:3.7.8" } }',
    'base.yml': 'services: { tempo: { image: "grafana/tempo:${TAG}", profiles: [traces] } }',
    'prod.yml': 'services: { tempo: { command: "-config.file=/etc/t.yaml", volumes: ["./t.yaml:/etc/t.yaml"] } }',
    't.yaml': 'storage: { trace: { backend: s3, s3: { bucket: acme-traces, prefix: tempo, region: eu-west-1 } } }',
    '.env': 'TAG=2.4.0',
    'prod.env': 'TAG=2.10.8',
  });
  const { code, out, plan } = await runImport(root, {
    options: [
      ...['--compose-file', 'base.yml', 'prod.yml'],
      ...['--env-file', 'prod.env'],
      ...['--profile', 'traces', '--json'],
    ],
  });
  const { components, findings } = JSON.parse(out) as ReportDocument;
  expect(components).toEqual([expect.objectContaining({ name: 'tempo', version: '2.10.8' })]);
  expect(findings).toContainEqual(expect.objectContaining({ id: 'host/other-compose-file', file: 'compose.yaml' }));
  expect(code).toBe(0);
  expect(readFileSync(plan, 'utf8')).toContain('bucket: acme-traces');
  // without a Grafana what moves is a name of senders
  expect(readFileSync(plan, 'utf8')).toMatch(/records:\n\s+- name: ingest\.example\.com\n\s+to: ingest\n/);
});

test("Grafana's SQLite is refused with the option that moves it", async () => {
  const root = editExample(WITH_SQLITE);
  const { code, out } = await runImport(root);
  expect(code).toBe(1);
  expect(out).toContain('--grafana-efs fs-… lets the migration move it to EFS');
});

test('a file system that no plan takes is refused', async () => {
  const root = editExample(WITH_SQLITE);
  const { code, err } = await runImport(root, {
    options: ['--grafana-efs', 'grafana'],
  });
  expect(code).toBe(2);
  expect(err).toContain('grafana.target');
});

test('an instance that is none is refused with the place in the plan', async () => {
  const { code, err } = await runImport(EXAMPLE, {
    instance: 'host-1',
  });
  expect(code).toBe(2);
  expect(err).toBe('migration.yaml:8  source.instances.0   "host-1" is not an EC2 instance id\n');
});

test('a report is not written over a file', async () => {
  const report = nameReport();
  writeFileSync(report, 'mine');
  const { code, err } = await runImport(EXAMPLE, {
    options: ['--report', report],
  });
  expect(code).toBe(2);
  expect(err).toContain(`${report} is there already; name another file, or --force`);
  expect(readFileSync(report, 'utf8')).toBe('mine');
});

test('a report is written over a file where that is forced', async () => {
  const report = nameReport();
  writeFileSync(report, 'mine');
  const { code } = await runImport(EXAMPLE, {
    options: ['--report', report, '--force'],
  });
  const text = readFileSync(report, 'utf8');
  expect(code).toBe(0);
  expect(text).toMatch(/^# What is there\n/);
});

test('a report is not written into the folder', async () => {
  const report = join(EXAMPLE, 'report.md');
  const { code } = await runImport(EXAMPLE, {
    options: ['--report', report],
  });
  expect(code).toBe(2);
  expect(existsSync(report)).toBe(false);
});

test('what can not be read is named with its line', async () => {
  const misspelt = {
    file: folder.LOKI,
    from: '    restart:',
    to: '    restrat:',
  };
  const unclosed = {
    file: folder.TEMPO,
    from: '$REGION',
    to: '${REGION',
  };
  const root = editExample(misspelt, unclosed);
  const { code, err } = await runImport(root);
  expect(code).toBe(2);
  expect(err).toContain(`\n${folder.LOKI}:4  services.loki.restrat   unknown key\n`);
  expect(err).toContain(`\n${folder.TEMPO}:10  "\${REGION" is no variable`);
});
