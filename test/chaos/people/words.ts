import { randomUUID } from 'node:crypto';
import { encode } from '@temporalio/common/lib/encoding';
import { until } from '../../../lab/until';
import type { Status } from '../../../src/contract/status';
import type { Verb } from '../../../src/contract/verbs';
import { inputOf, payloadOf, sendRaw, type RawPayload } from '../../workflows/raw';
import type { Run } from '../../workflows/run';
import type { StubWorker } from '../../workflows/server';
import type { Count } from '../campaign';
import { listFailedTasks } from '../failed-tasks';
import { ModelWorld } from '../model/world';

/** What Temporal's command line and other clients can send, none of it a word that anybody can mean. */
export const PAYLOADS: Record<string, RawPayload> = {
  'json/protobuf': payloadOf('json/protobuf'),
  'binary/plain': payloadOf('binary/plain'),
  'binary/protobuf': payloadOf('binary/protobuf'),
  'an encoding that nobody knows': payloadOf('binary/encrypted'),
  'no encoding': { data: encode('{}') },
  'broken JSON': payloadOf('json/plain', '{"by":'),
  'a list': payloadOf('json/plain', '[[{"by":"kim"}]]'),
  'a prototype': payloadOf('json/plain', '{"__proto__":{"by":"kim"},"by":{"toString":1}}'),
};
/** What was meant for another moment. */
export const STALE: Record<string, RawPayload> = {
  'a stale step': payloadOf('json/plain', '{"by":"kim","step":7}'),
  'a stale question': payloadOf('json/plain', '{"by":"kim","question":"9-deadbeef","step":"7"}'),
};

/** Verbs that move something on, or would; each is sent as a signal and as an update, twice. */
const FORWARD: readonly Verb[] = ['approve', 'promote', 'retry', 'resume', 'close'];
/** As a signal and as an update. */
export const WAYS = 2;
/** Says what is meant, where the run asks. */
export const DIRECTOR = 'director';
const COMPLETED = 3;

export const PLAN = {
  shift: { approval: true },
  decommission: {},
};

/** Sends an update past every converter. @returns whether it was taken; one that comes too late was not */
async function updateRaw({ handle }: Run, name: Verb, payload: RawPayload): Promise<boolean> {
  const { connection, options } = handle.client;
  const { input } = inputOf(payload);
  const answer = await connection.workflowService
    .updateWorkflowExecution({
      namespace: options.namespace,
      workflowExecution: {
        workflowId: handle.workflowId,
      },
      waitPolicy: {
        lifecycleStage: COMPLETED,
      },
      request: {
        meta: {
          updateId: randomUUID(),
        },
        input: {
          name,
          args: input ?? null,
        },
      },
    })
    .catch(() => undefined);
  return Boolean(answer?.outcome?.success);
}

/** @returns verbs that were taken, in words */
export async function sendAll(run: Run, payload: RawPayload, count: Count): Promise<string[]> {
  const taken: string[] = [];
  for (const verb of [...FORWARD, ...FORWARD]) {
    count('words', WAYS);
    // the run may have ended meanwhile
    await sendRaw(run, verb, payload).catch(() => undefined);
    if (await updateRaw(run, verb, payload)) taken.push(`${verb} was taken`);
  }
  return taken;
}

/** One in which something is said as this activity begins. */
export const worldAt = (activity: string): ModelWorld =>
  new ModelWorld({
    cause: 'nonsense',
    moment: {
      activity,
      at: 'start',
    },
    cleanup: 'keep',
  });

/** A run at one moment of which, and at each of whose questions, such words come. @returns what was not right */
export async function tryWords(
  worker: StubWorker,
  payload: RawPayload,
  activity: string,
  count: Count,
): Promise<string[]> {
  const problems: string[] = [];
  const world = worldAt(activity);
  const run = await worker.runWorkflow({
    plan: PLAN,
    world,
  });
  const send = async () => void problems.push(...(await sendAll(run, payload, count)));
  world.say = send;
  const status = await directToEnd(run, send);
  const strangers = status.decisions.filter(({ by }) => by !== DIRECTOR);
  return [
    ...problems,
    ...(status.outcome === 'completed' ? [] : [`ended ${status.outcome}`]),
    ...strangers.map(({ verb, by }) => `${verb} by ${by} was taken`),
    ...world.account.violations,
    ...(await listFailedTasks(run.handle)),
  ];
}

/** Approves each question, after such words have come to it. */
export async function directToEnd(run: Run, send: () => Promise<unknown>): Promise<Status> {
  const ending = run.handle.result();
  let answered = '';
  return until(
    'the end',
    async () => {
      const status = await run.status();
      if (status.outcome !== null) return ending;
      const { question } = status.waitingFor ?? {};
      if (!question || question.id === answered) return undefined;
      await send();
      await run.say('approve', { by: DIRECTOR }).then(
        () => (answered = question.id),
        // asked anew meanwhile
        () => undefined,
      );
      return undefined;
    },
    {
      progress: () => run.status(),
    },
  );
}
