import { locate, type Reach } from '../../../src/activities/preflight/reach';

const REACH: Reach = {
  vpcId: 'vpc-1',
  ranges: ['10.0.0.0/16', '100.64.0.0/20'],
  routes: ['10.9.0.0/16', '0.0.0.0/0'],
  shown: new Map([['198.51.100.7', 'nat-1']]),
  names: new Map([['10.0.3.4', 'web-1 (i-2)']]),
};

test.each([
  ['10.0.3.4', 'in the VPC', true],
  ['100.64.3.4', 'in its second range', true],
  ['10.9.3.4', 'in a network that it routes to', true],
  ['192.168.3.4', 'behind the transit gateway that takes all else', true],
  ['203.0.113.9', 'on the internet', false],
  ['::1', 'of IPv6', false],
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
  const reach = { ...REACH, routes: ['10.9.0.0/16'] };
  expect(locate('192.168.3.4', reach)).toEqual({ isInside: false });
});
