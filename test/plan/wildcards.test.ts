import { matchesWildcards } from '../../src/plan/wildcards';

test.each([
  ['/a/*', '/a/b/c'],
  ['*', ''],
  ['/a?c', '/abc'],
  ['*/ring', '/ingester/ring'],
  ['/a*b*c', '/a*bbxc'],
])('%s is %s among others', (pattern, text) => {
  expect(matchesWildcards(pattern, text)).toBe(true);
});

test.each([
  ['/a/*', '/b'],
  ['/a?', '/a'],
  ['/a', '/ab'],
  ['a*b', 'acbd'],
  [`/${'*'.repeat(100)}x`, '/ingester/flush'],
])('%s is never %s', (pattern, text) => {
  expect(matchesWildcards(pattern, text)).toBe(false);
});
