import { readVersion } from '../../verify/source';

/** What programs say to `--version`. */
const SAID: Record<string, string> = {
  'loki, version 3.7.6 (branch: HEAD)': '3.7.6',
  'Mimir, version 3.2.1 (branch: HEAD)': '3.2.1',
  'alloy, version v1.19.2 (branch: HEAD)': '1.19.2',
};

test('a version is what the program says of itself', () => {
  for (const [said, version] of Object.entries(SAID)) {
    expect(readVersion(said)).toBe(version);
  }
});

test('one that was built without a version says none', () => {
  const said = 'loki, version  (branch: , revision: unknown)';
  expect(readVersion(said)).toBeUndefined();
});
