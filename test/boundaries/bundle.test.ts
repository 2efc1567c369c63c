import { readFileSync } from 'node:fs';
import { compiled } from '../../lab/tools';

const FORBIDDEN = /@aws-sdk|@smithy|src\/activities|src\/commands|src\/import|node_modules\/zod\//;

test('the workflow bundle holds no AWS SDK, no Node builtin, no activity and no schema', () => {
  const code = readFileSync(compiled('workflow'), 'utf8');
  const sources = [...code.matchAll(/"(\.\/(?:src|node_modules)\/[^"]+)"/g)].map(([, path]) => path!);
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.filter((path) => FORBIDDEN.test(path))).toEqual([]);
  expect(code).not.toMatch(/require\(["']node:/);
});
