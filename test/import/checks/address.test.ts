import { findAppended, listFindings } from '../findings';
import { ALLOY_CONFIG, writeFolder } from '../folder';

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

test.each([
  'services: { loki: { image: a, networks: { mon: { ipv4_address: 172.20.0.11 } } } }',
  'services: { loki: { image: a } }\nnetworks: { mon: { ipam: { config: [{ gateway: 172.20.0.1 }] } } }',
  'services: { loki: { image: a, ports: ["10.0.0.5:3100:3100"] } }',
])("a container's own address is none that something points at: %s", (compose) => {
  const findings = listFindings(writeFolder({ 'compose.yaml': compose }));
  expect(findings).not.toContainEqual(expect.stringContaining('by-address'));
});
