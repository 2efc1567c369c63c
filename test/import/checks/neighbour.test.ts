import { findAppended } from '../findings';
import { ALLOY_CONFIG, MIMIR_CONFIG } from '../folder';

test.each([
  'localhost',
  '127.0.0.1',
  'host.docker.internal',
  '172.17.0.1', // Docker's bridge
])('Alloy reaches %s as a neighbour on the host', (host) => {
  const line = `url = "http://${host}:9009"`;
  const findings = findAppended(ALLOY_CONFIG, line);
  expect(findings).toEqual([`warn alloy/by-address ${ALLOY_CONFIG}:26`]);
});

test('a store that reaches localhost reaches itself', () => {
  const line = '# end\nx-self: "http://localhost:9009"';
  const findings = findAppended(MIMIR_CONFIG, line);
  expect(findings).toEqual([]);
});
