import { findHidden } from '../../../src/activities/preflight/ingest-sources';
import type { Network } from '../../../src/contract/findings';
import type { PortSources } from '../../../src/contract/ingest';
import type { Sender } from '../../../src/contract/senders';

const NETWORK: Network = {
  vpcId: 'vpc-1',
  vpcCidr: '10.0.0.0/16',
  privateSubnets: [],
  publicSubnets: [],
};

const sender = (peer: string, move: Sender['move'] = 'by-name'): Sender => ({
  instanceId: 'i-1',
  peer,
  port: 9009,
  service: 'mimir',
  connections: 1,
  move,
  why: '',
  change: '',
});

const admits = (ranges: string[], groups: string[] = []): PortSources => ({
  port: 9009,
  protocol: 'tcp',
  ranges,
  groups,
  prefixLists: [],
});

const tell = (senders: Sender[], source: PortSources) =>
  findHidden('lgtm-ingest', NETWORK, senders, [source]).map(({ id, level, message }) => [id, level, message]);

test('who shows the address of a NAT gateway has to be admitted with an own one', () => {
  const [[id, level, message]] = tell([sender('52.1.2.3')], admits(['52.1.2.3/32', '10.8.0.0/16'])) as [string[]];
  expect([id, level]).toEqual(['ingest/hidden', 'fail']);
  expect(message).toContain('show 52.1.2.3 to the hosts at 9009, and come to lgtm-ingest with their private addresses');
});

test.each([
  ['the whole VPC is admitted', [sender('52.1.2.3')], admits(['10.0.0.0/8'])],
  ['both halves of it are', [sender('52.1.2.3')], admits(['10.0.0.0/17', '10.0.128.0/17'])],
  ['some security group is', [sender('52.1.2.3')], admits(['52.1.2.3/32'], ['sg-1'])],
  ['the sender shows its own address', [sender('10.0.3.4')], admits(['10.0.3.4/32'])],
  ['the sender does not move', [sender('52.1.2.3', 'not')], admits(['52.1.2.3/32'])],
])('nothing is said where %s', (_, senders, source) => {
  expect(tell(senders, source)).toEqual([]);
});
