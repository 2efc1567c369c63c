import type { Run } from './run';
import { failureOf, payloadOf, sendRaw } from './raw';
import { StubWorker } from './server';
import { World } from './world';

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start();
});
afterAll(() => worker.stop());

const SCANNED = {
  awaitScan: async () => ({
    status: 'COMPLETE',
    counts: { CRITICAL: 1 },
  }),
};
const MIMIR = { services: ['mimir'] };

/** What no neighbour sends. */
const GARBAGE = {
  'nothing that is known': payloadOf('json/protobuf'),
  'broken JSON': payloadOf('json/plain', '{"refusal":'),
  null: payloadOf('json/plain', 'null'),
  'a list': payloadOf('json/plain', '[]'),
  'texts that are none': payloadOf('json/plain', '{"refusal":7,"runId":{"toString":1},"services":{}}'),
  'a run that can not be': payloadOf(
    'json/plain',
    '{"runId":"x","firstRunId":"x","services":["mimir"],"duringWeek":true}',
  ),
  'half a character': payloadOf('json/plain', '{"refusal":null,"moment":"\\ud800"}'),
};

/** A deployment that asks whether an image with a finding may run. */
async function askForScan(): Promise<Run> {
  const run = await worker.runDeployment({ asked: MIMIR, stubs: SCANNED });
  await run.untilApprovalOf('deploy with 1 CRITICAL in lgtm-mimir');
  return run;
}

test.concurrent(
  'an image with a finding is deployed once somebody approves, and a doubled word is refused',
  async () => {
    const run = await askForScan();
    expect(await run.refusalOf('resume')).toMatch(/^resume refused: it is not paused. Now: images/);
    await run.say('approve');
    const { decisions } = await run.endedAs('completed');
    expect(decisions).toMatchObject([{ verb: 'approve', question: 'deploy with 1 CRITICAL in lgtm-mimir' }]);
  },
);

test.concurrent('an abort before anything was changed changes nothing', async () => {
  const run = await askForScan();
  await run.signal('abort', { by: 'kim', reason: 'not on a Friday' });
  const { rollback } = await run.endedAs('rolled-back');
  expect(rollback?.reason).toBe('kim said abort');
  expect(run.world.inputsOf('updateService')).toEqual([]);
});

test.concurrent.each(Object.entries(GARBAGE))('a deployment that is told %s goes on', async (_, payload) => {
  const run = await askForScan();
  await sendRaw(run, 'answerDeployment', payload);
  await run.untilTold(/^a signal between a deployment and its migration can't be read and changes nothing: /);
  for (const name of ['knock', 'requestDeployment', 'frobnicate']) await sendRaw(run, name, payload);
  await run.untilTold(/^signal frobnicate is unknown/);
  await run.say('approve');
  await run.endedAs('completed');
});

test.concurrent.each(Object.entries(GARBAGE))('a stop with %s stops all the same', async (_, payload) => {
  const run = await askForScan();
  await sendRaw(run, 'stopDeployment', payload);
  const { decisions } = await run.endedAs('rolled-back');
  expect(decisions).toMatchObject([{ verb: 'abort', by: 'the migration' }]);
});

test.concurrent.each(Object.entries(GARBAGE))(
  'a migration that is told %s by no deployment goes on',
  async (_, payload) => {
    const run = await worker.runWorkflow({ world: World.brokenAt('runPreflight') });
    await run.untilRetryOf();
    for (const name of ['requestDeployment', 'endDeployment', 'answerDeployment']) await sendRaw(run, name, payload);
    await run.untilTold(/^a signal between a deployment and its migration can't be read and changes nothing: /);
    await run.untilTold(/^signal answerDeployment is unknown/);
    await run.say('abort');
    await run.endedAs('rolled-back');
  },
);

test.concurrent.each([
  ['nothing', undefined, /^not a plan: /],
  ['a plan that is none', payloadOf('json/plain', '{"plan":7}'), /^not a plan: /],
  ['json/protobuf', payloadOf('json/protobuf'), /^not a plan: /],
] as const)('a deployment that is started with %s fails with a sentence', async (_, payload, sentence) => {
  const { message } = await failureOf(await worker.startRaw('deploy', payload));
  expect(message).toMatch(sentence);
});

test.concurrent.each([
  [{ services: 7 }, 'services: '],
  [{ services: [] }, 'services: '],
  [{ services: ['mimr'] }, 'the plan has no service mimr; take of mimir, grafana'],
  [{ images: { grafana: 'x' }, services: ['mimir'] }, 'images has none of mimir'],
  [{ previous: true }, 'previous goes with services, and without images'],
  [{ duringweek: true }, 'duringweek'],
])('a deployment that is asked for %j fails with a sentence', async (asked, problem) => {
  const run = await worker.runDeployment({ asked: asked as object });
  const { type, message } = await failureOf(run);
  expect([type, message]).toEqual(['InvalidDeployment', expect.stringContaining(problem)]);
  expect(message).toMatch(/^not a deployment: .*; start it by lgtm-migrate deploy$/);
});

test.concurrent('who asked and why are kept as those of any word', async () => {
  const run = await worker.runDeployment({
    asked: { ...MIMIR, by: { toString: 1 } as unknown as string, reason: 'r'.repeat(5000) },
  });
  const { deployment } = await run.endedAs('completed');
  expect(deployment?.by).toBe('someone');
  expect(deployment?.reason).toMatch(/^r{1000}… \(cut, 5000 characters\)$/);
});
