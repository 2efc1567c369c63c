import { encode } from '@temporalio/common/lib/encoding';
import { VERB_NAMES } from '../../src/contract/verbs';
import { completeRaw, failureOf, payloadOf, sendRaw } from './raw';
import { textsOf, type Run } from './run';
import { StubWorker } from './server';
import { Gate, World } from './world';

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start();
});
afterAll(() => worker.stop());

const APPROVES = {
  shift: {
    approval: true,
  },
};

const UNREADABLE = {
  'json/protobuf': payloadOf('json/protobuf'),
  'an encoding that nobody knows': payloadOf('binary/encrypted'),
  'no encoding at all': {
    data: encode('{}'),
  },
  'broken JSON': payloadOf('json/plain', '{"by":'),
  'a list': payloadOf('json/plain', '[1]'),
  'a number': payloadOf('json/plain', '1'),
  'a "by" that is no text': payloadOf('json/plain', '{"by":{"toString":1}}'),
  'a "reason" that is no text': payloadOf('json/plain', '{"reason":[1]}'),
  'a step that is none': payloadOf('json/plain', '{"step":{}}'),
  'a key that nobody knows': payloadOf('json/plain', '{"stpe":10}'),
};

async function holdInPreflight(): Promise<Run> {
  const run = await worker.runWorkflow({
    world: World.brokenAt('runPreflight'),
  });
  await run.untilRetryOf();
  return run;
}

async function askAt10(): Promise<Run> {
  const run = await worker.runWorkflow({
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.untilJudged('passing');
  return run;
}

test.concurrent.each(Object.entries(UNREADABLE))(
  'an approval in %s approves nothing and is told',
  async (_, payload) => {
    const run = await askAt10();
    await sendRaw(run, 'approve', payload);
    const { events, weight, decisions } = await run.untilTold(/^approve refused: it can't be read: /);
    expect([weight, decisions]).toEqual([10, []]);
    expect(textsOf(events).at(-1)).toMatch(/send \{"by":"…","reason":"…"\}\. Now: shift at 10 %/);
    await run.say('approve', {
      step: '10' as unknown as number,
    });
    await run.untilApprovalOf('50 → 100 %');
  },
);

test.concurrent.each(Object.entries(UNREADABLE))('an abort in %s goes back all the same', async (_, payload) => {
  const run = await holdInPreflight();
  await sendRaw(run, 'abort', payload);
  const { decisions } = await run.endedAs('rolled-back');
  expect(decisions).toMatchObject([
    {
      verb: 'abort',
      reason: expect.stringContaining("can't be read") as string,
    },
  ]);
});

test.concurrent.each([600_000, 1_900_000])('of a reason of %i characters a thousand are kept', async (length) => {
  const run = await holdInPreflight();
  await run.signal('abort', {
    by: 'k'.repeat(2000),
    reason: 'r'.repeat(length),
  });
  const { decisions } = await run.endedAs('rolled-back');
  expect(decisions[0]!.reason).toBe(`${'r'.repeat(1000)}… (cut, ${length} characters)`);
  expect(decisions[0]!.by).toHaveLength(1000 + '… (cut, 2000 characters)'.length);
});

test.concurrent('what would draw on a terminal is no part of a word', async () => {
  const run = await holdInPreflight();
  await run.signal('abort', {
    by: 'kim\u001b[2J',
    reason: 'two\nlines\ud800',
  });
  const { decisions } = await run.endedAs('rolled-back');
  expect(decisions).toMatchObject([
    {
      by: 'kim [2J',
      reason: 'two lines',
    },
  ]);
});

test.concurrent.each([
  ['nothing', undefined],
  ['null', payloadOf('json/plain', 'null')],
  ['a list', payloadOf('json/plain', '[]')],
  ['a plan that is none', payloadOf('json/plain', '{"plan":{"services":{"pyroscope":null}}}')],
  ['services that are none', payloadOf('json/plain', '{"plan":{"services":null,"records":7,"shift":[]}}')],
  ['half a character', payloadOf('json/plain', '{"plan":{"\\ud800":1}}')],
  ['json/protobuf', payloadOf('json/protobuf')],
] as const)('a start with %s fails with a sentence', async (_, payload) => {
  const run = await worker.startRaw('migrate', payload);
  const { type, message } = await failureOf(run);
  expect([type, message]).toEqual(['InvalidPlan', expect.stringMatching(/^not a plan: /)]);
});

test.concurrent('a start of another type fails with a sentence', async () => {
  const run = await worker.startRaw('migration', undefined);
  const { message } = await failureOf(run);
  expect(message).toMatch(/^there is no workflow "migration"; take migrate/);
});

test.concurrent.each(['frobnicate', '__temporal_frobnicate', 'toString'])(
  'a signal %s, which nobody knows, is answered in the events',
  async (name) => {
    const run = await holdInPreflight();
    await sendRaw(run, name, payloadOf('json/protobuf'));
    const answer = `signal ${name} is unknown; known are ${VERB_NAMES.join(', ')}. Now: preflight, `;
    await run.untilTold(new RegExp(`^${answer}`));
    await run.say('abort');
    await run.endedAs('rolled-back');
  },
);

test.concurrent('every verb is a signal too', async () => {
  const run = await worker.runWorkflow({
    plan: {
      shift: {
        approval: true,
        bake: '12h',
      },
    },
  });
  await run.untilWaitsFor('bake', 'the bake of 10 %');
  await run.signal('pause');
  await run.untilWaitsFor('resume');
  await run.signal('resume');
  await run.untilWaitsFor('bake', 'the bake of 10 %');
  await run.signal('promote');
  await run.untilApprovalOf('10 → 50 %');
  await run.signal('retry');
  await run.untilTold(/^retry refused: nothing waits for a retry/);
  await run.signal('rollback');
  await run.endedAs('rolled-back');
});

test.concurrent("an activity's result that can't be read is a failure of that activity", async () => {
  const gate = new Gate();
  const world = new World();
  const healthy = async ({ name }: { name: string }) => ({
    id: name,
    ownership: 'created' as const,
  });
  world.answers.ensureCluster = (input) => gate.pass().then(() => healthy(input));
  const run = await worker.runWorkflow({
    world,
  });
  await run.untilAsked('ensureCluster');
  await completeRaw(run, 'ensureCluster', payloadOf('json/protobuf'));
  const { waitingFor } = await run.untilRetryOf('provision');
  expect(waitingFor!.reason).toMatch(/^ensureCluster: its result can't be read: .*json\/protobuf/);
  gate.open();
  await run.say('retry');
  await run.endedAs('completed');
});

test.concurrent('a query that is none is refused, and one that is none of ours fails alone', async () => {
  const run = await holdInPreflight();
  await expect(run.handle.query('__temporal_none')).rejects.toThrow();
  expect((await run.status()).phase).toBe('preflight');
});

test('a thousand words keep the status small, and it says what was cut', async () => {
  const run = await holdInPreflight();
  const reason = 'r'.repeat(1000);
  await worker.whileAway(async () => {
    for (let times = 0; times < 250; times++) {
      await run.signal(times % 2 === 0 ? 'pause' : 'resume', {
        by: 'kim',
        reason,
      });
      await run.signal('promote', {
        by: 'kim',
        reason,
      });
    }
  });
  const status = await run.until('all words', ({ cut }) => (cut.decisions ?? 0) > 0);
  expect(status.decisions).toHaveLength(100);
  expect(status.cut).toMatchObject({
    decisions: 150,
    events: expect.any(Number) as number,
  });
  expect(JSON.stringify(status).length).toBeLessThan(500_000);
  await run.say('abort');
  await run.endedAs('rolled-back');
});
