import { findRecordProblem, findTargetProblem, findTrace } from '../../../src/activities/preflight/record-shape';
import type { Finding } from '../../../src/contract/findings';
import type { RecordSet } from '../../../src/contract/records';

const NAME = 'grafana.example.com';
const BALANCER = 'lgtm-alb.elb.amazonaws.com';
const SIMPLE: RecordSet = {
  name: NAME,
  type: 'A',
  ttl: 300,
  values: ['198.51.100.1'],
};
const IPV6: RecordSet = {
  name: NAME,
  type: 'AAAA',
  ttl: 300,
  values: ['2001:db8::1'],
};
const ALIAS: RecordSet = {
  name: NAME,
  type: 'A',
  alias: {
    hostedZoneId: 'Z2',
    dnsName: BALANCER,
    evaluateTargetHealth: true,
  },
};

function cnameTo(target: string): RecordSet {
  return {
    name: NAME,
    type: 'CNAME',
    ttl: 60,
    values: [target],
  };
}

/** One side of a weighted pair. */
function sideOf(side: string, weight: number, record: RecordSet, stack = 'lgtm-prd'): RecordSet {
  const setIdentifier = `lgtm-migrate:${stack}:${side}`;
  return { ...record, setIdentifier, weight };
}

function findProblem(...sets: RecordSet[]): Finding | undefined {
  return findRecordProblem(NAME, sets, 'example.com', 'lgtm-prd');
}

test.each([
  ['one simple A record', SIMPLE],
  ['a CNAME within its zone', cnameTo('lgtm.example.com.')],
])('%s becomes a pair', (_, record) => {
  expect(findProblem(record)).toBeUndefined();
});

test.each<[string, RecordSet[]]>([
  ['there is no record grafana.example.com in example.com', []],
  ['grafana.example.com has only an AAAA record', [IPV6]],
  [`grafana.example.com is an alias to ${BALANCER}`, [ALIAS]],
  ['grafana.example.com is a CNAME to elsewhere.net, outside example.com', [cnameTo('elsewhere.net')]],
  [
    'grafana.example.com carries the mark of another migration, lgtm-migrate:other:host',
    [sideOf('host', 100, SIMPLE, 'other')],
  ],
])('what can not become a pair is refused: %s', (message, sets) => {
  expect(findProblem(...sets)?.message).toBe(message);
});

test('two records of a name are refused, and the fix depends on what they are', () => {
  const ipv6 = findProblem(SIMPLE, IPV6);
  expect(ipv6?.fix).toBe('remove the AAAA record: the load balancer has none');
  const twice = findProblem(SIMPLE, SIMPLE);
  expect(twice?.fix).toBe('fold it into one simple A or CNAME record');
});

test('a CNAME must point to one simple A record', () => {
  const record = cnameTo('lgtm.example.com');
  expect(findTargetProblem(record, [SIMPLE])).toBeUndefined();
  expect(findTargetProblem(record, [])?.message).toContain('which is no record');
  expect(findTargetProblem(record, [ALIAS])?.message).toContain('which is A alias');
});

describe('what an earlier run left', () => {
  test('is the ECS record alone where it folded', () => {
    expect(findTrace([ALIAS], 'lgtm-prd', BALANCER)).toEqual({
      name: NAME,
      original: ALIAS,
      moved: 'fold',
    });
  });

  test('is a pair with the record before it where it kept the hosts', () => {
    const pair = [sideOf('host', 0, SIMPLE), sideOf('ecs', 100, ALIAS)];
    expect(findTrace(pair, 'lgtm-prd', BALANCER)).toEqual({
      name: NAME,
      original: SIMPLE,
      moved: 'pair',
    });
  });

  test('is none while some of the weight is on the host, or without a load balancer', () => {
    const pair = [sideOf('host', 50, SIMPLE), sideOf('ecs', 50, ALIAS)];
    expect(findTrace(pair, 'lgtm-prd', BALANCER)).toBeUndefined();
    expect(findTrace([ALIAS], 'lgtm-prd', undefined)).toBeUndefined();
  });
});
