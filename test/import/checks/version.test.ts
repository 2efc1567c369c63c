import { checkFolder, findAfter, findWhere, readFolder } from '../findings';
import { editExample, LOKI, MIMIR } from '../folder';
import { HOST } from './host';

test('a version across a storage format fails', () => {
  const findings = findAfter({
    file: LOKI,
    from: '-3.7.8}',
    to: '-2.9.8}',
  });
  expect(findings).toEqual([`fail loki/version ${LOKI}:3`]);
});

test('what is changed in a configuration that comes along is made for another version', () => {
  const root = editExample({
    file: LOKI,
    from: '-3.7.8}',
    to: '-2.9.8}',
  });
  const finding = checkFolder(readFolder(root)).find(({ id }) => id === 'loki/version');
  expect(finding?.message).toContain('its own configuration comes along, but what is changed in it is made for 3.7.8');
  expect(finding?.fix).toContain('images/loki');
});

test('another version within a format is a warning, for what runs and not for what is written', () => {
  const findings = findWhere([HOST]);
  expect(findings).toContain(`warn mimir/version ${MIMIR}:15`);
});
