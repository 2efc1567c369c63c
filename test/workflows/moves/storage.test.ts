import { textsOf } from '../run';
import { LEFT_OUT, useStubWorker } from '../server';
import { World } from '../world';

const runWorkflow = useStubWorker();

const REFUSED = "a task with the role of mimir can't put a key below s3://sys-lgtm-s3/mimirblocks: AccessDenied";
const PREFIXES = ['mimirblocks', 'mimirruler'];

function stopBeforeShift(world: World): World {
  world.break('lowerTtl', 'stopped by the test');
  return world;
}

test.concurrent('what S3 refuses the role of the tasks holds the deploy, and a retry asks again', async () => {
  const world = stopBeforeShift(new World({ checkStorage: async () => ({ problems: [REFUSED] }) }));
  const run = await runWorkflow({ world });
  const { waitingFor, weight } = await run.untilRetryOf('deploy');
  expect(waitingFor!.reason).toBe(`${REFUSED}; mend the role, the bucket's policy or the key's, then retry`);
  expect(weight).toBe(0);
  const [asked] = world.inputsOf('checkStorage');
  expect(asked!.probe.taskRole).toBe('lgtmTaskRole');
  expect(asked!.places).toEqual(
    PREFIXES.map((prefix) => ({
      service: 'mimir',
      bucket: 'sys-lgtm-s3',
      prefix,
    })),
  );

  delete world.answers.checkStorage;
  await run.say('retry');
  const { events } = await run.untilRetryOf('the record change');
  expect(textsOf(events)).toContain(
    'S3 lets the tasks put, read, list and delete below s3://sys-lgtm-s3/mimirblocks, s3://sys-lgtm-s3/mimirruler',
  );
});

test.concurrent('a policy that holds after a while holds nothing up', async () => {
  let looks = 0;
  const world = stopBeforeShift(new World({ checkStorage: async () => ({ problems: ++looks < 3 ? [REFUSED] : [] }) }));
  const run = await runWorkflow({ world });
  const { waitingFor } = await run.until('any wait', (status) => status.waitingFor !== null);
  expect([waitingFor!.what, looks]).toEqual(['retry of the record change', 3]);
});

test.concurrent('a store with keys of its own needs no role', async () => {
  const world = stopBeforeShift(new World());
  const run = await runWorkflow({
    world,
    plan: {
      secrets: [
        {
          name: 'lgtm/s3-keys',
          from: { env: 'S3_KEYS' },
        },
      ],
      services: {
        ...LEFT_OUT,
        mimir: { secrets: { AWS_ACCESS_KEY_ID: 'lgtm/s3-keys' } },
      },
    },
  });
  await run.untilRetryOf('the record change');
  expect(world.names).not.toContain('checkStorage');
});
