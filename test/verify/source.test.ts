import { readVersion } from '../../verify/source';

test('a version is what the program says of itself; one that was built without says none', () => {
  expect(readVersion('loki, version 3.7.6 (branch: HEAD, revision: 1)')).toBe('3.7.6');
  expect(readVersion('Mimir, version 3.2.1 (branch: HEAD, revision: 1)')).toBe('3.2.1');
  expect(readVersion('alloy, version v1.19.2 (branch: HEAD)')).toBe('1.19.2');
  expect(readVersion('loki, version  (branch: , revision: unknown)')).toBeUndefined();
});
