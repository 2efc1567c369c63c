import { parsePlan, PlanError } from '../../src/plan/loader';
import { definitionOf } from '../../src/plan/definition';

const plan = (text: string) =>
  parsePlan(
    `name: lgtm-prd
domain: example.com
hostedZone: Z0123456789ABC
certificate: arn:aws:acm:ap-northeast-2:123456789012:certificate/1
source: { instances: [i-0123456789abcdef0], composeDirectory: /opt/lgtm }
${text}
`,
    'migration.yaml',
  );
function problems(text: string): string[] {
  try {
    plan(text);
  } catch (error) {
    if (error instanceof PlanError) return error.problems.map((problem) => problem.replace(/^\S+ +/, ''));
    throw error;
  }
  return [];
}

test('a move needs a target, and SQLite on EFS bears one writer and no other database', () => {
  expect(problems('grafana: { database: move }')).toEqual([
    'grafana.target   move needs a target; give it efs: fs-… or database: postgres',
  ]);
  expect(
    problems(
      'grafana: { database: move, target: { efs: fs-0123456789abcdef0 } }\nservices: { grafana: { count: 2, environment: { GF_DATABASE_HOST: db, GF_DATABASE_WAL: "true" }, deployment: { minimumHealthyPercent: 100, maximumPercent: 200 } } }',
    ),
  ).toEqual([
    expect.stringContaining(
      'services.grafana.environment.GF_DATABASE_HOST   GF_DATABASE_HOST does not go with grafana.target.efs',
    ),
    expect.stringContaining("SQLite's WAL does not work over NFS"),
    expect.stringContaining('services.grafana.count   SQLite on EFS bears one writer; set services.grafana.count to 1'),
    expect.stringContaining('services.grafana.deployment.maximumPercent'),
  ]);
  expect(problems('grafana: { database: move, target: { database: postgres } }')[0]).toContain(
    'the target is postgres, and services.grafana.environment has no GF_DATABASE_TYPE',
  );
});

test("on EFS the task mounts its folder, and only Grafana's does", () => {
  const moved = plan('grafana: { database: move, target: { efs: fs-0123456789abcdef0 } }');
  const facts = { image: 'x', executionRole: 'e', taskRole: 't', secrets: {} };
  expect(definitionOf(moved, 'grafana', 'off', facts)).toMatchObject({
    volume: { fileSystem: 'fs-0123456789abcdef0', directory: '/lgtm-grafana', path: '/var/lib/grafana' },
    environment: { GF_DATABASE_TYPE: 'sqlite3' },
  });
  expect(definitionOf(moved, 'loki', 'off', facts).volume).toBeUndefined();
  expect(definitionOf(plan(''), 'grafana', 'off', facts).environment).not.toHaveProperty('GF_DATABASE_TYPE');
});
