import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeJsonSchema } from '../../src/plan/json-schema';
import { parsePlan } from '../../src/plan/loader';

const ROOT = join(__dirname, '../..');

function readText(path: string): string {
  const file = join(ROOT, path);
  return readFileSync(file, 'utf8');
}

test('the JSON Schema that is checked in is the one of the code: npm run schema', () => {
  const checkedIn = readText('schema/migration.schema.json');
  const written = JSON.stringify(makeJsonSchema(), null, 2);
  expect(checkedIn).toBe(`${written}\n`);
});

test('the example is a valid plan', () => {
  const example = readText('examples/lgtm.yaml');
  const plan = parsePlan(example, 'lgtm.yaml');
  expect(plan.name).toBe('lgtm-prd');
});
