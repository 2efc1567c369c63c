import { listFindings } from '../findings';
import { findFixture } from '../folder';

test('a store whose configuration is not in the folder is named, and what its defaults would break', () => {
  const findings = listFindings(findFixture('mimir-alone'));
  expect(findings).toEqual(
    expect.arrayContaining([
      'fail mimir/configuration compose.yaml:2',
      'fail mimir/filesystem compose.yaml:2',
      'fail mimir/tenants compose.yaml:2',
    ]),
  );
});
