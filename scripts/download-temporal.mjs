// Lets the SDK download its Temporal server, starts it once to see that it runs, and puts a copy into the folder given.
import { chmodSync, copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { TestWorkflowEnvironment } = require('@temporalio/testing');
const folder = process.argv[2];
const environment = await TestWorkflowEnvironment.createLocal({
  server: {
    executable: {
      type: 'cached-download',
      downloadDir: folder,
    },
  },
});
await environment.teardown();
const found = readdirSync(folder).find((name) => name.startsWith('temporal'));
if (!found) process.exit(1);
if (found !== 'temporal') copyFileSync(join(folder, found), join(folder, 'temporal'));
chmodSync(join(folder, 'temporal'), 0o755);
process.exit(0);
