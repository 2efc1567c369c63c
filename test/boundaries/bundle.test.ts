import { bundleWorkflowCode } from '@temporalio/worker';

test('the workflow bundle holds no AWS SDK, no Node builtin and no activity', async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../../src/workflows/index.ts'),
    logger: {
      log: () => undefined,
      trace: () => undefined,
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
  });
  const sources = [...code.matchAll(/"(\.\/(?:src|node_modules)\/[^"]+)"/g)].map(([, path]) => path!);
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.filter((path) => /@aws-sdk|@smithy|src\/activities|src\/commands/.test(path))).toEqual([]);
  expect(code).not.toMatch(/require\(["']node:/);
});
