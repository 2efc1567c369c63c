import type { Remains } from '../../../src/contract/remains';
import { useStubWorker } from '../server';
import { HOST, RECORD } from '../stubs';
import { NOTHING_STANDS } from '../standing';
import { World } from '../world';

const runWorkflow = useStubWorker();

const APPROVES = { shift: { approval: true } };
const DENIED = 'AccessDenied: ecs:DescribeServices';
const RECOVER = 'of an earlier run; lgtm-migrate recover -f PLAN takes it back';

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
const TASKS: Remains = {
  ...NOTHING_STANDS,
  services: [
    {
      service: 'mimir',
      count: 3,
      run: 'r-1',
    },
  ],
};
const STOPPED: Remains = {
  ...NOTHING_STANDS,
  hosts: [
    {
      instanceId: HOST,
      state: 'stopped',
      run: 'r-1',
    },
  ],
};

const worldWith = (remains: Remains) => new World({ findRemains: async () => remains });

test.concurrent.each<[string, Remains, string, string]>([
  ['a weight', HALF, RECORD, 'is a weighted pair with 50 % on ECS'],
  ['a running task', TASKS, 'mimir', 'runs 3 tasks of run r-1'],
  ['a stopped host', STOPPED, HOST, 'is stopped, by run r-1'],
])('no end is called rolled back while %s of an earlier run stands', async (_, remains, what, state) => {
  const world = worldWith(remains);
  world.break('runPreflight', 'half of the users are on ECS');
  const run = await runWorkflow({ world });
  await run.untilRetryOf('preflight');
  await run.say('abort');
  const { leftovers } = await run.endedAs('rollback-incomplete');
  expect(leftovers).toEqual([
    {
      what,
      why: `${state}, ${RECOVER}`,
    },
  ]);
});

describe('where every host is terminated', () => {
  const endWith = async (remains: Remains) => {
    const world = worldWith({
      ...remains,
      ...TASKS,
      records: remains.records,
      hosts: [
        {
          instanceId: HOST,
          state: 'terminated',
        },
      ],
    });
    world.break('runPreflight', 'the host is terminated');
    const run = await runWorkflow({ world });
    await run.untilRetryOf('preflight');
    await run.say('abort');
    return run;
  };

  test.concurrent('what stands is the stack itself', async () => {
    const run = await endWith(NOTHING_STANDS);
    await run.endedAs('rolled-back');
  });

  test.concurrent('a name of which half still leads there is left over', async () => {
    const run = await endWith(HALF);
    const { leftovers } = await run.endedAs('rollback-incomplete');
    expect(leftovers.map(({ what }) => what)).toEqual([RECORD]);
  });
});

test.concurrent('what somebody does to a name or a host after it was given back is left over, and named', async () => {
  const changed: Remains = {
    ...NOTHING_STANDS,
    hosts: [
      {
        instanceId: HOST,
        state: 'stopped',
      },
    ],
    edits: [
      {
        name: RECORD,
        text: 'found A 203.0.113.9; it was A 192.0.2.1 before the migration',
      },
    ],
  };
  const world = worldWith(changed);
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  const { leftovers } = await run.endedAs('rollback-incomplete');
  expect(leftovers).toEqual([
    {
      what: RECORD,
      why: expect.stringMatching(/edited it since it was given back: found A 203\.0\.113\.9.*put that back/) as string,
    },
    {
      what: HOST,
      why: expect.stringMatching(/is stopped: somebody has done that since/) as string,
    },
  ]);
  const [{ restored = [] } = {}] = world.inputsOf('findRemains');
  expect(restored.flatMap(({ records }) => records.map(({ name }) => name))).toEqual([RECORD]);
});

test.concurrent('what AWS does not show yet is looked at again', async () => {
  const world = new World();
  world.answers.findRemains = async () => (world.inputsOf('findRemains').length > 1 ? NOTHING_STANDS : HALF);
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  await run.endedAs('rolled-back');
  expect(world.inputsOf('findRemains')).toHaveLength(2);
  expect((await run.timeline()).slice(-2)).toEqual([
    expect.stringContaining('until AWS shows what was taken back'),
    'findRemains',
  ]);
});

test.concurrent('a look that is denied holds, and a retry ends as it has to be', async () => {
  const world = new World();
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  world.break('findRemains', DENIED, 'AccessDenied');
  await run.say('abort');
  const { waitingFor } = await run.untilWaitsFor('host', 'could not look what an earlier run has left');
  expect(waitingFor).toMatchObject({
    reason: DENIED,
    verbs: ['retry', 'abort'],
  });
  world.fix('findRemains');
  await run.say('retry');
  await run.endedAs('rolled-back');
});

test.concurrent('a look that is given up is left over: nobody knows whether something stands', async () => {
  const world = World.brokenAt('findRemains', DENIED, 'AccessDenied');
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  await run.untilWaitsFor('host');
  await run.say('abort', { what: 'look' });
  const { leftovers } = await run.endedAs('rollback-incomplete');
  expect(leftovers).toEqual([
    {
      what: 'look what an earlier run has left',
      why: expect.stringContaining(`${DENIED}; lgtm-migrate recover -f PLAN --dry-run says it`) as string,
    },
  ]);
});
