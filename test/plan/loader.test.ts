import { parsePlan } from '../../src/plan/loader';
import { listHostNames } from '../../src/plan/names';
import { planSchema } from '../../src/plan/schema';
import { listProblems, SHORT } from './plan';

const parseShort = (more = '') => parsePlan(SHORT + more, 'migration.yaml');

describe('a short plan means what the plan document says', () => {
  const plan = parseShort();

  test('sizes and counts', () => {
    const sizes = Object.entries(plan.services).map(([name, service]) => {
      const { cpu, memory, count } = service;
      return `${name} ${cpu} ${memory} ${count}`;
    });
    expect(sizes).toEqual([
      'mimir 2 4 3',
      'loki 1 2 2',
      'tempo 1 2 1',
      'pyroscope 1 2 1',
      'grafana 0.5 1 1',
      'alloy 0.5 1 1',
    ]);
  });

  test('names', () => {
    expect(plan).toMatchObject({
      cluster: 'lgtm-cluster',
      namespace: 'lgtm.local',
      loadBalancer: { name: 'lgtm-alb' },
      bucket: 'sys-lgtm-s3',
      network: { taskSecurityGroup: 'lgtm-ecs-sg' },
      roles: { task: 'lgtmTaskRole' },
    });
  });

  test('weights and a week', () => {
    expect(plan).toMatchObject({
      shift: {
        weights: [10, 50, 100],
        bake: '1h',
      },
      decommission: { hold: '7d' },
    });
  });
});

test('a checked plan is a valid plan again', () => {
  const plan = parseShort();
  expect(planSchema.parse(plan)).toEqual(plan);
});

test('every error comes at once, with line, path and the way out', () => {
  const more = `regoin: x
services:
  mimir:
    cpu: 3
shift:
  weights: [50, 10]
  bake: 1 hour
`;
  expect(listProblems(SHORT + more)).toEqual([
    'migration.yaml:8  regoin   unknown key; did you mean region?',
    'migration.yaml:11  services.mimir.cpu   3 is not a Fargate size; with 4 GB of memory take 0.5, 1 or 2',
    'migration.yaml:13  shift.weights.1   10 does not rise above 50; weights only go up',
    'migration.yaml:13  shift.weights   the weights end at 10; the last one must be 100',
    'migration.yaml:14  shift.bake   "1 hour" is not a duration; write 90s, 10m, 1h or 7d',
  ]);
});

test('weights that do not rise to 100 are named', () => {
  const more = `shift:
  weights: [50, 10, 90]
`;
  expect(listProblems(SHORT + more)).toEqual([
    'migration.yaml:9  shift.weights.1   10 does not rise above 50; weights only go up',
    'migration.yaml:9  shift.weights   the weights end at 90; the last one must be 100',
  ]);
});

describe('a size that Fargate does not offer is refused with what it takes', () => {
  const SIZES = [
    ['{ memory: 3 }', 'memory   3 GB does not go with 2 vCPU; take 4 to 16 GB in steps of 1'],
    ['{ cpu: 8, memory: 18 }', 'memory   18 GB does not go with 8 vCPU; take 16 to 60 GB in steps of 4'],
    ['{ cpu: 3, memory: 120 }', 'cpu   3 is not a Fargate size; with 120 GB of memory take 16'],
    ['{ cpu: 3, memory: 130 }', 'cpu   3 is not a Fargate size; take one of 0.25, 0.5, 1, 2, 4, 8, 16'],
  ];

  test.each(SIZES)('%s', (mimir, problem) => {
    const more = `services:
  mimir: ${mimir}
`;
    expect(listProblems(SHORT + more)).toEqual([`migration.yaml:9  services.mimir.${problem}`]);
  });
});

test('a key that is like no other is answered with those that are known there', () => {
  const more = `logs:
  colour: red
`;
  expect(listProblems(SHORT + more)).toEqual([
    'migration.yaml:9  logs.colour   unknown key; known here are prefix, retentionDays',
  ]);
});

test('names that stand twice are refused', () => {
  const more = `records:
  - { name: grafana.example.com, service: grafana }
  - { name: grafana.example.com, service: grafana }
services:
  loki: { repository: lgtm-mimir }
`;
  expect(listProblems(SHORT + more)).toEqual([
    'migration.yaml:10  records.1.name   grafana.example.com is listed twice in Z0123456789ABC; ' +
      'a name of two hosted zones is two records, each with its zone',
    'migration.yaml:12  services.loki.repository   another service has the repository lgtm-mimir too',
  ]);
});

test('a name moves in each zone that has it, to the same service', () => {
  const inside = (service: string) => `records:
  - { name: grafana.example.com, service: grafana }
  - { name: grafana.example.com, zone: Z0PRIVATE, service: ${service} }
services:
  mimir: { expose: { public: true } }
`;
  expect(listProblems(SHORT + inside('grafana'))).toEqual([]);
  expect(listHostNames(parseShort(inside('grafana')), 'grafana', parseShort('').services['grafana']!)).toEqual([
    'grafana.example.com',
  ]);
  expect(listProblems(SHORT + inside('mimir'))).toEqual([
    'migration.yaml:10  records.1.service   grafana.example.com leads to grafana in one zone and to mimir in ' +
      'another; a load balancer sends a name to one service',
  ]);
});

test('a secret that the plan does not have is refused', () => {
  const more = `services:
  loki: { secrets: { TOKEN: "lgtm/keys:TOKEN" } }
`;
  const problem = "lgtm/keys:TOKEN is not one of the plan's secrets; add it under secrets";
  expect(listProblems(SHORT + more)).toEqual([`migration.yaml:9  services.loki.secrets   ${problem}`]);
});

test('a record of a service that is not there is refused', () => {
  const more = `records:
  - name: dash.example.com
    service: kibana
`;
  const known = 'mimir, loki, tempo, pyroscope, grafana, alloy';
  expect(listProblems(SHORT + more)).toEqual([
    `migration.yaml:10  records.0.service   there is no service kibana; take one of ${known}`,
  ]);
});

describe('a record of a service that only the VPC reaches', () => {
  const records = `records:
  - name: mimir.example.com
    service: mimir
`;
  const internal = `loadBalancer:
  scheme: internal
`;

  test('is refused at an internet-facing load balancer', () => {
    const problem = [
      "mimir is served only to the VPC's address range,",
      'and nobody comes to an internet-facing load balancer from there;',
      'set services.mimir.expose.public: true, or name who may come in services.mimir.expose.from,',
      'or set loadBalancer.scheme: internal',
    ].join(' ');
    expect(listProblems(SHORT + records)).toEqual([`migration.yaml:10  records.0.service   ${problem}`]);
  });

  test('is accepted where the plan names who may come', () => {
    const from = 'services: { mimir: { expose: { from: [203.0.113.0/24] } } }\n';
    expect(listProblems(SHORT + records + from)).toEqual([]);
  });

  test('is accepted at an internal one', () => {
    expect(listProblems(SHORT + records + internal)).toEqual([]);
  });
});

test('every name that moves to a service has a rule of its own there', () => {
  const more = `records:
  - name: dash.example.com
    service: grafana
`;
  const plan = parseShort(more);
  const grafana = plan.services['grafana']!;
  expect(listHostNames(plan, 'grafana', grafana)).toEqual(['grafana.example.com', 'dash.example.com']);
});

test('what a listener rule would not take is refused', () => {
  const more = `services:
  mimir:
    expose:
      paths: [/a, /b, /c, /d]
`;
  const found = '["/a","/b","/c","/d"]';
  const problem = 'a listener rule takes 5 values: the host, an address range and 3 paths';
  expect(listProblems(SHORT + more)).toEqual([`migration.yaml:11  services.mimir.expose.paths   ${found}: ${problem}`]);
});

test('what CloudWatch would not take is refused', () => {
  const more = `analysis:
  period: 90s
`;
  expect(listProblems(SHORT + more)).toEqual([
    'migration.yaml:9  analysis.period   CloudWatch takes 1s, 5s, 10s, 20s, 30s or whole minutes, not 90s',
  ]);
});

test('two services do not answer on one host name', () => {
  const more = `services:
  mimir:
    expose:
      host: grafana.example.com
`;
  expect(listProblems(SHORT + more)).toEqual([
    expect.stringMatching(/ another service has the host grafana\.example\.com too$/),
  ]);
});

test('what is missing is said to be missing', () => {
  const problems = listProblems('name: lgtm-prd\n');
  expect(problems).toEqual([
    'migration.yaml:1  domain   is missing; give it a string',
    'migration.yaml:1  hostedZone   is missing; give it a string',
    'migration.yaml:1  certificate   is missing; give it a string',
    'migration.yaml:1  source   is missing; give it an object',
  ]);
});

test('YAML that can not be read is an error with its line', () => {
  const [problem] = listProblems('name: a\nname: b\n');
  expect(problem).toMatch(/^migration\.yaml:2 {2}Map keys must be unique/);
});

test('what the parser can not read it does not repeat as a whole', () => {
  const [, problem] = listProblems(`name: a\n]\n${'x'.repeat(5000)}\n`);
  expect(problem).toMatch(/^migration\.yaml:\d {2}Unexpected scalar.{280,290}…$/);
});

test('a signal set to null is dropped', () => {
  const more = `analysis:
  signals:
    log-delay: null
`;
  const { signals } = parseShort(more).analysis;
  expect(signals).not.toHaveProperty('log-delay');
});

test('a metric that its source does not know is refused, whatever else is wrong', () => {
  const more = `analysis:
  signals:
    latency:
      metric: p99
    errors:
      unit: furlongs
`;
  const [metric, ...others] = listProblems(SHORT + more);
  expect(metric).toBe(
    'migration.yaml:11  analysis.signals.latency.metric   ' +
      'load-balancer has no metric p99; take one of 5xx-share, p95, healthy-hosts',
  );
  expect(others).toEqual([expect.stringContaining('analysis.signals.errors.unit')]);
});
