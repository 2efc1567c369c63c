import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { compiled } from '../../lab/tools';
import { workflowIdOf } from '../../src/contract/messages';

const FOLDER = join(__dirname, 'histories');
/** As the labs ran it that recorded the histories. */
const workflowBundle = { codePath: compiled('workflow') };

beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR') }));

test.each(readdirSync(FOLDER))('the workflow still replays %s', async (file) => {
  const text = gunzipSync(readFileSync(join(FOLDER, file))).toString();
  const kind = file.includes('.deployment.') ? 'deployment' : 'migration';
  await Worker.runReplayHistory({ workflowBundle }, JSON.parse(text), workflowIdOf(kind, 'lgtm-prd'));
});
