import { readFixture } from '../folder';

test.each([
  { name: 'A', value: 'own' },
  { name: 'B', value: 'two' },
  { name: 'C', value: '${REGION}' },
  { name: 'D', value: 'dotenv' },
  { name: 'FROM_SHELL', value: 'shell' },
  { name: 'NOT_SET', value: undefined },
])('of env files, lists and bare names the nearest counts: $name is $value', ({ name, value }) => {
  const { mimir } = readFixture('env-files');
  const variable = mimir!.environment.get(name);
  expect(variable?.value).toBe(value);
});
