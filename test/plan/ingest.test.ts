import { listDoorPorts } from '../../src/plan/doors';
import { planIngestPorts, type HostPort } from '../../src/plan/ingest-ports';
import { makeDefinition } from '../../src/plan/definition';
import { listCrowded } from '../../src/plan/target-groups';
import { planWith } from './plan';

/** What the plan document's host publishes, users' ports apart. */
const PUBLISHED: HostPort[] = [
  at('mimir', 9009),
  at('loki', 3100),
  at('tempo', 3200),
  at('tempo', 4317),
  at('tempo', 4318),
  at('pyroscope', 4040),
  at('alloy', 12345),
];

function at(component: NonNullable<HostPort['component']>, port: number, more: Partial<HostPort> = {}): HostPort {
  return {
    port,
    protocol: 'tcp',
    targetPort: port,
    service: component,
    component,
    ...more,
  };
}

const SENDERS = 'records: [{ name: grafana.example.com, service: grafana }, { name: in.example.com, to: ingest }]\n';

test('a plan has an ingest where it says so, or where a name leads to one', () => {
  expect(planWith().ingest).toBeUndefined();
  expect(planWith(SENDERS).ingest).toEqual({
    name: 'lgtm-ingest',
    securityGroup: 'lgtm-ingest-sg',
    from: [],
    cut: false,
  });
  expect(planWith('ingest: { from: [192.168.0.0/16] }').ingest!.from).toEqual(['192.168.0.0/16']);
});

test('each port that the hosts publish leads to the service that answers there', () => {
  const { ports, unserved } = planIngestPorts(planWith(SENDERS), PUBLISHED);
  expect(unserved).toEqual([]);
  expect(ports.map(({ port, service, targetPort }) => `${port} ${service} ${targetPort}`)).toEqual([
    '3100 loki 3100',
    '3200 tempo 3200',
    '4040 pyroscope 4040',
    '4317 tempo 4317',
    '4318 tempo 4318',
    '9009 mimir 9009',
    '12345 alloy 12345',
  ]);
});

test("a component's own port leads to the one that it has on ECS, whatever the host publishes it as", () => {
  const { ports } = planIngestPorts(planWith(SENDERS), [at('mimir', 19_009, { targetPort: 8080 })]);
  expect(ports).toEqual([
    {
      port: 19_009,
      protocol: 'tcp',
      service: 'mimir',
      targetPort: 9009,
    },
  ]);
});

test('what another program publishes, what no task listens on, and gossip and datagrams lead nowhere', () => {
  const published = [
    {
      port: 8443,
      protocol: 'tcp' as const,
      targetPort: 8443,
      service: 'proxy',
    },
    at('tempo', 9411),
    at('mimir', 7946),
    at('alloy', 514, { protocol: 'udp' }),
  ];
  const { ports, unserved } = planIngestPorts(planWith(SENDERS), published);
  expect(ports).toEqual([]);
  expect(unserved.map(({ port }) => port)).toEqual([514, 7946, 8443, 9411]);
});

const BY_PLAN = `ingest:
  ports:
    - { port: 9009, service: mimir }
    - { port: 514, protocol: udp, service: alloy, targetPort: 1514 }
`;

test('what the plan names is all there is, and a datagram port is mapped by its task', () => {
  const plan = planWith(BY_PLAN);
  const { ports } = planIngestPorts(plan, PUBLISHED);
  expect(ports.map(({ port, targetPort }) => [port, targetPort])).toEqual([
    [9009, 9009],
    [514, 1514],
  ]);
  const facts = {
    image: 'a',
    executionRole: 'b',
    taskRole: 'c',
    secrets: {},
  };
  expect(makeDefinition(plan, 'alloy', 'off', facts).datagramPorts).toEqual([1514]);
  expect(makeDefinition(plan, 'mimir', 'off', facts).datagramPorts).toBeUndefined();
});

test('Tempo takes spans at doors of OTLP, and none of them is the port of its queries', () => {
  expect(listDoorPorts('tempo')).toEqual([4317, 4318]);
  expect(planWith().services['tempo']!.expose!.paths).toEqual(['/api/*']);
});

test('a service in more than five groups is named with their number, the load balancer among them', () => {
  const plan = planWith();
  const alloy = listDoorPorts('alloy').map(() => ({ service: 'alloy' }));
  expect(listCrowded(plan, alloy)).toEqual([]);
  expect(listCrowded(plan, [...alloy, { service: 'alloy' }])).toEqual([['alloy', 6]]);
  const mimir = Array.from({ length: 5 }, () => ({ service: 'mimir' }));
  expect(listCrowded(plan, mimir)).toEqual([]);
  const internal = { ...plan, loadBalancer: { ...plan.loadBalancer, scheme: 'internal' } };
  expect(listCrowded(internal, mimir)).toEqual([['mimir', 6]]);
});

test('a port that two hosts publish for different services leads nowhere by itself', () => {
  const published = [at('mimir', 9009), at('loki', 9009, { targetPort: 3100 }), at('loki', 3100), at('loki', 3100)];
  const { ports, contested } = planIngestPorts(planWith(SENDERS), published);
  expect(ports.map(({ port }) => port)).toEqual([3100]);
  expect(contested).toEqual([published.slice(0, 2)]);
  const named = `${SENDERS}ingest: { ports: [{ port: 9009, service: mimir }] }`;
  expect(planIngestPorts(planWith(named), published).contested).toEqual([]);
});
