import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorPython } from '../../../lab/tools';
import { grafanaScript, type GrafanaTask } from '../../../src/activities/host/grafana-script';
import type { GrafanaCopy, GrafanaEdits } from '../../../src/contract/grafana';

const STUBS = join(__dirname, '../../../emulator/stubs/run.py');
let host = '';
let path = '';

/** A host with the emulator's programs, a Grafana database, and a folder that stands for EFS at 10.0.0.1. */
beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), 'lgtm-migrate-host-'));
  for (const folder of ['bin', 'grafana', 'efs/lgtm-grafana']) mkdirSync(join(host, folder), { recursive: true });
  const program = (name: string, text: string) => {
    writeFileSync(join(host, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(host, 'bin', name), 0o755);
  };
  for (const name of ['docker', 'systemctl', 'systemd-run', 'mount', 'umount', 'chown'])
    program(name, `exec "${emulatorPython}" -I "${STUBS}" ${name} "$@"`);
  program('python3', `exec "${emulatorPython}" -I "$@"`);
  writeFileSync(join(host, 'state.json'), JSON.stringify({ projects: {}, efs: { '10.0.0.1': join(host, 'efs') } }));
  path = join(host, 'grafana/grafana.db');
  sql(
    path,
    `create table user (id integer primary key, uid text, login text, email text, name text, password text, is_admin integer, is_disabled integer, is_service_account integer, updated text);
    create table resource (guid text, "group" text, resource text, name text, value text, resource_version integer);
    create table data_source (uid text, name text, version integer, updated text); create table alert_rule (uid text, title text, version integer, updated text, updated_by text);
    insert into user values (1, 'u1', 'kim', 'k@example.com', 'Kim', 'x', 1, 0, 0, '2026-01-01 00:00:00'), (2, 'u2', 'sa-1', '', '', '', 0, 0, 1, '2026-01-01 00:00:00');`,
  );
  save(path, 'd1', 'Orders', 1);
  save(path, 'd2', 'Loki', 2);
});

afterEach(() => {
  tell('open');
  rmSync(host, { recursive: true, force: true });
});

function python(code: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(emulatorPython, ['-c', code, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout : stderr;
}
const sql = (file: string, script: string) =>
  python(
    'import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1], timeout=0.2)\ndb.executescript(sys.argv[2])\ndb.close()',
    file,
    script,
  );
/** As Grafana 12 and later keep a dashboard: unified storage. */
function save(file: string, name: string, title: string, version: number): string {
  const value = JSON.stringify({
    metadata: {
      annotations: { 'grafana.app/updatedBy': 'user:u1', 'grafana.app/updatedTimestamp': '2030-01-01T10:00:00Z' },
    },
    spec: { title },
  });
  return sql(
    file,
    `delete from resource where name = '${name}'; insert into resource values ('g${version}', 'dashboard.grafana.app', 'dashboards', '${name}', '${value}', ${version});`,
  );
}
const titles = (file: string) =>
  python(
    'import sqlite3, sys, json\nprint(json.dumps(sorted(json.loads(row[0])["spec"]["title"] for row in sqlite3.connect(sys.argv[1]).execute("select value from resource"))))',
    file,
  ).trim();

const EFS = { address: '10.0.0.1', directory: '/lgtm-grafana', name: 'grafana.db' };
function tell(verb: GrafanaTask['verb'], more: Record<string, unknown> = {}): { answer?: unknown; error: string } {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', grafanaScript({ verb, path, ...more })], {
    encoding: 'utf8',
    env: { PATH: join(host, 'bin'), HOST_STATE: join(host, 'state.json') },
  });
  return { ...(status === 0 ? { answer: JSON.parse(stdout) as unknown } : {}), error: stderr };
}
const copied = () => readFileSync(join(host, 'efs/lgtm-grafana/grafana.db'));

test('a closed database refuses every writer and answers every reader until it is opened', () => {
  expect(tell('close')).toMatchObject({
    answer: { counts: { dashboards: 2, users: 1, dataSources: 0, alertRules: 0 } },
  });
  expect(save(path, 'd3', 'New', 3)).toContain('database is locked');
  expect(titles(path)).toBe('["Loki", "Orders"]');
  expect(tell('close')).toMatchObject({ error: '' });
  expect(tell('open')).toMatchObject({ answer: {} });
  expect(save(path, 'd3', 'New', 3)).toBe('');
  expect(tell('open')).toMatchObject({ answer: {} });
});

test('a copy is refused while somebody may write', () => {
  expect(tell('copy', EFS).error).toContain('takes writes again');
  expect(readdirSync(join(host, 'efs/lgtm-grafana'))).toEqual([]);
});

test('a database in WAL mode is copied whole, and its copy has no WAL, which NFS does not bear', () => {
  // a writer that stays keeps its last commits in the WAL
  const code = `import sqlite3, subprocess, sys
db = sqlite3.connect(sys.argv[1], timeout=0.2); db.execute('pragma journal_mode=wal'); db.execute("insert into alert_rule values ('r1', 'disk full', 1, '2026-01-01', 'u1')"); db.commit()
for step in sys.argv[2:]: print(subprocess.run(['/bin/sh', '-c', step], capture_output=True, text=True, env={'PATH': '${join(host, 'bin')}', 'HOST_STATE': '${join(host, 'state.json')}'}).stdout.strip())
try: db.execute("insert into alert_rule values ('r2', 'late', 1, '2026-01-01', 'u1')")
except sqlite3.OperationalError as error: print(error)`;
  const [, copy, late] = python(
    code,
    path,
    grafanaScript({ verb: 'close', path }),
    grafanaScript({ verb: 'copy', path, ...EFS }),
  )
    .trim()
    .split('\n');
  expect(late).toBe('database is locked');
  const { equal, sha256, copySha256, copied: counts } = JSON.parse(copy!) as GrafanaCopy;
  expect([equal, sha256 === copySha256, counts!.alertRules]).toEqual([true, true, 1]);
  expect([copied()[18], existsSync(join(host, 'efs/lgtm-grafana/grafana.db-wal'))]).toEqual([1, false]);
});

test('what is there already is set aside, and a repeated copy changes nothing', () => {
  writeFileSync(join(host, 'efs/lgtm-grafana/grafana.db'), 'edits of an earlier try');
  tell('close');
  const first = tell('copy', EFS).answer as GrafanaCopy;
  expect(first).toMatchObject({ equal: true, aside: expect.stringMatching(/^grafana\.db\.until-/) as string });
  expect(readFileSync(join(host, 'efs/lgtm-grafana', first.aside!), 'utf8')).toBe('edits of an earlier try');
  const bytes = copied();
  expect(tell('copy', EFS).answer).toMatchObject({ equal: true, aside: null });
  expect([copied().equals(bytes), readdirSync(join(host, 'efs/lgtm-grafana')).length]).toEqual([true, 2]);
});

test('edits are told by kind, name, who and when; what was there before is none, and a deletion is one', () => {
  tell('close');
  const { fingerprint } = tell('copy', EFS).answer as GrafanaCopy;
  const target = join(host, 'efs/lgtm-grafana/grafana.db');
  const list = (since: string) => tell('edits', { ...EFS, since, fingerprint }).answer as GrafanaEdits;
  expect(list('2029-01-01 00:00:00')).toMatchObject({ total: 0, edits: [], oldUnchanged: true });
  save(target, 'd1', 'Orders', 7);
  save(target, 'd9', 'Night shift', 8);
  sql(
    target,
    "delete from resource where name = 'd2'; insert into data_source values ('s1', 'provisioned', 1, '2028-01-01 00:00:00')",
  );
  expect(list('2029-01-01 00:00:00')).toMatchObject({
    total: 3,
    counts: { dashboards: 2, dataSources: 1 },
    edits: [
      { kind: 'dashboard', name: 'Orders', change: 'changed', by: 'kim', at: '2030-01-01 10:00:00' },
      { kind: 'dashboard', name: 'Night shift', change: 'created', by: 'kim', at: '2030-01-01 10:00:00' },
      { kind: 'dashboard', name: 'Loki', change: 'deleted', by: null, at: null },
    ],
  });
  tell('open');
  save(path, 'd2', 'Loki', 3);
  expect(list('2029-01-01 00:00:00').oldUnchanged).toBe(false);
});
