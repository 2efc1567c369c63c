import { findAfter } from '../findings';
import { MIMIR } from '../folder';

test.each([
  'mimir:latest',
  'mimir:3',
  'mimir:3.2',
  'mimir:main',
  'mimir', // no tag at all
])('the image %s says no version and fails', (image) => {
  const findings = findAfter({
    file: MIMIR,
    from: 'mimir:3.2.1',
    to: image,
  });
  expect(findings).toEqual([`fail mimir/latest ${MIMIR}:15`]);
});
