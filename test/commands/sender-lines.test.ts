import type { Finding } from '../../src/contract/findings';
import { describeSenders } from '../../src/commands/sender-lines';
import type { PublishedPort, Sender } from '../../src/contract/senders';

const portOf = (port: number, service: 'mimir' | 'loki'): PublishedPort => ({
  instanceId: 'i-1',
  port,
  protocol: 'tcp',
  addresses: ['0.0.0.0'],
  targetPort: port,
  service,
  component: service,
});

const NOT: Sender = {
  instanceId: 'i-1',
  peer: '10.0.3.4',
  port: 9009,
  service: 'mimir',
  connections: 3,
  move: 'not',
  why: 'no name of the plan leads to port 9009: weights move no address',
  change: 'give senders a name of their own: ingest.example.com, A 10.0.0.10',
};

const NEVER: Sender = {
  ...NOT,
  peer: 'localhost',
  port: 3100,
  service: 'loki',
  connections: 1,
  move: 'never',
  why: 'an agent on the host itself, which stops with it',
  change: 'run it elsewhere',
};

const SURVEY = {
  ports: [portOf(9009, 'mimir'), portOf(3100, 'loki')],
  senders: [
    {
      ...NOT,
      name: 'web-1 (i-2)',
    },
    {
      ...NOT,
      peer: '10.0.3.5',
      connections: 1,
    },
    NEVER,
  ],
  cutOff: [],
  tls: [],
};
const TELLING = {
  accept: ['localhost/3100'],
  beside: [],
  file: 'migration.yaml',
  width: 72,
};

test('each port is told with who is there, why he moves as he does, and what to change', () => {
  expect(describeSenders(SURVEY, TELLING)).toEqual([
    '3100/tcp  loki on i-1, published at 0.0.0.0',
    '  ! never    localhost            1 connection, accepted',
    '             an agent on the host itself, which stops with it',
    '             → run it elsewhere',
    '',
    '9009/tcp  mimir on i-1, published at 0.0.0.0',
    '  ✖ not      10.0.3.4             3 connections, web-1 (i-2)',
    '  ✖ not      10.0.3.5             1 connection',
    '             no name of the plan leads to port 9009: weights move no',
    '             address',
    '             → give senders a name of their own: ingest.example.com, A',
    '               10.0.0.10',
    '',
    'senders: 0 by name, 2 not, 1 never; 1 accepted',
    'to accept one as it is: data.accept: [10.0.3.4/9009]',
    'next: lgtm-migrate preflight -f migration.yaml',
  ]);
});

test('a port where nobody is, one of UDP and one that is bound to loopback are told too', () => {
  const udp: PublishedPort = { ...portOf(1514, 'loki'), protocol: 'udp' };
  const survey = { ...SURVEY, ports: [portOf(9009, 'mimir'), udp], senders: [NEVER] };
  const lines = describeSenders(survey, TELLING);
  expect(lines).toContain('  nobody is connected now');
  expect(lines).toContain("  who sends there can't be seen: UDP has no connections");
  expect(lines).toContain('3100/tcp  loki on i-1, published at 127.0.0.1');
});

test('what was found beside the senders is told with its way out, before what to type next', () => {
  const beside: Finding[] = [
    {
      check: 'hosts',
      level: 'fail',
      message: 'i-1 does not answer SSM',
      fix: 'start its agent',
    },
  ];
  const lines = describeSenders(SURVEY, {
    ...TELLING,
    beside,
  });
  expect(lines.slice(-3)).toEqual([
    '✖ hosts            i-1 does not answer SSM',
    `  ${' '.repeat(16)} → start its agent`,
    'next: lgtm-migrate preflight -f migration.yaml',
  ]);
});
