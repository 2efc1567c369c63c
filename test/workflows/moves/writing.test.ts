import { textsOf } from '../run';
import { useStubWorker } from '../server';
import { HOST } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const PLAN = {
  shift: { weights: [100] },
  decommission: {
    approveStop: false,
    approveTerminate: false,
  },
};
const WHY = 'mimir on ECS was told to write, and S3 lists nothing newer below s3://bucket/mimirblocks';
const missing = async () => ({
  missing: [
    {
      service: 'mimir',
      why: WHY,
    },
  ],
});
const none = async () => ({ missing: [] });
const NOT_SEEN = 'ECS is not seen to write to S3';

test.concurrent(
  'the stores on ECS are seen to write before the hosts stop, and again before they are terminated',
  async () => {
    const run = await runWorkflow({ plan: PLAN });
    const { data, events } = await run.endedAs('completed');
    const { world } = run;
    expect(world.orderOf('awaitFlush', 'proveWriting', 'readNewestSamples', 'stopStack').slice(0, 4)).toEqual([
      'awaitFlush',
      'proveWriting',
      'readNewestSamples',
      'stopStack',
    ]);
    expect(world.names.lastIndexOf('proveWriting')).toBeLessThan(world.names.indexOf('terminateInstance'));
    expect(world.inputsOf('proveWriting')).toHaveLength(2);
    const [asked] = world.inputsOf('readWriting');
    expect(asked!.stores).toEqual([
      {
        service: 'mimir',
        store: 'mimir',
        port: 9009,
        bucket: 'sys-lgtm-s3',
        prefix: 'mimirblocks',
      },
    ]);
    expect(data!.written).toMatchObject({ stores: ['mimir'], missing: [] });
    expect(textsOf(events)).toContain('mimir on ECS were told to write, have counted it, and S3 lists it');
  },
);

test.concurrent('a store that is not seen to write stops no host: a retry asks again', async () => {
  const world = new World({ proveWriting: missing });
  const run = await runWorkflow({ world, plan: PLAN });
  const { waitingFor, data } = await run.untilApprovalOf(NOT_SEEN);
  expect(waitingFor!.what).toContain(`stop ${HOST} although ${NOT_SEEN}: ${WHY}`);
  expect(data!.written!.missing).toEqual([WHY]);
  expect(world.names).not.toContain('stopStack');
  world.answers.proveWriting = none;
  await run.say('retry');
  await run.endedAs('completed');
  const purposes = [...world.listOf('readWriting', 'purpose'), ...world.listOf('proveWriting', 'purpose')];
  expect(new Set(purposes).size).toBe(purposes.length);
});

test.concurrent('a week may not pass over a store that writes nothing: it holds before the termination', async () => {
  const world = new World();
  world.answers.proveWriting = () => (world.names.includes('createBackup') ? missing() : none());
  const run = await runWorkflow({ world, plan: PLAN });
  const { waitingFor, undo } = await run.untilApprovalOf(NOT_SEEN);
  expect(waitingFor!.what).toContain(`terminate ${HOST} although`);
  expect([undo.irreversible, world.names.includes('terminateInstance')]).toEqual([null, false]);
  await run.say('approve');
  const { events } = await run.endedAs('completed');
  expect(textsOf(events)).toContain(`approved although ${NOT_SEEN}: ${WHY}`);
});

test.concurrent('whom nobody could ask is not seen to write', async () => {
  const world = World.brokenAt('readWriting', 'no task started');
  const run = await runWorkflow({ world, plan: PLAN });
  const { waitingFor } = await run.untilApprovalOf(NOT_SEEN);
  expect(waitingFor!.what).toContain('mimir on ECS: no task started');
  world.fix('readWriting');
  await run.say('retry');
  await run.endedAs('completed');
});
