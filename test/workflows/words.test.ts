import { VERB_NAMES, type Verb } from '../../src/contract/verbs';
import type { Run } from './run';
import { useStubWorker } from './server';
import { HOST } from './stubs';
import { WAITS } from './waits';
import { Gate, World } from './world';

const runWorkflow = useStubWorker();

/** Why a word is not taken where nothing has asked for it; null: it is taken everywhere. */
const UNASKED: Record<Verb, string | null> = {
  approve: 'nothing waits for an approval',
  abort: null,
  pause: null,
  resume: 'it is not paused',
  promote: 'nothing bakes',
  retry: 'nothing waits for a retry',
  rollback: null,
  close: 'no way back stays open',
};

/** What a run answers to each of these words. */
async function listRefusals(run: Run, verbs: Verb[]): Promise<string[]> {
  const refusals: string[] = [];
  for (const verb of verbs) refusals.push(await run.refusalOf(verb));
  return refusals;
}

const refuseAll = (verbs: Verb[], why: string, now: string): string[] =>
  verbs.map((verb) => `${verb} refused: ${why}. Now: ${now}`);

/** Each wait, with one of the two words that take everything back. */
const WITH_A_WAY_BACK = WAITS.map((wait, index) => ({
  ...wait,
  back: index % 2 === 0 ? ('abort' as const) : ('rollback' as const),
}));

test.concurrent.each(WITH_A_WAY_BACK)(
  '$where refuses what it does not wait for, is paused and resumed, and $back takes all back',
  async ({ plan, world, waitsFor, at, takes, back }) => {
    const run = await runWorkflow({
      world: world(),
      plan,
    });
    const { waitingFor } = await run.untilWaitsFor(...waitsFor);
    const now = `${at}, waiting for ${waitingFor!.what}`;
    const unasked = VERB_NAMES.filter((verb) => UNASKED[verb] !== null && !takes.includes(verb));
    const sentences = unasked.map((verb) => `${verb} refused: ${UNASKED[verb]}. Now: ${now}`);
    expect(await listRefusals(run, unasked)).toEqual(sentences);
    expect(waitingFor!.verbs).toEqual(expect.arrayContaining(takes));

    await run.say('pause');
    expect(await run.refusalOf('pause')).toMatch(/^pause refused: it is paused already\. Now: .*, paused$/);
    await run.say('resume');
    expect((await run.untilWaitsFor(...waitsFor)).paused).toBe(false);

    await run.say(back);
    const status = await run.ended();
    const { decisions } = status;
    expect(status).toMatchObject({
      outcome: 'rolled-back',
      rollback: { reason: `test said ${back}` },
    });
    expect(decisions.map(({ verb }) => verb)).toEqual(['pause', 'resume', back]);
  },
);

test.concurrent('a pause in a phase lets it end and begins no other until somebody resumes', async () => {
  const gate = new Gate();
  const world = new World({
    ensureCluster: ({ name }) =>
      gate.pass().then(() => ({
        id: name,
        ownership: 'created',
      })),
  });
  world.break('findServices');
  const run = await runWorkflow({ world });
  await run.untilAsked('ensureCluster');
  await run.say('pause');
  gate.open();
  const { waitingFor } = await run.untilWaitsFor('resume');
  expect(waitingFor!.verbs).toEqual(['resume', 'abort']);
  expect(world.names).not.toContain('findServices');
  const verbs: Verb[] = ['approve', 'promote', 'retry'];
  const sentences = verbs.map(
    (verb) => `${verb} refused: ${UNASKED[verb]}. Now: provision, waiting for resume, paused`,
  );
  expect(await listRefusals(run, verbs)).toEqual(sentences);
  await run.say('resume');
  await run.untilRetryOf('deploy');
});

test.concurrent('a step that could end does not while it is paused, and does once somebody resumes', async () => {
  const world = new World();
  world.judge('holding', { reason: 'no data' });
  const run = await runWorkflow({ world });
  await run.untilWaitsFor('bake', 'the signals of 10 %');
  await run.say('pause');
  world.judge('passing');
  const { waitingFor, steps } = await run.untilJudged('passing');
  expect(waitingFor!.for).toBe('resume');
  expect(steps[0]!.state).toBe('gating');
  expect(world.listOf('setWeight', 'to')).toEqual([10]);
  await run.say('resume');
  await run.until('the next weight', ({ weight }) => weight === 50);
});

test.concurrent('the signals are judged while a step is paused, and a breach goes back', async () => {
  const run = await runWorkflow({ plan: { shift: { approval: true } } });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('pause');
  await run.untilWaitsFor('resume');
  expect(await run.refusalOf('approve')).toContain('approve refused: nothing waits for an approval');
  run.world.judge('failed', { reason: 'errors failed' });
  const { rollback } = await run.endedAs('rolled-back');
  expect(rollback!.reason).toBe('at 10 %: errors failed');
});

test.concurrent('past the point of no return only a retry is taken, and the way that is left is named', async () => {
  const world = World.brokenAt('terminateInstance', 'denied');
  const run = await runWorkflow({
    world,
    plan: { shift: { weights: [100] } },
  });
  await run.untilRetryOf(`terminating ${HOST}`);
  const now = `decommission, waiting for retry of terminating ${HOST}`;
  const gone = `the termination of ${HOST} asked for`;
  const wayLeft = `${gone}; start the hosts again from their backup image`;
  expect(await listRefusals(run, ['abort', 'rollback'])).toEqual(refuseAll(['abort', 'rollback'], wayLeft, now));
  expect(await listRefusals(run, ['pause'])).toEqual(refuseAll(['pause'], gone, now));
  const unasked = ['approve', 'resume', 'promote'] as const;
  const sentences = unasked.map((verb) => `${verb} refused: ${UNASKED[verb]}. Now: ${now}`);
  expect(await listRefusals(run, [...unasked])).toEqual(sentences);

  await run.handle.cancel();
  await run.signal('abort', { by: 'kim' });
  expect((await run.untilRetryOf()).rollback).toBeNull();
  world.fix('terminateInstance');
  await run.say('retry');
  expect(await run.ended()).toMatchObject({
    outcome: 'completed',
    rollback: null,
  });
});

test.concurrent('a human on the way back is asked for retry or abort, and nothing else is taken', async () => {
  const world = World.brokenAt('restoreTraffic');
  const run = await runWorkflow({
    world,
    plan: { shift: { approval: true } },
  });
  await run.untilApprovalOf();
  await run.say('abort');
  await run.untilWaitsFor('host');
  const verbs = VERB_NAMES.filter((verb) => verb !== 'retry' && verb !== 'abort');
  const now = 'rollback, waiting for a human: could not all traffic to the host';
  expect(await listRefusals(run, verbs)).toEqual(refuseAll(verbs, 'it is going back already', now));
  world.fix('restoreTraffic');
  await run.say('retry');
  await run.endedAs('rolled-back');
});

test.concurrent('a way back that goes on takes no word, and one that has ended takes none either', async () => {
  const gate = new Gate();
  const world = new World({ restoreTraffic: () => gate.pass().then(() => ({})) });
  const run = await runWorkflow({
    world,
    plan: { shift: { approval: true } },
  });
  await run.untilApprovalOf();
  await run.say('abort');
  await run.untilAsked('restoreTraffic');
  const sentences = refuseAll(VERB_NAMES, 'it is going back already', 'rollback');
  expect(await listRefusals(run, VERB_NAMES)).toEqual(sentences);
  gate.open();
  const { decisions } = await run.ended();
  expect(decisions.map(({ verb }) => verb)).toEqual(['abort']);
  expect(await run.refusalOf('retry')).toMatch(/already completed/);
});
