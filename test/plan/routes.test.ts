import { isPartOf, isPrivateRange } from '../../src/plan/ranges';
import { isRouted, listRanges, listShares } from '../../src/plan/routes';

const VPC = ['10.0.0.0/16'];
const PATHS = ['/api/v1/push', '/otlp/*', '/prometheus/*'];
const OFFICES = ['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32'];

test('a rule leads to a service that somebody can come to', () => {
  expect(isRouted('internet-facing', { public: true })).toBe(true);
  expect(isRouted('internet-facing', { public: false })).toBe(false);
  expect(isRouted('internet-facing', { public: false, from: OFFICES })).toBe(true);
  expect(isRouted('internal', { public: false })).toBe(true);
  expect(isRouted('internal', undefined)).toBe(false);
});

test('the sources of a service are shared among rules of five values each', () => {
  const exposed = { public: false, from: OFFICES };
  expect(listShares('internet-facing', { ...exposed, paths: PATHS }, VPC).map(({ sources }) => sources)).toEqual(
    OFFICES.map((office) => [office]),
  );
  expect(listShares('internet-facing', { ...exposed, paths: ['/*'] }, VPC)).toEqual([
    { paths: ['/*'], sources: OFFICES },
  ]);
  expect(listShares('internal', { ...exposed, paths: ['/*', '/b'] }, VPC).map(({ sources }) => sources)).toEqual([
    [...VPC, OFFICES[0]],
    [OFFICES[1], OFFICES[2]],
  ]);
});

test('whoever comes to an internal balancer comes from each of the ranges of its VPC', () => {
  const ranges = listRanges({ vpcCidr: '10.0.0.0/16', addedCidrs: ['100.64.0.0/16'] });
  expect(listShares('internal', { public: false, paths: ['/*'] }, ranges)).toEqual([
    { paths: ['/*'], sources: ['10.0.0.0/16', '100.64.0.0/16'] },
  ]);
});

test('a service that everybody may come to has one rule without sources', () => {
  expect(listShares('internet-facing', { public: true, paths: PATHS }, VPC)).toEqual([{ paths: PATHS }]);
});

test.each([
  ['10.1.0.0/16', true],
  ['172.31.255.0/24', true],
  ['172.32.0.0/16', false],
  ['100.64.0.1/32', true],
  ['203.0.113.0/24', false],
  ['0.0.0.0/0', false],
])('that %s is private is %s', (range, expected) => {
  expect(isPrivateRange(range)).toBe(expected);
});

test('a wider range is no part of a narrower one', () => {
  expect(isPartOf('10.0.0.0/8', VPC[0]!)).toBe(false);
  expect(isPartOf('10.0.3.0/24', VPC[0]!)).toBe(true);
});
