import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { compiled } from '../../lab/tools';
import { ATTEMPTS } from '../../src/contract/activities';
import { workflowIdOf } from '../../src/contract/messages';
import { VERB_NAMES } from '../../src/contract/verbs';

const FOLDER = join(__dirname, 'histories');
const FILES = readdirSync(FOLDER);
/** As the labs ran it that recorded the histories. */
const workflowBundle = { codePath: compiled('workflow') };

/** Of an event what is looked at. */
interface Scheduled {
  activityType: { name: string };
  heartbeatTimeout?: string;
  startToCloseTimeout?: string;
}
interface History {
  events: { activityTaskScheduledEventAttributes?: Scheduled }[];
}

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

/** Beyond which a dead worker's activity is not taken up as fast as docs/reliability.md says. */
const NOTICED_S = 4;
const QUICK_S = 120;

test('an activity is missed within seconds when its worker dies, a quick one tried again within minutes', () => {
  const scheduled = FILES.map((file) => JSON.parse(read(file)) as History).flatMap(({ events }) =>
    events.flatMap(({ activityTaskScheduledEventAttributes: asked }) => (asked ? [asked] : [])),
  );
  const secondsOf = (text: string | undefined) => Number.parseInt(text ?? '', 10);
  const late = scheduled.filter(({ heartbeatTimeout }) => !(secondsOf(heartbeatTimeout) <= NOTICED_S));
  expect(late).toEqual([]);
  const isQuick = ({ activityType }: Scheduled) => (ATTEMPTS as Record<string, string>)[activityType.name] === 'quick';
  const slow = scheduled.filter(isQuick).filter((asked) => !(secondsOf(asked.startToCloseTimeout) <= QUICK_S));
  expect(slow).toEqual([]);
  expect(scheduled.some(isQuick)).toBe(true);
});
