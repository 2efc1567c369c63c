import { listFindings } from '../findings';
import { findFixture } from '../folder';

test('those of the six that are not in the folder are named', () => {
  const findings = listFindings(findFixture('mimir-alone'));
  const missing = findings.filter((finding) => finding.includes('/missing'));
  expect(missing).toEqual([
    'warn loki/missing .:1',
    'warn tempo/missing .:1',
    'warn pyroscope/missing .:1',
    'warn grafana/missing .:1',
    'warn alloy/missing .:1',
  ]);
});
