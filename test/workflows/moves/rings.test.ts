import { textsOf } from '../run';
import { LEFT_OUT, ONE_TASK, useStubWorker } from '../server';
import { World } from '../world';

const runWorkflow = useStubWorker();

const OPEN = 'mimir: 1 of 3 members are in the ring as 10.0.1.7 sees it';

function stopBeforeShift(world: World): World {
  world.break('lowerTtl', 'stopped by the test');
  return world;
}

test.concurrent('a ring that stays open holds the deploy and is named, and a retry asks again', async () => {
  const world = stopBeforeShift(new World({ checkRings: async () => ({ problems: [OPEN], unanswered: [] }) }));
  const run = await runWorkflow({ world });
  const status = await run.untilRetryOf('deploy');
  const wayOut = 'check that 7946 TCP and UDP are open between the tasks, then retry';
  expect(status).toMatchObject({
    waitingFor: { reason: `${OPEN}; ${wayOut}` },
    weight: 0,
  });
  const purposes = world.listOf('checkRings', 'purpose');
  expect(purposes).toEqual(['rings-1', 'rings-2', 'rings-3', 'rings-4', 'rings-5']);

  delete world.answers.checkRings;
  await run.say('retry');
  const { events } = await run.untilRetryOf('the record change');
  expect(textsOf(events)).toContain('rings closed: mimir 3 of 3');
});

test.concurrent('a service that is not answered by its name holds the deploy, with where to look', async () => {
  const why = 'http://mimir.lgtm.local:9009/ready is not answered to a task: curl: (6) Could not resolve host';
  const world = stopBeforeShift(new World({ checkRings: async () => ({ problems: [], unanswered: [why] }) }));
  const run = await runWorkflow({ world });
  const { waitingFor } = await run.untilRetryOf('deploy');
  expect(waitingFor!.reason).toBe(`${why}; see its Cloud Map service and the DNS attributes of the VPC, then retry`);
  const [asked] = world.inputsOf('checkRings');
  expect(asked!.names).toContainEqual({
    service: 'mimir',
    origin: 'http://mimir.lgtm.local:9009',
    path: '/ready',
  });
});

test.concurrent('members that find each other after a while hold nothing up', async () => {
  let looks = 0;
  const world = stopBeforeShift(
    new World({ checkRings: async () => ({ problems: ++looks < 3 ? [OPEN] : [], unanswered: [] }) }),
  );
  const run = await runWorkflow({ world });
  const { waitingFor } = await run.until('any wait', (status) => status.waitingFor !== null);
  expect([waitingFor!.what, looks]).toEqual(['retry of the record change', 3]);
});

test.concurrent('a service of one task has no ring to prove', async () => {
  const world = stopBeforeShift(new World());
  const run = await runWorkflow({
    world,
    plan: {
      services: {
        ...LEFT_OUT,
        mimir: ONE_TASK,
      },
    },
  });
  await run.untilRetryOf('the record change');
  expect(world.names).not.toContain('checkRings');
});

test.concurrent('rings that no service can prove hold the deploy with the way out', async () => {
  const run = await runWorkflow({
    plan: {
      services: {
        ...LEFT_OUT,
        grafana: { probe: false },
      },
    },
  });
  const { waitingFor } = await run.untilRetryOf('deploy');
  expect(waitingFor!.reason).toMatch(/^the rings of mimir cannot be proven: no service of the plan has probe: true;/);
});
