import { randomUUID } from 'node:crypto';
import type { Remains } from '../../src/contract/remains';
import { NoAnswer } from '../../src/temporal/errors';
import { findLedger, type LedgerAnswer } from '../../src/temporal/ledger';
import type { Run } from './run';
import { StubWorker } from './server';
import { NOTHING_STANDS } from './standing';
import { RECORD } from './stubs';
import { World } from './world';

const HALF: Remains = {
  ...NOTHING_STANDS,
  records: [
    {
      name: RECORD,
      shape: 'pair',
      weight: 50,
    },
  ],
};

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start();
});
afterAll(() => worker.stop());

const planOf = (name: string) => ({
  name,
  shift: { approval: true },
});
const runOf = (answer: LedgerAnswer): string => ('run' in answer ? answer.run.runId : answer.why);
const idOf = ({ handle }: Run): string => handle.firstExecutionRunId;

/** A run that somebody has terminated while 50 % of the users were on ECS. */
async function terminateAtHalf(name: string): Promise<Run> {
  const run = await worker.runWorkflow({ plan: planOf(name) });
  await run.untilApprovalOf('10 → 50 %');
  await run.handle.terminate('somebody has clicked it');
  return run;
}

/** A run that took back all of its own. */
async function goBack(name: string, remains: Remains): Promise<Run> {
  const world = new World({ findRemains: async () => remains });
  const run = await worker.runWorkflow({
    world,
    plan: planOf(name),
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  await run.endedAs(remains === HALF ? 'rollback-incomplete' : 'rolled-back');
  return run;
}

test('a later run that took its own back, and not what an earlier one had left, does not hide its ledger', async () => {
  const name = `two-${randomUUID().slice(0, 8)}`;
  const first = await terminateAtHalf(name);
  await goBack(name, HALF);
  const found = await findLedger(worker.session, name);
  expect(runOf(found)).toBe(idOf(first));

  // what a recovery has carried out is no ledger any more
  const { undos } = (found as Extract<LedgerAnswer, { run: unknown }>).run;
  const world = new World({ findRemains: async () => HALF });
  const recovery = await worker.runRecovery({
    world,
    plan: planOf(name),
    asked: {
      undos,
      weight: 50,
      reason: 'somebody takes it back',
      derived: [],
    },
  });
  await recovery.endedAs('rollback-incomplete');
  expect(runOf(await findLedger(worker.session, name))).toContain(`run ${idOf(recovery)} ended rollback-incomplete`);
});

test('a later run that left nothing at all has taken back what stood before it too', async () => {
  const name = `whole-${randomUUID().slice(0, 8)}`;
  await terminateAtHalf(name);
  const later = await goBack(name, NOTHING_STANDS);
  expect(runOf(await findLedger(worker.session, name))).toBe(
    `run ${idOf(later)} ended rolled-back, and its ledger with it`,
  );
});

test('a ledger that no worker answers in time is asked again, and nothing else is gone by', async () => {
  const name = `slow-${randomUUID().slice(0, 8)}`;
  const run = await terminateAtHalf(name);
  await worker.whileAway(async () => {
    const error: unknown = await findLedger(worker.session, name).catch((trouble: unknown) => trouble);
    expect(error).toBeInstanceOf(NoAnswer);
    expect((error as Error).message).toContain('nothing was changed: no worker answers');
    expect((error as Error).message).toContain(`temporal workflow delete --namespace default --workflow-id`);
  });
  expect(runOf(await findLedger(worker.session, name))).toBe(idOf(run));
});
