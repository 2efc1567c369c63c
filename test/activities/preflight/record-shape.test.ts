import { findRecordProblem, findTargetProblem } from '../../../src/activities/preflight/record-shape';
import { findMoved, findTrace } from '../../../src/activities/preflight/record-trace';
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
  return {
    ...record,
    setIdentifier,
    weight,
  };
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
  expect(ipv6?.fix).toMatch(/^remove the AAAA record: the load balancer has none/);
  const twice = findProblem(SIMPLE, SIMPLE);
  expect(twice?.fix).toMatch(/^fold it into one simple A or CNAME record/);
});

test('a CNAME must point to one simple A record', () => {
  const record = cnameTo('lgtm.example.com');
  expect(findTargetProblem(record, [SIMPLE])).toBeUndefined();
  expect(findTargetProblem(record, [])?.message).toContain('which is no record');
  expect(findTargetProblem(record, [ALIAS])?.message).toContain('which is A alias');
});

describe('what an earlier run left', () => {
  const pairAt = (weight: number) => [sideOf('host', 100 - weight, SIMPLE), sideOf('ecs', weight, ALIAS)];

  test('is the ECS record alone where it folded, which a later run goes on from', () => {
    expect(findTrace([ALIAS], 'lgtm-prd', BALANCER)).toEqual({
      name: NAME,
      shape: 'fold',
      weight: 100,
    });
    expect(findMoved([ALIAS], 'lgtm-prd', BALANCER)).toEqual({
      name: NAME,
      original: ALIAS,
      moved: 'fold',
    });
  });

  test('is a pair with the record before it where it kept the hosts, and so at any other weight', () => {
    const saved = {
      name: NAME,
      original: SIMPLE,
      moved: 'pair',
    };
    expect(findMoved(pairAt(100), 'lgtm-prd', BALANCER)).toEqual(saved);
    for (const weight of [0, 10, 50, 100]) {
      expect(findTrace(pairAt(weight), 'lgtm-prd', BALANCER)).toEqual({
        name: NAME,
        shape: 'pair',
        weight,
        saved,
      });
    }
  });

  test('is nothing to go on from while some of the weight is on the host, or without a load balancer', () => {
    expect(findMoved(pairAt(50), 'lgtm-prd', BALANCER)).toBeUndefined();
    expect(findMoved([ALIAS], 'lgtm-prd', undefined)).toBeUndefined();
    expect(findTrace([ALIAS], 'lgtm-prd', undefined)).toBeUndefined();
  });

  test('is a pair also where somebody has written other weights, or removed a side', () => {
    const [host, ecs] = [sideOf('host', 90, SIMPLE), sideOf('ecs', 33, ALIAS)];
    const weightOf = (...sets: RecordSet[]) => findTrace(sets, 'lgtm-prd', BALANCER)?.weight;
    expect([weightOf(host, ecs), weightOf(host), weightOf(ecs)]).toEqual([27, 0, 100]);
    expect(weightOf(sideOf('host', 0, SIMPLE), sideOf('ecs', 0, ALIAS))).toBe(50);
    expect(findTrace([ecs], 'lgtm-prd', BALANCER)?.saved).toBeUndefined();
  });

  test('is none of another stack', () => {
    expect(findTrace([sideOf('ecs', 50, ALIAS, 'other')], 'lgtm-prd', BALANCER)).toBeUndefined();
  });
});

test.each(['EC2-Instance.Example.COM.', 'example.com'])('%s is in its zone', (target) => {
  expect(findRecordProblem(NAME, [cnameTo(target)], 'example.com', 'lgtm-prd')).toBeUndefined();
});
