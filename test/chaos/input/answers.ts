import { ApplicationFailure } from '@temporalio/common';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import fc from 'fast-check';
import { readVersion, sumMetric } from '../../../src/analysis/metrics';
import type { Deps } from '../../../src/activities/clients';
import { fetchSeries } from '../../../src/activities/aws/metric';
import { lookForMissing } from '../../../src/activities/aws/missing-resource';
import { findMissingGrants, parseStatements, START_GRANTS } from '../../../src/activities/aws/policy';
import { describeRecordSets, parseRecordSet, planReplacement } from '../../../src/activities/aws/record-set';
import { readHeartbeat } from '../../../src/activities/aws/watch-heartbeat';
import { componentOf, findAddress } from '../../../src/activities/host/component';
import { containersOf, publishedPorts } from '../../../src/activities/host/containers';
import { isWithinAny, peersIn } from '../../../src/activities/host/peers';
import { readCut } from '../../../src/activities/host/stores';
import { explainRefusal, readAnswers } from '../../../src/activities/probe/script';
import { STORE_NAMES, storeOf } from '../../../src/stores';
import { readTimes } from '../../../src/stores/times';
import { describeProperty, type InputProperty } from './property';
import { hostileText, hostileValue, leaveOut, spoil } from './values';

const CONTAINER = {
  Name: 'loki',
  Service: 'loki',
  State: 'running',
  Health: 'healthy',
  Image: 'grafana/loki:3.7.3',
  Publishers: [
    {
      URL: '0.0.0.0',
      TargetPort: 3100,
      PublishedPort: 3100,
      Protocol: 'tcp',
    },
  ],
};

/** As Go writes a list that it has none of. */
const WITHOUT_PORTS = {
  ...CONTAINER,
  Publishers: null,
};

const RECORD = {
  Name: 'grafana.example.com.',
  Type: 'A' as const,
  TTL: 300,
  ResourceRecords: [{ Value: '198.51.100.7' }],
  AliasTarget: {
    HostedZoneId: 'Z1',
    DNSName: 'lgtm-alb.example.com.',
    EvaluateTargetHealth: true,
  },
  SetIdentifier: 'a',
  Weight: 10,
};

const SERIES = {
  MetricDataResults: [
    {
      Id: 'm0',
      Timestamps: [new Date(0)],
      Values: [1],
    },
  ],
};

const PLACE = {
  services: [
    {
      serviceName: 'loki',
      status: 'ACTIVE',
      deployments: [{ status: 'PRIMARY' }],
    },
  ],
  TargetGroups: [{ LoadBalancerArns: ['arn'] }],
  Services: [{ Arn: 'arn/srv-1' }],
};

const HEARTBEAT = {
  at: '2026-01-31T00:00:00Z',
  since: 0,
  state: {
    verdict: 'passing',
    counts: {},
    measurements: [{ signal: 'errors' }],
  },
};

const POLICY = {
  Statement: [
    {
      Effect: 'Allow',
      Action: ['ecr:*'],
      Resource: '*',
    },
  ],
};

/** What a program on a host, or in a task, may print. */
const printed = fc.oneof(
  hostileText,
  fc.json(),
  fc.array(fc.oneof(hostileText, fc.json()), { maxLength: 4 }).map((lines) => lines.join('\n')),
  fc.constantFrom('-- answer 200 loki 0', '-- answer', 'loki_ingester_memory_chunks{a="b"} NaN', '{"a": 1e999}'),
);

/** Clients of which every call is answered so. */
function depsWith(answer: unknown): Deps {
  // a paginator takes an instance of its service's client alone
  const client = Object.assign(Object.create(ServiceDiscoveryClient.prototype) as ServiceDiscoveryClient, {
    send: () => Promise.resolve(answer),
  });
  return { clients: new Proxy({}, { get: () => client }) } as Deps;
}

function readContainers(output: string): void {
  for (const container of containersOf(output)) {
    publishedPorts(container);
    const component = componentOf(container);
    if (component) findAddress(container, component);
  }
}

function readStore(text: string): void {
  for (const store of STORE_NAMES) {
    const { metrics, times } = storeOf(store);
    for (const metric of [...metrics.held, ...metrics.stored, metrics.memory]) sumMetric(text, metric);
    readTimes(times, text);
    readOrRefuse(() => readCut(store, text));
  }
  readVersion(text);
}

/** A failure that is named is an answer. */
function readOrRefuse(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
  }
}

const WATCHED = {
  cluster: 'lgtm',
  services: [
    {
      name: 'loki',
      targetGroupArn: 'arn',
      discovery: 'arn/srv-1',
    },
  ],
} as unknown as Parameters<typeof lookForMissing>[1];

/** A look that fails names nothing, which would be taken for nothing missing. */
async function judgeMissing(answer: Partial<typeof PLACE>): Promise<void> {
  const { missing } = await lookForMissing(depsWith(answer), WATCHED);
  const [service] = answer.services ?? [];
  const isActive = service?.serviceName === 'loki' && service.status === 'ACTIVE';
  const isRouted = (answer.TargetGroups?.[0]?.LoadBalancerArns ?? []).length > 0;
  const isRegistered = answer.Services?.[0]?.Arn === 'arn/srv-1';
  const expected = [isActive, isRouted, isRegistered].filter((isThere) => !isThere).length;
  if (missing.length !== expected) throw new Error(`${expected} are gone, told is ${JSON.stringify(missing)}`);
}

const KIND = 'M6 answers';

export const ANSWER_PROPERTIES: readonly InputProperty[] = [
  describeProperty(KIND, 'whatever docker compose prints is containers, or a named failure', printed, (text) =>
    readOrRefuse(() => readContainers(text)),
  ),
  describeProperty(
    KIND,
    'a container with gaps is one, or a named failure',
    fc.oneof(leaveOut(CONTAINER), fc.constant(WITHOUT_PORTS)),
    (container) => readOrRefuse(() => readContainers(JSON.stringify(container))),
  ),
  describeProperty(KIND, 'whatever a store answers is read, or a named failure', printed, readStore),
  describeProperty(KIND, 'whatever a probe prints is answers, and ss peers', printed, (text) => {
    for (const answer of readAnswers(text).values()) explainRefusal(answer);
    peersIn(text, new Map());
    isWithinAny(text, ['10.0.0.0/8', text]);
  }),
  describeProperty(KIND, 'a record set with fields missing is one', leaveOut(RECORD), (set) => {
    const parsed = [parseRecordSet(set)];
    describeRecordSets(parsed);
    planReplacement(parsed, []);
  }),
  describeProperty(KIND, 'of CloudWatch only numbers are taken', leaveOut(SERIES), async (page) => {
    const query = {
      namespace: 'AWS/ECS',
      metric: 'm',
      dimensions: {},
      stat: 'Sum' as const,
    };
    const span = {
      periodMs: 60_000,
      startMs: 0,
      endMs: 60_000,
    };
    const [series] = await fetchSeries(depsWith(page), [query], span);
    if ([...series!.values()].some((value) => typeof value !== 'number')) throw new Error('a point without a value');
  }),
  describeProperty(KIND, 'what users come through is there or named', leaveOut(PLACE), judgeMissing),
  describeProperty(KIND, 'whatever an attempt before has told is a heartbeat, or none', hostileValue, readHeartbeat),
  describeProperty(KIND, 'a heartbeat with anything anywhere is one, or none', spoil(HEARTBEAT), readHeartbeat),
  describeProperty(KIND, 'a policy with statements of any kind grants or does not', leaveOut(POLICY), (policy) =>
    findMissingGrants(parseStatements(JSON.stringify(policy)), START_GRANTS),
  ),
];
