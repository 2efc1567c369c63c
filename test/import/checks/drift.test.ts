import { findWhere, readFolder } from '../findings';
import { EXAMPLE, MIMIR } from '../folder';
import { HOST } from './host';

test('a host that runs another version than its folder says is named', () => {
  const findings = findWhere([HOST]);
  expect(findings).toContain(`warn mimir/drift ${MIMIR}:15`);
});

test('what runs counts for the version', () => {
  const { components } = readFolder(EXAMPLE, [HOST]);
  const versions = components.map((component) => component.version);
  expect(versions).toEqual([
    '3.2.0', // of the host
    '3.7.8',
    '2.10.8',
    '1.21.1',
    '13.2.3',
    'v1.19.2',
  ]);
});
