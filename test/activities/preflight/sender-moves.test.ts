import type { FoundPeer } from '../../../src/activities/host/senders';
import { judgeMove, type Place } from '../../../src/activities/preflight/sender-moves';
import type { Plan } from '../../../src/plan/schema';

const NAME = 'ingest.example.com';
const MIMIR = {
  port: 9009,
  protocol: 'tcp' as const,
  service: 'mimir',
  targetPort: 9009,
};
const WAYS = {
  reach: {
    vpcId: 'vpc-1',
    ranges: ['10.0.0.0/16', '2001:db8:7::/56'],
    routes: [],
    shown: new Map([['198.51.100.7', 'nat-1']]),
    names: new Map([['10.0.3.4', 'web-1 (i-2)']]),
  },
  listens: [MIMIR],
};
const PEER: FoundPeer = {
  peer: '10.0.3.4',
  port: 9009,
  service: 'mimir',
  connections: 1,
  kind: 'address',
};
const PLACE: Place = {
  instanceId: 'i-1',
  address: '10.0.0.10',
  port: {
    instanceId: 'i-1',
    port: 9009,
    protocol: 'tcp',
    addresses: ['0.0.0.0'],
    targetPort: 9009,
    service: 'mimir',
    component: 'mimir',
  },
};

/** A plan with a name of the senders' own, as far as senders are concerned. */
const planOf = (ingest: object = {}): Plan =>
  ({
    domain: 'example.com',
    records: [
      {
        name: NAME,
        to: 'ingest',
      },
    ],
    ingest,
  }) as unknown as Plan;

const judge = (peer: Partial<FoundPeer> = {}, plan = planOf(), listens = [MIMIR]) =>
  judgeMove(
    plan,
    {
      ...PEER,
      ...peer,
    },
    PLACE,
    {
      ...WAYS,
      listens,
    },
  );

test("a sender moves by the senders' own name when it connects again", () => {
  expect(judge()).toMatchObject({
    name: 'web-1 (i-2)',
    move: 'by-name',
    why: `by ${NAME} when it connects again, if its configuration has that name`,
    change: `see that it sends to ${NAME}:9009, and not to an address`,
  });
});

test('one that came by IPv6 from inside moves too, and is told what it needs', () => {
  const { move, why } = judge({ peer: '2001:db8:7:1::9' });
  expect(move).toBe('by-name');
  expect(why).toContain('it came by IPv6, and needs an IPv4 address too');
  expect(judge({ peer: '2001:db8:8::9' }).move).toBe('not');
});

test('one behind the own NAT gateway moves too, and is told apart', () => {
  const { move, why } = judge({ peer: '198.51.100.7' });
  expect(move).toBe('by-name');
  expect(why).toMatch(/; it shows the address of nat-1$/);
});

test('one outside reaches no internal ingest', () => {
  expect(judge({ peer: '203.0.113.9' })).toMatchObject({
    move: 'not',
    why: 'outside the reach of vpc-1, where the ingest is internal',
  });
});

test('one at a port where the ingest is told not to listen stays', () => {
  const plan = planOf({ ports: [{ port: 3100 }] });
  expect(judge({}, plan, [])).toMatchObject({
    move: 'not',
    change: 'add 9009 to ingest.ports, or let it send to one of those',
  });
});

test('one whose port no service of the plan answers stays', () => {
  expect(judge({}, planOf(), [])).toMatchObject({
    move: 'not',
    why: 'mimir answers at 9009, and no service of the plan does',
  });
});

test("the host's own agents stay, whatever the plan says", () => {
  expect(
    judge({
      peer: 'localhost',
      kind: 'host',
    }).move,
  ).toBe('never');
  expect(
    judge({
      peer: 'promtail',
      kind: 'container',
    }).move,
  ).toBe('never');
});
