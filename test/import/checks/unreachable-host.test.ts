import { findWhere } from '../findings';

test('a host that can not be asked is named', () => {
  const host = {
    instance: 'i-1',
    containers: [],
    unreachable: 'SSM does not know it',
  };
  const findings = findWhere([host]);
  expect(findings).toEqual(['warn host/unreachable i-1:1']);
});
