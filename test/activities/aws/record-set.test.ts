import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { parseRecordSet, planReplacement } from '../../../src/activities/aws/record-set';
import type { RecordSet } from '../../../src/contract/records';

const FOUND: ResourceRecordSet = {
  Name: 'grafana.example.com',
  Type: 'A',
  TTL: 300,
  ResourceRecords: [{ Value: '203.0.113.10' }],
  HealthCheckId: 'abcdef11-2222-3333-4444-555555fedcba',
};
const PAIR: RecordSet = {
  name: 'grafana.example.com',
  type: 'A',
  ttl: 60,
  values: ['203.0.113.10'],
  setIdentifier: 'lgtm-migrate:lgtm-prd:host',
  weight: 100,
};

test('a record is taken away and given back with its health check', () => {
  const saved = parseRecordSet(FOUND);
  const [deletion] = planReplacement([saved], [PAIR]);
  expect(deletion).toEqual({ Action: 'DELETE', ResourceRecordSet: FOUND });
  const back = planReplacement([PAIR], [saved]);
  expect(back.at(-1)).toEqual({ Action: 'CREATE', ResourceRecordSet: FOUND });
});

test('a record whose health check somebody has changed is another one', () => {
  const saved = parseRecordSet(FOUND);
  const edited = parseRecordSet({ ...FOUND, HealthCheckId: 'another' });
  expect(planReplacement([edited], [saved]).map(({ Action }) => Action)).toEqual(['DELETE', 'CREATE']);
});

test('what stays as it is is not written, and what changes is deleted as it was read', () => {
  const other = {
    ...PAIR,
    setIdentifier: 'lgtm-migrate:lgtm-prd:ecs',
    weight: 0,
  };
  const moved = {
    ...PAIR,
    weight: 90,
  };
  expect(planReplacement([PAIR, other], [other, PAIR])).toEqual([]);
  const changes = planReplacement([PAIR, other], [moved, other]);
  expect(changes.map(({ Action, ResourceRecordSet }) => [Action, ResourceRecordSet?.Weight])).toEqual([
    ['DELETE', 100],
    ['CREATE', 90],
  ]);
});
