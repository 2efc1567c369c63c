import { join } from 'node:path';
import { loadPlan } from '../../src/commands/plan-file';

const EXAMPLES = join(__dirname, '../../examples');

test('a plan file is read and checked', () => {
  const example = join(EXAMPLES, 'lgtm.yaml');
  const plan = loadPlan(example);
  expect(plan.name).toBe('lgtm-prd');
});

test("a plan file that can't be read is an error with the way to one", () => {
  const missing = join(EXAMPLES, 'missing.yaml');
  const read = () => loadPlan(missing);
  expect(read).toThrow("can't be read (ENOENT)");
  expect(read).toThrow('write one with lgtm-migrate init');
});
