import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

const FOLDER = join(__dirname, 'histories');
const silent = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
let workflowBundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: require.resolve('../../src/workflows/index.ts'),
    logger: silent,
  });
});

test.each(readdirSync(FOLDER))('the workflow still replays %s', async (file) => {
  const history = JSON.parse(gunzipSync(readFileSync(join(FOLDER, file))).toString()) as unknown;
  await Worker.runReplayHistory({ workflowBundle }, history, 'lgtm-migrate-lgtm-prd');
});
