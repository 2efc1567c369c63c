import { hostsOf } from '../../src/plan/names';
import { parsePlan, PlanError } from '../../src/plan/loader';
import { planSchema } from '../../src/plan/schema';

const SHORT = `name: lgtm-prd
domain: example.com
hostedZone: Z0123456789ABC
certificate: arn:aws:acm:ap-northeast-2:123456789012:certificate/1
source:
  instances: [i-0123456789abcdef0]
  composeDirectory: /opt/lgtm
`;

function problems(text: string): string[] {
  try {
    parsePlan(text, 'migration.yaml');
  } catch (error) {
    if (error instanceof PlanError) return error.problems;
    throw error;
  }
  return [];
}

test('a short plan means what the plan document says', () => {
  const plan = parsePlan(SHORT, 'migration.yaml');
  const sizes = Object.entries(plan.services).map(
    ([name, { cpu, memory, count }]) => `${name} ${cpu} ${memory} ${count}`,
  );
  expect(sizes).toEqual([
    'mimir 2 4 3',
    'loki 1 2 2',
    'tempo 1 2 1',
    'pyroscope 1 2 1',
    'grafana 0.5 1 1',
    'alloy 0.5 1 1',
  ]);
  expect([
    plan.cluster,
    plan.namespace,
    plan.loadBalancer.name,
    plan.bucket,
    plan.network.taskSecurityGroup,
    plan.roles.task,
  ]).toEqual(['lgtm-cluster', 'lgtm.local', 'lgtm-alb', 'sys-lgtm-s3', 'lgtm-ecs-sg', 'lgtmTaskRole']);
  expect([plan.shift.weights, plan.shift.bake, plan.decommission.hold]).toEqual([[10, 50, 100], '1h', '7d']);
});

test('a checked plan is a valid plan again', () => {
  const plan = parsePlan(SHORT, 'migration.yaml');
  expect(planSchema.parse(plan)).toEqual(plan);
});

test('every error comes at once, with line, path and the way out', () => {
  expect(
    problems(`${SHORT}regoin: x
services:
  mimir:
    cpu: 3
shift:
  weights: [50, 10]
  bake: 1 hour
`),
  ).toEqual([
    'migration.yaml:8  regoin   unknown key; did you mean region?',
    'migration.yaml:11  services.mimir.cpu   3 is not a Fargate size; with 4 GB of memory take 0.5, 1 or 2',
    'migration.yaml:13  shift.weights.1   10 does not rise above 50; weights only go up',
    'migration.yaml:13  shift.weights   the weights end at 10; the last one must be 100',
    'migration.yaml:14  shift.bake   "1 hour" is not a duration; write 90s, 10m, 1h or 7d',
  ]);
});

test('weights that do not rise to 100 are named', () => {
  expect(problems(`${SHORT}shift:\n  weights: [50, 10, 90]\n`)).toEqual([
    'migration.yaml:9  shift.weights.1   10 does not rise above 50; weights only go up',
    'migration.yaml:9  shift.weights   the weights end at 90; the last one must be 100',
  ]);
});

test('memory that Fargate does not offer with a cpu size is refused with what it takes', () => {
  expect(problems(`${SHORT}services:\n  mimir:\n    memory: 3\n`)).toEqual([
    'migration.yaml:10  services.mimir.memory   3 GB does not go with 2 vCPU; take 4 to 16 GB in steps of 1',
  ]);
});

test('a record of a service that is not there is refused', () => {
  expect(problems(`${SHORT}records:\n  - name: dash.example.com\n    service: kibana\n`)).toEqual([
    'migration.yaml:10  records.0.service   there is no service kibana; take one of mimir, loki, tempo, pyroscope, grafana, alloy',
  ]);
});

test('a record of a service that only the VPC reaches is refused at an internet-facing load balancer', () => {
  const records = 'records:\n  - name: mimir.example.com\n    service: mimir\n';
  expect(problems(`${SHORT}${records}`)).toEqual([
    "migration.yaml:10  records.0.service   mimir is served only to the VPC's address range, and nobody comes to an internet-facing load balancer from there; set services.mimir.expose.public: true, or loadBalancer.scheme: internal",
  ]);
  expect(problems(`${SHORT}${records}loadBalancer:\n  scheme: internal\n`)).toEqual([]);
});

test('every name that moves to a service has a rule of its own there', () => {
  const plan = parsePlan(`${SHORT}records:\n  - name: dash.example.com\n    service: grafana\n`, 'm');
  expect(hostsOf(plan, 'grafana', plan.services['grafana']!)).toEqual(['grafana.example.com', 'dash.example.com']);
});

test('what a listener rule or CloudWatch would not take is refused', () => {
  expect(
    problems(`${SHORT}services:\n  mimir:\n    expose:\n      paths: [/a, /b, /c, /d]\nanalysis:\n  period: 90s\n`),
  ).toEqual([
    'migration.yaml:11  services.mimir.expose.paths   ["/a","/b","/c","/d"]: a listener rule bears 5 values: the host, an address range and 3 paths',
    'migration.yaml:13  analysis.period   CloudWatch takes 1s, 5s, 10s, 20s, 30s or whole minutes, not 90s',
  ]);
  expect(problems(`${SHORT}services:\n  mimir:\n    expose:\n      host: grafana.example.com\n`)).toEqual([
    expect.stringMatching(/ another service has the host grafana\.example\.com too$/),
  ]);
});

test('what is missing is said to be missing', () => {
  expect(problems('name: lgtm-prd\n')).toEqual(
    expect.arrayContaining([
      'migration.yaml:1  domain   is missing; give it a string',
      'migration.yaml:1  source   is missing; give it an object',
    ]),
  );
});

test('YAML that can not be read is an error with its line', () => {
  expect(problems('name: a\nname: b\n')[0]).toMatch(/^migration\.yaml:2 {2}Map keys must be unique/);
});

test('a signal set to null is dropped', () => {
  expect(parsePlan(`${SHORT}analysis:\n  signals:\n    log-delay: null\n`, 'm').analysis.signals).not.toHaveProperty(
    'log-delay',
  );
});

test('a metric that its source does not know is refused', () => {
  expect(problems(`${SHORT}analysis:\n  signals:\n    latency:\n      metric: p99\n`)).toEqual([
    'migration.yaml:11  analysis.signals.latency.metric   load-balancer has no metric p99; take one of 5xx-share, p95, healthy-hosts',
  ]);
});
