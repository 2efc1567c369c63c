// Builds the workflow bundle that a production worker loads: dist/workflow-bundle.js.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { bundleWorkflowCode } = require('@temporalio/worker');
const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('../dist/workflows/index.js') });
await writeFile(new URL('../dist/workflow-bundle.js', import.meta.url), code);
