import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorPython } from '../../../lab/tools';
import { grafanaScript, type GrafanaTask } from '../../../src/activities/host/grafana-script';

const ROOT = join(__dirname, '../../..');
/** One of the emulator's programs, in a Python of its own. */
const RUN = [
  `import sys; sys.path.insert(0, "${ROOT}")`,
  'from emulator.stubs.programs import run',
  'run(sys.argv[1], sys.argv[2:])',
].join('; ');
const EMULATED = ['docker', 'systemctl', 'systemd-run', 'mount', 'umount', 'chown'];
const ADDRESS = '10.0.0.1';
const FOLDER = '/lgtm-grafana';
/** As far as the programs read it, of Grafana 12 and later. */
const SCHEMA = `
  create table user (
    id integer primary key, uid text, login text, email text, name text, password text,
    is_admin integer, is_disabled integer, is_service_account integer, updated text
  );
  create table resource (
    guid text, "group" text, resource text, name text, value text, resource_version integer
  );
  create table data_source (uid text, name text, version integer, updated text);
  create table alert_rule (uid text, title text, version integer, updated text, updated_by text);
  insert into user values
    (1, 'u1', 'kim', 'k@example.com', 'Kim', 'x', 1, 0, 0, '2026-01-01 00:00:00'),
    (2, 'u2', 'sa-1', '', '', '', 0, 0, 1, '2026-01-01 00:00:00');
`;
const RUN_SQL = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=0.2)
try:
    db.executescript(sys.argv[2])
except sqlite3.OperationalError as error:
    print(error)
db.close()
`;
const PRINT_TITLES = `
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("select value from resource")
print(json.dumps(sorted(json.loads(row[0])["spec"]["title"] for row in rows)))
`;

/** What a program printed, or its last words. */
export interface Told {
  answer?: unknown;
  error: string;
}

/** A host with the emulator's programs, a Grafana database, and a folder that stands for EFS. */
export class GrafanaHost {
  private readonly root = mkdtempSync(join(tmpdir(), 'lgtm-migrate-host-'));
  readonly path = join(this.root, 'grafana/grafana.db');
  readonly efs = join(this.root, 'efs', FOLDER);
  /** where a copy goes */
  readonly target = join(this.efs, 'grafana.db');

  constructor() {
    for (const folder of ['bin', 'grafana', `efs${FOLDER}`]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    for (const name of EMULATED) {
      this.install(name, `exec "${emulatorPython}" -I -c '${RUN}' ${name} "$@"`);
    }
    this.install('python3', `exec "${emulatorPython}" -I "$@"`);
    this.keepState({});
    this.runSql(this.path, SCHEMA);
  }

  /** A Compose project with a Grafana in it. @param container what the emulator's docker tells of it, over its own */
  runGrafana(composeDirectory: string, container: Record<string, unknown>): void {
    const grafana = {
      image: 'grafana/grafana:13.2.3',
      ports: [],
      state: 'running',
      ...container,
    };
    this.keepState({
      [composeDirectory]: {
        services: { grafana },
      },
    });
  }

  private keepState(projects: Record<string, unknown>): void {
    const state = {
      projects,
      efs: { [ADDRESS]: join(this.root, 'efs') },
    };
    writeFileSync(join(this.root, 'state.json'), JSON.stringify(state));
  }

  private install(name: string, command: string): void {
    const path = join(this.root, 'bin', name);
    writeFileSync(path, `#!/bin/sh\n${command}\n`);
    chmodSync(path, 0o755);
  }

  /** Ends the lock, too. */
  remove(): void {
    this.tell('open');
    rmSync(this.root, {
      recursive: true,
      force: true,
    });
  }

  get environment(): Record<string, string> {
    return {
      PATH: join(this.root, 'bin'),
      HOST_STATE: join(this.root, 'state.json'),
    };
  }

  script(verb: GrafanaTask['verb'], more: Record<string, unknown> = {}): string {
    const place = {
      address: ADDRESS,
      directory: FOLDER,
      name: 'grafana.db',
    };
    return grafanaScript({
      verb,
      path: this.path,
      ...place,
      ...more,
    });
  }

  /** Runs a program as SSM does. */
  tell(verb: GrafanaTask['verb'], more: Record<string, unknown> = {}): Told {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', this.script(verb, more)], {
      encoding: 'utf8',
      env: this.environment,
    });
    if (status !== 0) return { error: stderr };
    return {
      answer: JSON.parse(stdout),
      error: stderr,
    };
  }

  /** @returns what SQLite says where it refuses */
  runSql(file: string, script: string): string {
    return runPython(RUN_SQL, file, script);
  }

  /** Saves a dashboard as kim does in 2030. */
  save(file: string, name: string, title: string, version: number): string {
    const annotations = {
      'grafana.app/updatedBy': 'user:u1',
      'grafana.app/updatedTimestamp': '2030-01-01T10:00:00Z',
    };
    const value = JSON.stringify({
      metadata: { annotations },
      spec: { title },
    });
    const columns = `'g', 'dashboard.grafana.app', 'dashboards', '${name}', '${value}', ${version}`;
    return this.runSql(
      file,
      `delete from resource where name = '${name}';
      insert into resource values (${columns});`,
    );
  }

  listTitles(file: string): string[] {
    return JSON.parse(runPython(PRINT_TITLES, file)) as string[];
  }

  listEfs(): string[] {
    return readdirSync(this.efs);
  }

  readEfs(name: string): Buffer {
    return readFileSync(join(this.efs, name));
  }
}

/** @returns what it printed */
export function runPython(code: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(emulatorPython, ['-c', code, ...args], { encoding: 'utf8' });
  return `${stdout}${stderr}`.trim();
}
