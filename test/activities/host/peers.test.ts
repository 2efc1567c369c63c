import { isWithinAny, peersIn } from '../../../src/activities/host/peers';

const MIMIR = {
  port: 19009,
  service: 'mimir',
};
const DOORS = new Map([[9009, MIMIR]]);

/** As a host counts them. */
const COUNTED = ['9009 10.0.3.4 1', '9009 [::ffff:10.0.3.4] 2', '9009 [fe80::1%eth0] 1', '22 10.0.3.9 1', ''];

test('a peer is told once for each door, with how often it is connected', () => {
  const peers = peersIn(COUNTED.join('\n'), DOORS);
  expect(peers).toEqual([
    {
      ...MIMIR,
      peer: '10.0.3.4',
      connections: 3,
    },
    {
      ...MIMIR,
      peer: 'fe80::1',
      connections: 1,
    },
  ]);
});

test('the host itself and its Docker networks are told from others', () => {
  const ownRanges = ['127.0.0.0/8', '::1', '172.18.0.0/16'];
  const addresses = ['127.0.0.1', '::1', '172.18.0.7', '10.0.3.4'];
  const own = addresses.filter((address) => isWithinAny(address, ownRanges));
  expect(own).toEqual(['127.0.0.1', '::1', '172.18.0.7']);
});

test.each([
  {
    address: '172.18.255.1',
    range: '172.18.0.0/16',
    isWithinIt: true,
  },
  {
    address: '172.19.0.1',
    range: '172.18.0.0/16',
    isWithinIt: false,
  },
  {
    address: '10.0.0.10',
    range: '10.0.0.10',
    isWithinIt: true,
  },
  {
    address: 'fd00::1',
    range: 'fd00::/8',
    isWithinIt: true,
  },
  {
    address: '2001:db8:0:2::7',
    range: '2001:db8:0:1::/64',
    isWithinIt: false,
  },
  {
    address: 'mimir',
    range: '0.0.0.0/0',
    isWithinIt: false,
  },
])('whether $address is within $range: $isWithinIt', ({ address, range, isWithinIt }) => {
  expect(isWithinAny(address, [range])).toBe(isWithinIt);
});
