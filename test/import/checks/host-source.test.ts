import { findAppended } from '../findings';
import { ALLOY_CONFIG } from '../folder';

test('what of its host Alloy reads is named', () => {
  const line = 'loki.source.docker "all" { }';
  const findings = findAppended(ALLOY_CONFIG, line);
  expect(findings).toEqual([`warn alloy/host-source ${ALLOY_CONFIG}:26`]);
});
