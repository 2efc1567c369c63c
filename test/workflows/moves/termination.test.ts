import { textsOf } from '../run';
import { useStubWorker } from '../server';
import { HOST } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const PLAN = { shift: { weights: [100] } };
const INCOMPLETE = 'its backup ami-1 is not complete';

/** A run whose backup is found to be none when the host is to be terminated. */
async function runWithoutBackup() {
  const world = new World();
  world.break('terminateInstance', INCOMPLETE, 'BackupIncomplete');
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  const status = await run.untilRetryOf(`terminating ${HOST}`);
  return { run, status };
}

test.concurrent('a host without a backup is not terminated: everything can still be taken back', async () => {
  const { run, status } = await runWithoutBackup();
  expect(status.waitingFor!.reason).toBe(INCOMPLETE);
  expect(status.undo.irreversible).toBeNull();
  expect(textsOf(status.events)).toContain(`${HOST} was not terminated: all can still be taken back`);
  await run.say('abort');
  const { weight } = await run.endedAs('rolled-back');
  expect(weight).toBe(0);
  expect(run.world.names).toContain('startInstance');
});

test.concurrent('a retry makes the backup anew and terminates the host with it', async () => {
  const { run } = await runWithoutBackup();
  const { world } = run;
  world.answers.createBackup = async ({ instanceId, name }) => ({
    instanceId,
    name,
    imageId: 'ami-2',
  });
  world.fix('terminateInstance');
  await run.say('retry');
  const { undo } = await run.endedAs('completed');
  expect(undo.irreversible).toBe(`${HOST} terminated`);
  expect(world.listOf('terminateInstance', 'imageId')).toEqual(['ami-1', 'ami-2']);
});

test.concurrent('a breach while it waits for a backup goes back', async () => {
  const { run } = await runWithoutBackup();
  run.world.judge('failed', { reason: '5xx' });
  await run.endedAs('rolled-back');
});

test.concurrent('a cancellation that comes while AWS is asked is heard where nothing was terminated', async () => {
  const { run } = await runWithoutBackup();
  await run.handle.cancel();
  const { rollback } = await run.endedAs('rolled-back');
  expect(rollback!.reason).toBe('cancellation was requested');
});
