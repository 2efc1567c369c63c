import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { compiled } from '../../lab/tools';
import { workflowIdOf } from '../../src/contract/messages';
import { VERB_NAMES } from '../../src/contract/verbs';

const FOLDER = join(__dirname, 'histories');
const FILES = readdirSync(FOLDER);
/** As the labs ran it that recorded the histories. */
const workflowBundle = { codePath: compiled('workflow') };

const read = (file: string) => gunzipSync(readFileSync(join(FOLDER, file))).toString();

beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR') }));

test.each(FILES)('the workflow still replays %s', async (file) => {
  const kind = file.includes('.deployment.') ? 'deployment' : 'migration';
  await Worker.runReplayHistory({ workflowBundle }, JSON.parse(read(file)), workflowIdOf(kind, 'lgtm-prd'));
});

test('the recorded histories have every word in them', () => {
  const recorded = FILES.map(read).join('\n');
  const isMissing = (name: string) => !recorded.includes(`"name": "${name}"`);
  expect(VERB_NAMES.filter(isMissing)).toEqual([]);
});
