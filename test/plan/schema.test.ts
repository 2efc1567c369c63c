import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planJsonSchema } from '../../src/plan/json-schema';
import { loadPlan } from '../../src/plan/loader';

const ROOT = join(__dirname, '../..');

test('the JSON Schema that is checked in is the one of the code: npm run schema', () => {
  expect(JSON.parse(readFileSync(join(ROOT, 'schema/migration.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(planJsonSchema())),
  );
});

test('the example is a valid plan', () => {
  expect(loadPlan(join(ROOT, 'examples/lgtm.yaml')).name).toBe('lgtm-prd');
});
