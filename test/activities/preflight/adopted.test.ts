import { labPlan } from '../../../lab/plan';
import { ByHand } from './by-hand';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

let world: PreflightWorld;
let byHand: ByHand;

beforeEach(async () => {
  world = await startWorld('adopted');
  byHand = new ByHand(world.config);
});
afterEach(() => world.emulator.stop());

/** `targetgroup/<name>/<id>` without the id, which is another one each time. */
const withoutIds = (message: string) => message.replace(/(targetgroup\/[\w-]+)\/\w+/, '$1');

test('what was made by hand and differs in a way that matters is a conflict, each with its fix', async () => {
  expect(failures(await world.preflight())).toEqual([]);
  const [instanceId] = world.emulator.account.instanceIds as [string];
  await byHand.changeCertificate();
  await byHand.changeHealthPath('lgtm-loki-tg', '/');
  await byHand.pointRule('grafana.example.com', 'lgtm-loki-tg');
  await byHand.remakeDiscovery('mimir');
  await byHand.makeService('tempo', { networkConfiguration: await byHand.findNetwork() });
  await byHand.markHost(instanceId, 'lgtm-migrate-other');

  const findings = await world.preflight();
  const messages = failures(findings).map(withoutIds);
  expect(messages).toHaveLength(8);
  expect(messages).toEqual(
    expect.arrayContaining([
      "port 443 of lgtm-alb does not have the plan's certificate",
      'lgtm-loki-tg asks / for health, loki answers on /ready',
      'a rule of lgtm-alb leads to lgtm-loki-tg, in which loki puts no task since the plan lets nobody come to it: ' +
        'Route 53 takes a balancer with an empty group for unhealthy',
      expect.stringMatching(/^rule \d of lgtm-alb \(host grafana.example.com\) leads to lgtm-loki-tg, where grafana/),
      'discovery service mimir.lgtm.local is A TTL 60, WEIGHTED; it must be A TTL 10, MULTIVALUE',
      "service tempo is somebody else's and has no discovery service: nobody would reach it",
      "service tempo is somebody else's and differs: it runs tempo:1, the plan's is of lgtm-tempo; " +
        "COMPACTOR can't be switched on in it once the hosts have stopped",
      `${instanceId} carries the mark of another migration, lgtm-migrate-other`,
    ]),
  );
  const withoutFix = findings.filter(({ level, fix }) => level !== 'pass' && !fix);
  expect(withoutFix).toEqual([]);
});

describe('a rule of somebody else that takes requests is a conflict', () => {
  const GRAFANA = 'grafana.example.com';

  test.each([
    [
      'a narrower path before ours',
      { host: GRAFANA, path: '/metrics', answers: '403' },
      'path /metrics) answers 403 itself',
    ],
    [
      'a wildcard before ours',
      { host: '*.example.com', answers: 'lgtm-loki-tg' },
      '(host *.example.com) leads to lgtm-loki-tg',
    ],
    ['every path of every host', { path: '/*', answers: '404' }, '(path /*) answers 404 itself'],
  ])('%s', async (_, rule, said) => {
    await byHand.removeRule(GRAFANA);
    await byHand.addRule(20, { host: GRAFANA, answers: 'lgtm-grafana-tg' });
    await byHand.addRule(10, rule);
    const findings = ofCheck(await world.preflight(), 'listener').filter(({ level }) => level === 'fail');
    expect(findings.map(({ message }) => message)).toContainEqual(expect.stringContaining(said));
  });

  test('the same host, where ours is still to be made', async () => {
    await byHand.removeRule(GRAFANA);
    await byHand.addRule(50, { host: GRAFANA, path: '/metrics', answers: '403' });
    expect(failures(await world.preflight())).toEqual([
      'rule 50 of lgtm-alb (host grafana.example.com, path /metrics) answers 403 itself, ' +
        'where grafana.example.com has to reach lgtm-grafana-tg',
    ]);
  });

  test('a wildcard between the numbers that ours would get', async () => {
    await byHand.removeRule(GRAFANA);
    await byHand.addRule(2, { host: '*.example.com', answers: '404' });
    const records = [GRAFANA, 'second.example.com'].map((name) => ({
      name,
      service: 'grafana',
    }));
    expect(failures(await world.preflight({ records }))).toContainEqual(
      expect.stringMatching(/^rule 2 of lgtm-alb \(host \*\.example\.com\) answers 404 .* where second\.example\.com/),
    );
  });

  test('but none behind ours, and none for other paths', async () => {
    await byHand.addRule(90, { host: '*.example.com', answers: '404' });
    expect(failures(await world.preflight())).toEqual([]);
  });
});

test('a service of somebody else is compared in what it runs and where it is reached', async () => {
  const networkConfiguration = await byHand.findNetwork();
  const registryArn = await byHand.findRegistry('mimir');
  await byHand.makeService('alloy', {
    networkConfiguration,
    serviceRegistries: [{ registryArn }],
  });
  await byHand.makeService('grafana', {
    networkConfiguration,
    serviceRegistries: [{ registryArn: await byHand.findRegistry('grafana') }],
    loadBalancers: [
      {
        targetGroupArn: await byHand.findTargetGroup('lgtm-grafana-tg'),
        containerName: 'grafana',
        containerPort: 80,
      },
    ],
  });
  const findings = ofCheck(await world.preflight(), 'service').filter(({ level }) => level === 'fail');
  expect(findings.map(({ message }) => message).sort()).toEqual([
    "service alloy is somebody else's and differs: it runs alloy:1, the plan's is of lgtm-alloy; " +
      'its tasks are not in alloy.lgtm.local',
    "service grafana is somebody else's and differs: it runs grafana:1, the plan's is of lgtm-grafana; " +
      "ALERTING can't be switched on in it once the hosts have stopped; its port 3000 is not in lgtm-grafana-tg",
  ]);
  for (const { fix } of findings) expect(fix).toContain('aws ecs delete-service --cluster lgtm-cluster --service ');
});

test('a cluster without Container Insights is a failure where a signal of the plan reads it', async () => {
  await byHand.switchInsights('disabled');
  const [failure] = ofCheck(await world.preflight(), 'cluster').filter(({ level }) => level === 'fail');
  expect(failure).toMatchObject({
    message:
      'cluster lgtm-cluster has no Container Insights: running-tasks would never have data, and its gate hold for ever',
    fix: 'aws ecs update-cluster-settings --cluster lgtm-cluster --settings name=containerInsights,value=enabled',
  });
  expect(failures(await world.preflight({ analysis: { signals: { 'running-tasks': null } } }))).toEqual([]);
});

test('a discovery service that asks nobody for health is told, with the way out', async () => {
  const told = ofCheck(await world.preflight(), 'discovery').map(({ level, message }) => `${level} ${message}`);
  expect(told).toContain(
    'warn discovery service mimir.lgtm.local has no HealthCheckCustomConfig: ' +
      'it answers with tasks that are not healthy yet, or no more',
  );
});

test('a group of somebody else without a healthy target is a conflict, unless nobody looks at health', async () => {
  await byHand.makeGroup('shop-green', world.emulator.account.vpcId);
  await byHand.addRule(90, { host: 'shop.example.com', answers: 'shop-green' });
  const [failure] = failures(await world.preflight());
  expect(failure).toMatch(/^shop-green on lgtm-alb has no healthy target: Route 53 takes the whole balancer/);
  const records = [
    {
      name: 'grafana.example.com',
      service: 'grafana',
      evaluateTargetHealth: false,
    },
  ];
  expect(failures(await world.preflight({ records }))).toEqual([]);
});

test('a group of somebody else that a rule sends nobody to belongs to the balancer all the same', async () => {
  await byHand.makeGroup('shop-green', world.emulator.account.vpcId);
  await byHand.addRule(90, { host: 'shop.example.com', answers: 'lgtm-grafana-tg', idle: 'shop-green' });
  expect(failures(await world.preflight())).toEqual([
    expect.stringMatching(/^shop-green on lgtm-alb has no healthy target: Route 53 takes the whole balancer/),
  ]);
});

test('a rule that lets more in than may come to a service is a conflict, wherever it stands', async () => {
  const { services } = labPlan(world.emulator.account) as { services: Record<string, object> };
  const mimir = {
    ...services.mimir,
    expose: {
      paths: ['/*'],
      from: ['203.0.113.0/24'],
    },
  };
  await byHand.addRule(80, {
    host: 'mimir.example.com',
    answers: 'lgtm-mimir-tg',
  });
  const findings = await world.preflight({
    services: {
      ...services,
      mimir,
    },
  });
  expect(failures(findings)).toEqual([
    'rule 80 of lgtm-alb (host mimir.example.com) brings others to lgtm-mimir-tg than services.mimir.expose.from ' +
      'admits to mimir.example.com: 203.0.113.0/24',
  ]);
});

describe('what nobody would reach is a conflict', () => {
  let vpcOfTasks: string;

  beforeEach(() => {
    vpcOfTasks = world.emulator.account.vpcId;
  });

  test('a namespace that answers in another VPC', async () => {
    const { vpcId } = await byHand.makeVpc();
    await byHand.moveNamespace('lgtm.local', vpcId);
    expect(failures(await world.preflight())).toEqual([
      `namespace lgtm.local answers in ${vpcId}, the tasks will be in ${vpcOfTasks}`,
    ]);
  });

  test('services in another VPC, or behind another security group', async () => {
    const { vpcId, subnetId } = await byHand.makeVpc();
    const group = await byHand.makeSecurityGroup('by-hand', vpcOfTasks);
    const registryArn = await byHand.moveNamespace('lgtm.local', vpcOfTasks);
    const subnets = world.emulator.account.subnets;
    const inSubnet = (subnet: string) => {
      const awsvpcConfiguration = {
        subnets: [subnet],
        securityGroups: [group],
      };
      return {
        serviceRegistries: [{ registryArn }],
        networkConfiguration: { awsvpcConfiguration },
      };
    };
    await byHand.makeService('alloy', inSubnet(subnets['private-a']!));
    await byHand.makeService('pyroscope', inSubnet(subnetId));
    const messages = failures(await world.preflight()).filter((message) => !message.includes('and differs: '));
    expect(messages.sort()).toEqual([
      "service alloy is somebody else's and does not have security group lgtm-ecs-sg: " +
        'neither its peers nor the load balancer reach it',
      `service pyroscope is somebody else's and runs in ${vpcId}, the others will in ${vpcOfTasks}`,
    ]);
  });

  test('a load balancer whose own security group lets nobody in and is let in nowhere', async () => {
    const group = await byHand.makeSecurityGroup('by-hand', vpcOfTasks);
    await byHand.replaceBalancerGroup(group);
    const findings = await world.preflight();
    expect(failures(findings)).toEqual([
      'lgtm-alb lets nobody in on 443: its security group is by-hand',
      'lgtm-alb has security group by-hand, and lgtm-ecs-sg does not let it in at every port of its services',
    ]);
    const ofBalancer = ofCheck(findings, 'load balancer');
    const failed = ofBalancer.filter(({ level }) => level === 'fail');
    const fixes = failed.map(({ fix }) => fix);
    const adopt =
      'set network.loadBalancerSecurityGroup to by-hand: what it lacks is added, and taken off on the way back';
    expect(fixes).toEqual([adopt, adopt]);

    const network = { loadBalancerSecurityGroup: 'by-hand' };
    const adopted = await world.preflight({ network });
    expect(failures(adopted)).toEqual([]);
  });
});

test('how an adopted balancer is set otherwise than one of ours is told, each with its command', async () => {
  const findings = await world.preflight();
  const told = findings.filter(({ level }) => level === 'warn').map(({ message, fix }) => `${message}; ${fix}`);
  for (const [what, command] of [
    ['lgtm-alb ends a connection that is silent for 60 s', 'Key=idle_timeout.timeout_seconds,Value=300'],
    ['nobody listens on port 80 of lgtm-alb', 'aws elbv2 create-listener --load-balancer-arn arn:'],
    ['has security policy ELBSecurityPolicy-2016-08', '--ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06'],
  ]) {
    expect(told).toContainEqual(expect.stringMatching(new RegExp(`${what!}.*${command!}`)));
  }
});

test.each([
  ['failed', 'fail', 'lgtm-alb could not be set up: no free address'],
  ['active_impaired', 'warn', 'lgtm-alb serves, and lacks what it needs to scale (active_impaired): no free address'],
])('an adopted balancer in state %s is a %s', async (state, level, message) => {
  await world.emulator.post('/elb/break', { name: 'lgtm-alb', state, reason: 'no free address' });
  expect(await world.preflight()).toContainEqual(expect.objectContaining({ level, message }));
});

test('findings are the same whether AWS answers with one page or with many', async () => {
  const list = async () => (await world.preflight()).map(({ level, message }) => `${level} ${message}`).sort();
  const before = await list();
  await world.emulator.post('/settings', { page_size: 1 });
  expect(await list()).toEqual(before);
});
