import { buildToken } from '../../src/activities/owner';

const OWNER = {
  migration: 'lgtm-migrate-lgtm-prd',
  run: '01a21a2a-86da-76df-8dac-8a6514eb5df1',
};

test('tokens of one run differ however late their subjects do, and none is longer than ECS takes', () => {
  const subjects = ['grafana', 'answers-3-1795736345114', 'answers-3-1795736346295', 'a-name-of-twenty-one-a'];
  const tokens = subjects.map((subject) => buildToken(OWNER, subject));
  expect(new Set(tokens).size).toBe(subjects.length);
  expect(Math.max(...tokens.map((token) => token.length))).toBeLessThanOrEqual(36);
  expect(buildToken(OWNER, subjects[1]!)).toBe(tokens[1]);
});
