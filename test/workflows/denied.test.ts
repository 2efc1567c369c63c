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

test.concurrent(
  'with users on ECS an answer that the way forward can not read holds it, and goes back only when told',
  async () => {
    const world = new World();
    // as a worker of a newer version may answer
    world.answers.readFirstSamples = async () => null as never;
    const run = await runWorkflow({
      world,
      plan: {
        shift: { weights: [100] },
        decommission: { approveStop: false },
      },
    });
    const { waitingFor, weight, rollback } = await run.untilWaitsFor('retry', 'abort: it can go no further');
    expect(waitingFor).toMatchObject({ verbs: ['abort'], reason: expect.any(String) as string });
    expect({ weight, rollback }).toEqual({ weight: 100, rollback: null });
    expect(world.names).not.toContain('stopStack');
    world.judge('holding');
    await run.untilJudged('holding');
    await run.say('abort');
    const { rollback: back } = await run.endedAs('rolled-back');
    expect(back!.reason).toBe('test said abort');
  },
);
