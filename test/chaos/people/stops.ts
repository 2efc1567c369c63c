import { until } from '../../../lab/until';
import type { Verb } from '../../../src/contract/verbs';
import { sendRaw, type RawPayload } from '../../workflows/raw';
import type { StubWorker } from '../../workflows/server';
import type { Count } from '../campaign';
import { listFailedTasks } from '../failed-tasks';
import { ModelWorld } from '../model/world';
import { DIRECTOR, directToEnd, PLAN, sendAll, WAYS, worldAt } from './words';

interface Stop {
  verb: Verb;
  payload: RawPayload;
  /** the activity at whose start it is said */
  moment: string;
}

/** A run to which this is said. */
async function startStopped(worker: StubWorker, { verb, payload, moment }: Stop, count: Count) {
  const world = worldAt(moment);
  const run = await worker.runWorkflow({
    plan: { cleanup: 'keep' },
    world,
  });
  world.say = async () => {
    count('words');
    await sendRaw(run, verb, payload);
  };
  return {
    world,
    run,
    ending: run.handle.result(),
  };
}

/** Somebody stops a run by a word that nobody can read; it goes back, whatever else of that kind comes meanwhile. */
export async function tryStop(worker: StubWorker, stop: Stop, count: Count): Promise<string[]> {
  const { world, run, ending } = await startStopped(worker, stop, count);
  const isGoingBack = async () => (await run.status()).rollback !== null;
  await until('the way back', isGoingBack, { progress: () => run.status() });
  const taken = await sendAll(run, stop.payload, count);
  const { outcome } = await ending;
  return [
    ...taken,
    ...(outcome === 'rolled-back' ? [] : [`ended ${outcome}`]),
    ...world.account.violations,
    ...(await listFailedTasks(run.handle)),
  ];
}

/** Somebody pauses by such a word, and resumes by one that can be read. */
export async function tryPause(
  worker: StubWorker,
  payload: RawPayload,
  moment: string,
  count: Count,
): Promise<string[]> {
  const stop: Stop = {
    verb: 'pause',
    payload,
    moment,
  };
  const { run, ending } = await startStopped(worker, stop, count);
  await until('the pause', async () => (await run.status()).waitingFor?.for === 'resume', {
    progress: () => run.status(),
  });
  await run.say('resume', { by: DIRECTOR });
  const { outcome } = await ending;
  return [...(outcome === 'completed' ? [] : [`ended ${outcome}`]), ...(await listFailedTasks(run.handle))];
}

/** A double click: the same approval twice at once is one. */
export async function tryDoubled(worker: StubWorker, count: Count): Promise<string[]> {
  const run = await worker.runWorkflow({
    plan: PLAN,
    world: new ModelWorld(),
  });
  const asked = new Set<string>();
  const status = await directToEnd(run, async () => {
    const { waitingFor } = await run.status();
    asked.add(waitingFor!.question!.id);
    count('words', WAYS);
    const approve = () =>
      run.say('approve', {
        by: DIRECTOR,
        question: waitingFor!.question!.id,
      });
    await Promise.allSettled([approve(), approve()]);
  });
  const approvals = status.decisions.filter(({ verb }) => verb === 'approve').length;
  return [
    ...(status.outcome === 'completed' ? [] : [`ended ${status.outcome}`]),
    ...(approvals === asked.size ? [] : [`${approvals} approvals were taken of ${asked.size} questions`]),
    ...(await listFailedTasks(run.handle)),
  ];
}
