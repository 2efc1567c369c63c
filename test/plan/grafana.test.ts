import { makeDefinition, type AccountFacts } from '../../src/plan/definition';
import { listProblems, planWith, SHORT } from './plan';

/** Without file and line. */
function listGrafanaProblems(more: string): string[] {
  const problems = listProblems(SHORT + more);
  return problems.map((problem) => problem.replace(/^\S+ +/, ''));
}

const MOVE_TO_EFS = `grafana:
  database: move
  target: { efs: fs-0123456789abcdef0 }
`;

const MOVE_TO_POSTGRES = `grafana:
  database: move
  target: { database: postgres }
`;

test('a move needs a target', () => {
  expect(listGrafanaProblems('grafana: { database: move }')).toEqual([
    'grafana.target   move needs a target; give it efs: fs-… or database: postgres',
  ]);
});

test('SQLite on EFS allows one writer and no other database', () => {
  const services = `services:
  grafana:
    count: 2
    environment:
      GF_DATABASE_HOST: db
      GF_DATABASE_WAL: "true"
    deployment:
      minimumHealthyPercent: 100
      maximumPercent: 200
`;
  const problems = listGrafanaProblems(MOVE_TO_EFS + services);
  const place = 'where the database is /var/lib/grafana/grafana.db; take it out';
  expect(problems).toEqual([
    'services.grafana.count   SQLite on EFS allows one writer; set services.grafana.count to 1',
    `services.grafana.environment.GF_DATABASE_HOST   GF_DATABASE_HOST does not go with grafana.target.efs, ${place}`,
    "services.grafana.environment.GF_DATABASE_WAL   SQLite's WAL does not work over NFS; take it out",
    expect.stringMatching(/^services\.grafana\.deployment\.maximumPercent   .* two tasks run during a deployment/),
  ]);
});

test('a new task of Grafana answers before the old one stops, but where SQLite on EFS allows one writer', () => {
  const read = (more: string) => planWith(more).services['grafana']!.deployment;
  const beside = {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
  };
  expect(read('')).toEqual(beside);
  expect(read(MOVE_TO_POSTGRES + 'services: { grafana: { environment: { GF_DATABASE_TYPE: postgres } } }\n')).toEqual(
    beside,
  );
  expect(read(MOVE_TO_EFS)).toEqual({
    minimumHealthyPercent: 0,
    maximumPercent: 100,
  });
});

test('a target that is another database is one that the service names', () => {
  const [problem] = listGrafanaProblems(MOVE_TO_POSTGRES);
  expect(problem).toContain('the target is postgres, and services.grafana.environment has no GF_DATABASE_TYPE');
});

describe('on EFS', () => {
  const facts: AccountFacts = {
    image: 'x',
    executionRole: 'e',
    taskRole: 't',
    secrets: {},
  };
  const moved = planWith(MOVE_TO_EFS);

  test("Grafana's task mounts its folder", () => {
    expect(makeDefinition(moved, 'grafana', 'off', facts)).toMatchObject({
      volume: {
        fileSystem: 'fs-0123456789abcdef0',
        directory: '/lgtm-grafana',
        path: '/var/lib/grafana',
      },
      environment: { GF_DATABASE_TYPE: 'sqlite3' },
    });
  });

  test('no other task does', () => {
    expect(makeDefinition(moved, 'loki', 'off', facts).volume).toBeUndefined();
  });

  test('nor does a Grafana whose database is shared', () => {
    const { environment } = makeDefinition(planWith(), 'grafana', 'off', facts);
    expect(environment).not.toHaveProperty('GF_DATABASE_TYPE');
  });
});
