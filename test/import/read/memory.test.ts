import { parseGigabytes } from '../../../src/import/read/memory';

test.each([
  ['512m', 0.5],
  ['2gb', 2],
  ['1.5G', 1.5],
  ['1073741824', 1],
  ['much', undefined],
])('%s is %s GB', (text, gigabytes) => {
  expect(parseGigabytes(text)).toBe(gigabytes);
});
