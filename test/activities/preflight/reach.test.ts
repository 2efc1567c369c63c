import type { Route } from '@aws-sdk/client-ec2';
import { leadsIn, locate, type Reach } from '../../../src/activities/preflight/reach';

const REACH: Reach = {
  vpcId: 'vpc-1',
  ranges: ['10.0.0.0/16', '100.64.0.0/20', '2001:db8:7::/56'],
  routes: ['10.9.0.0/16', '2001:db8:9::/56', '0.0.0.0/0', '::/0'],
  shown: new Map([['198.51.100.7', 'nat-1']]),
  names: new Map([['10.0.3.4', 'web-1 (i-2)']]),
};

test.each([
  ['10.0.3.4', 'in the VPC', true],
  ['100.64.3.4', 'in its second range', true],
  ['10.9.3.4', 'in a network that it routes to', true],
  ['192.168.3.4', 'behind the transit gateway that takes all else', true],
  ['203.0.113.9', 'on the internet', false],
  ['2001:db8:7:1::9', 'in its range of IPv6', true],
  ['2001:db8:9:1::9', 'in one of IPv6 that it routes to', true],
  ['fd00::9', 'behind the transit gateway, at a private address of IPv6', true],
  ['2001:db8:8::9', 'on the internet by IPv6', false],
  ['::1', 'of no network', false],
])('%s, %s, is inside: %s', (address, _, isInside) => {
  expect(locate(address, REACH)).toEqual({ isInside });
});

test("who shows the address of the VPC's own NAT gateway is inside, behind it", () => {
  expect(locate('198.51.100.7', REACH)).toEqual({
    isInside: true,
    shownBy: 'nat-1',
  });
});

test('without a route for all else a private address that nothing routes to is outside', () => {
  const reach = {
    ...REACH,
    routes: ['10.9.0.0/16'],
  };
  expect(locate('192.168.3.4', reach)).toEqual({ isInside: false });
});

const TO_OTHERS = { DestinationCidrBlock: '10.9.0.0/16' };
const TO_ALL = { DestinationCidrBlock: '0.0.0.0/0' };

test.each<[string, Route, boolean]>([
  [
    'to a peered network',
    {
      ...TO_OTHERS,
      VpcPeeringConnectionId: 'pcx-1',
    },
    true,
  ],
  [
    'to a transit gateway, for all',
    {
      ...TO_ALL,
      TransitGatewayId: 'tgw-1',
    },
    true,
  ],
  [
    'to a core network',
    {
      ...TO_OTHERS,
      CoreNetworkArn: 'arn:aws:networkmanager::1:core-network/cn-1',
    },
    true,
  ],
  [
    'to a VPN',
    {
      ...TO_OTHERS,
      GatewayId: 'vgw-1',
    },
    true,
  ],
  [
    'to an appliance, for others',
    {
      ...TO_OTHERS,
      NetworkInterfaceId: 'eni-1',
    },
    true,
  ],
  [
    'to an instance that is a NAT, for all',
    {
      ...TO_ALL,
      NetworkInterfaceId: 'eni-1',
    },
    false,
  ],
  [
    'of IPv6 to one, for all',
    {
      DestinationIpv6CidrBlock: '::/0',
      NetworkInterfaceId: 'eni-1',
    },
    false,
  ],
  [
    'to a NAT gateway',
    {
      ...TO_ALL,
      NatGatewayId: 'nat-1',
    },
    false,
  ],
  [
    'to the internet',
    {
      ...TO_ALL,
      GatewayId: 'igw-1',
    },
    false,
  ],
  [
    'within the VPC',
    {
      DestinationCidrBlock: '10.0.0.0/16',
      GatewayId: 'local',
    },
    false,
  ],
  [
    'to a peering that is gone',
    {
      ...TO_OTHERS,
      VpcPeeringConnectionId: 'pcx-1',
      State: 'blackhole',
    },
    false,
  ],
])('a route %s leads others in or does not', (_, route, isIn) => {
  expect(leadsIn(route)).toBe(isIn);
});
