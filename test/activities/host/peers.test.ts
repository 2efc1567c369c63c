import { isWithin, peersIn } from '../../../src/activities/host/peers';

const DOORS = new Map([[9009, { port: 19009, service: 'mimir' }]]);

/** As `ss -Htn state established` prints it. */
function connection(local: string, peer: string): string {
  return `0      0      ${local}      ${peer}`;
}

test('a peer is told once for each door, with how often it is connected', () => {
  const output = [
    connection('172.18.0.2:9009', '10.0.3.4:5000'),
    connection('[::ffff:172.18.0.2]:9009', '[::ffff:10.0.3.4]:5001'),
    connection('[fd00::2]:9009', '[fe80::1%eth0]:77'),
    connection('172.18.0.2:22', '10.0.3.9:5000'),
    '',
  ].join('\n');
  expect(peersIn(output, DOORS, [])).toEqual([
    { peer: '10.0.3.4', port: 19009, service: 'mimir', connections: 2 },
    { peer: 'fe80::1', port: 19009, service: 'mimir', connections: 1 },
  ]);
});

test('the host itself and its Docker networks are no peers', () => {
  const output = [
    connection('127.0.0.1:9009', '127.0.0.1:5000'),
    connection('[::1]:9009', '[::1]:5001'),
    connection('172.18.0.2:9009', '172.18.0.7:5002'),
  ].join('\n');
  const ownRanges = ['127.0.0.0/8', '::1', '172.18.0.0/16'];
  expect(peersIn(output, DOORS, ownRanges)).toEqual([]);
});

test.each([
  ['172.18.255.1', '172.18.0.0/16', true],
  ['172.19.0.1', '172.18.0.0/16', false],
  ['10.0.0.10', '10.0.0.10', true],
  ['10.0.0.1', '0.0.0.0/0', true],
  ['fd00::1', 'fd00::/8', false],
])('whether %s is in %s: %s', (address, range, expected) => {
  expect(isWithin(address, range)).toBe(expected);
});
