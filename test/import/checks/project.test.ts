import { listFindings } from '../findings';
import { findFixture } from '../folder';

test('a folder without a Compose file at its top is named', () => {
  const findings = listFindings(findFixture('no-project'));
  expect(findings).toContain('warn host/project .:1');
});
