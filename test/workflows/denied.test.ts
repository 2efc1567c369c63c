import { useStubWorker } from './server';
import { World } from './world';

const runWorkflow = useStubWorker();

test.concurrent(
  'a permission that is missing on the way back holds that undo alone, and a retry takes it up',
  async () => {
    const world = new World();
    const run = await runWorkflow({
      world,
      plan: {
        shift: { approval: true },
        cleanup: 'delete',
      },
    });
    await run.untilApprovalOf('10 → 50 %');
    world.break('removeCluster', 'removeCluster: AccessDenied', 'AccessDeniedException');
    await run.say('abort');
    const areOthersGone = () => world.names.includes('removeRepository');
    const { waitingFor } = await run.until('the others to be taken back', areOthersGone);
    expect(waitingFor).toMatchObject({
      what: 'a human: could not remove cluster lgtm-cluster',
      reason: expect.stringMatching(/^removeCluster: AccessDenied/) as string,
      verbs: ['retry', 'abort'],
    });
    world.fix('removeCluster');
    await run.say('retry');
    const { leftovers } = await run.endedAs('rolled-back');
    expect(leftovers).toEqual([]);
  },
);
