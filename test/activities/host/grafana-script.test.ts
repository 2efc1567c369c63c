import { writeFileSync } from 'node:fs';
import { grafanaScript } from '../../../src/activities/host/grafana-script';
import type { GrafanaCopy, GrafanaEdits } from '../../../src/contract/grafana';
import { GrafanaHost, runPython } from './grafana-host';

/** MaxDocumentSizeExceeded: SSM's limit, of which the document around the script takes some. */
const SSM_LIMIT = 64 * 1024;

let host: GrafanaHost;

beforeEach(() => {
  host = new GrafanaHost();
  host.save(host.path, 'd1', 'Orders', 1);
  host.save(host.path, 'd2', 'Loki', 2);
});

afterEach(() => host.remove());

test('a closed database refuses every writer and answers every reader until it is opened', () => {
  const closed = host.tell('close');
  expect(closed.answer).toEqual({
    counts: {
      dashboards: 2,
      users: 1,
      dataSources: 0,
      alertRules: 0,
    },
  });
  expect(host.save(host.path, 'd3', 'New', 3)).toBe('database is locked');
  expect(host.listTitles(host.path)).toEqual(['Loki', 'Orders']);
  const closedAgain = host.tell('close');
  expect(closedAgain.error).toBe('');
  const opened = host.tell('open');
  expect(opened.answer).toEqual({});
  expect(host.save(host.path, 'd3', 'New', 3)).toBe('');
  const openedAgain = host.tell('open');
  expect(openedAgain.answer).toEqual({});
});

test('a copy is refused while somebody may write', () => {
  const { error } = host.tell('copy');
  expect(error).toContain('takes writes again');
  expect(host.listEfs()).toEqual([]);
});

test('a database in WAL mode is copied whole, and its copy has no WAL, which NFS can not serve', () => {
  // a writer that stays keeps its last commits in the WAL
  const code = `
import json, sqlite3, subprocess, sys
path, environment, *scripts = sys.argv[1:]
db = sqlite3.connect(path, timeout=0.2)
db.execute('pragma journal_mode=wal')
db.execute("insert into alert_rule values ('r1', 'disk full', 1, '2026-01-01', 'u1')")
db.commit()
for script in scripts:
    done = subprocess.run(['/bin/sh', '-c', script], capture_output=True, text=True, env=json.loads(environment))
    print(done.stdout.strip())
try:
    db.execute("insert into alert_rule values ('r2', 'late', 1, '2026-01-01', 'u1')")
except sqlite3.OperationalError as error:
    print(error)
`;
  const environment = JSON.stringify(host.environment);
  const scripts = [host.script('close'), host.script('copy')];
  const output = runPython(code, host.path, environment, ...scripts);
  const [, copied, late] = output.split('\n') as [string, string, string];
  expect(late).toBe('database is locked');
  const copy = JSON.parse(copied) as GrafanaCopy;
  expect(copy.equal).toBe(true);
  expect(copy.copySha256).toBe(copy.sha256);
  expect(copy.copied?.alertRules).toBe(1);
  // byte 18 of SQLite's header: 1 is a rollback journal, 2 a WAL
  expect(host.readEfs('grafana.db')[18]).toBe(1);
  expect(host.listEfs()).toEqual(['grafana.db']);
});

test('what is there already is set aside, and a repeated copy changes nothing', () => {
  writeFileSync(host.target, 'edits of an earlier try');
  host.tell('close');
  const { equal, aside } = host.tell('copy').answer as GrafanaCopy;
  expect(equal).toBe(true);
  expect(aside).toMatch(/^grafana\.db\.until-/);
  expect(host.readEfs(aside!).toString()).toBe('edits of an earlier try');
  const bytes = host.readEfs('grafana.db');
  const repeated = host.tell('copy');
  expect(repeated.answer).toMatchObject({
    equal: true,
    aside: null,
  });
  expect(host.readEfs('grafana.db').equals(bytes)).toBe(true);
  expect(host.listEfs()).toHaveLength(2);
});

test('edits in the copy are told by kind, name, who and when, and whether the old one was edited too', () => {
  host.tell('close');
  const { fingerprint } = host.tell('copy').answer as GrafanaCopy;
  const since = '2029-01-01 00:00:00';
  const listEdits = () => {
    const { answer } = host.tell('edits', {
      since,
      fingerprint,
    });
    return answer as GrafanaEdits;
  };
  expect(listEdits()).toMatchObject({
    total: 0,
    edits: [],
    oldUnchanged: true,
  });
  host.save(host.target, 'd1', 'Orders', 7);
  host.runSql(host.target, "delete from resource where name = 'd2'");
  expect(listEdits()).toMatchObject({
    total: 2,
    counts: { dashboards: 1 },
    edits: [
      {
        kind: 'dashboard',
        name: 'Orders',
        change: 'changed',
        by: 'kim',
        at: '2030-01-01 10:00:00',
      },
      {
        kind: 'dashboard',
        name: 'Loki',
        change: 'deleted',
        by: null,
        at: null,
      },
    ],
  });
  host.tell('open');
  host.save(host.path, 'd2', 'Loki', 3);
  expect(listEdits().oldUnchanged).toBe(false);
});

test('every program is short enough for SSM', () => {
  for (const verb of ['look', 'close', 'copy'] as const) {
    const script = grafanaScript({
      verb,
      path: '/var/lib/grafana/grafana.db',
    });
    expect(script.length).toBeLessThan(SSM_LIMIT / 2);
  }
});

test('a quote in what is asked for does not end the argument', () => {
  const path = "/it's/grafana.db";
  const { error } = host.tell('count', {
    path,
    name: "it's.db",
  });
  expect(error).toMatch(/unable to open database file/);
});
