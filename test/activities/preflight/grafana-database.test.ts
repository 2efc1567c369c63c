import { judgeMovable, judgeShared } from '../../../src/activities/preflight/grafana-database';
import type { GrafanaSettings } from '../../../src/activities/preflight/grafana-settings';
import { judgeVersion } from '../../../src/activities/preflight/grafana-version';
import { planWith } from '../../plan/plan';

const SQLITE: GrafanaSettings = {
  there: true,
  version: '13.2.3',
  type: 'sqlite3',
  host: null,
  name: null,
  key: '',
  path: '/vol/grafana.db',
  found: true,
  missing: [],
  called: [],
  watching: [],
  watchingCount: 0,
};
const POSTGRES: GrafanaSettings = {
  ...SQLITE,
  type: 'postgres',
  host: 'DB.example.com:5432',
  name: 'grafana',
  path: null,
};

/** @param environment of the plan's Grafana, in YAML's short form */
function share(settings: GrafanaSettings, environment: string): string {
  const service = `grafana: { environment: { ${environment} } }`;
  const plan = planWith(`services: { ${service} }\n`);
  const { message } = judgeShared(plan, 'i-1', settings);
  return message;
}

function move(settings: Partial<GrafanaSettings>, grafanas = 1): string {
  const all = { ...SQLITE, ...settings };
  const { message } = judgeMovable('i-1', all, grafanas);
  return message;
}

describe('a database is shared', () => {
  const SAME = 'GF_DATABASE_TYPE: postgres, GF_DATABASE_HOST: db.example.com';

  test('where both sides name the same, whatever they write of its port', () => {
    expect(share(POSTGRES, SAME)).toBe('both use postgres at db.example.com');
  });

  test('not where the plan names another one', () => {
    const other = `${SAME}, GF_DATABASE_NAME: other`;
    expect(share(POSTGRES, other)).toBe(
      "the host's Grafana uses postgres at DB.example.com:5432, database grafana; " +
        'the plan says postgres at db.example.com, database other',
    );
  });

  const ON_HOST = ['localhost:5432', '127.0.0.1', 'host.docker.internal', 'postgres'];
  test.each(ON_HOST)('not where it is %s', (host) => {
    const message = share({ ...POSTGRES, host }, SAME);
    expect(message).toBe(`Grafana's database ${host} is on i-1 and goes with it`);
  });

  test('not where it is SQLite', () => {
    expect(share(SQLITE, SAME)).toContain('in SQLite, /vol/grafana.db, which the new one can');
  });
});

describe('a SQLite can move', () => {
  test('where it is a file on the one host that has it', () => {
    expect(move({})).toBe('/vol/grafana.db on i-1 can be made read-only and copied');
  });

  test.each<[string, Partial<GrafanaSettings>]>([
    ['i-1 has no mount.nfs4', { missing: ['mount', 'mount.nfs4'] }],
    ['/vol/grafana.db is not on i-1', { found: false }],
    ["Grafana's SQLite lies in the container's own layer", { path: null }],
  ])('not where %s', (message, settings) => {
    expect(move(settings)).toBe(message);
  });

  test('not where two hosts have one each', () => {
    expect(move({}, 2)).toBe('2 hosts run a Grafana, each with a SQLite of its own');
  });
});

describe('the version on ECS', () => {
  const OURS = 'images: { builder: docker }\n';
  const SOMEBODYS = 'images: { builder: none }\n';

  function levelOf(version: string | null, planned: string): string {
    const settings = { ...SQLITE, version };
    const { level } = judgeVersion(planWith(planned), settings);
    return level;
  }

  test("passes with another build of the host's", () => {
    expect(levelOf('13.2.3+security-01', OURS)).toBe('pass');
  });

  test('fails where it is another one', () => {
    expect(levelOf('13.1.0', OURS)).toBe('fail');
  });

  test("is unknown where neither the plan nor our own Dockerfile says it, or the host's is silent", () => {
    expect(levelOf('13.1.0', SOMEBODYS)).toBe('warn');
    expect(levelOf(null, OURS)).toBe('warn');
  });
});
