import { findAppended } from '../findings';
import { ALLOY_CONFIG } from '../folder';

test.each([
  'url = "http://10.0.3.21:9100"',
  'address = "10.0.3.21"', // without a port
])('%s names a machine by its address', (line) => {
  const findings = findAppended(ALLOY_CONFIG, line);
  expect(findings).toEqual([`warn alloy/by-address ${ALLOY_CONFIG}:26`]);
});

test.each([
  '// http://10.9.9.9:1',
  'range = "10.0.3.0/24"',
  'listen = "0.0.0.0:1"',
  'metadata = "169.254.169.254"',
  'version = "10.0.3.300"',
])('%s names no machine', (line) => {
  const findings = findAppended(ALLOY_CONFIG, line);
  expect(findings).toEqual([]);
});
