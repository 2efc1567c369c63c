import { useStubWorker } from './server';
import { HEALTHY } from './stubs';
import { Gate, World } from './world';

const runWorkflow = useStubWorker();

const APPROVES = {
  shift: { approval: true },
};

test.concurrent('a retry that is said while it is paused begins nothing before somebody resumes', async () => {
  const world = new World();
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  world.break('setWeight');
  await run.say('approve');
  await run.untilRetryOf('the record change');
  const before = world.inputsOf('setWeight').length;
  await run.say('pause');
  const { waitingFor } = await run.until('its words', (status) => Boolean(status.waitingFor?.verbs.includes('resume')));
  expect(waitingFor!.verbs).toEqual(['retry', 'resume', 'abort']);
  world.fix('setWeight');
  await run.say('retry');
  await run.untilWaitsFor('resume');
  expect(world.inputsOf('setWeight')).toHaveLength(before);
  await run.say('resume');
  await run.untilApprovalOf('50 → 100 %');
});

test.concurrent('an approval that is given while it is paused lets nothing begin before somebody resumes', async () => {
  const scan = async () => ({
    status: 'COMPLETE',
    counts: { CRITICAL: 1 },
  });
  const run = await runWorkflow({
    world: new World({ awaitScan: scan }),
  });
  await run.untilApprovalOf('deploy with');
  await run.say('pause');
  await run.say('approve');
  await run.untilWaitsFor('resume');
  expect(run.world.names).not.toContain('ensureService');
  await run.say('resume');
  await run.untilAsked('ensureService');
});

test.concurrent('the timer of a bake goes on while it is paused', async () => {
  const run = await runWorkflow({
    plan: APPROVES,
    longTimer: 'bake 10 % (1h)',
  });
  await run.until('the bake to begin', ({ steps }) => steps[0]!.state === 'baking');
  await run.say('pause');
  await run.untilWaitsFor('resume');
  await run.until('the end of the bake', ({ steps }) => steps[0]!.state === 'gating');
  await run.say('resume');
  await run.untilApprovalOf('10 → 50 %');
});

test.concurrent('a pause in the middle of a phase lets nothing more be created', async () => {
  const namespace = new Gate();
  const world = new World();
  world.answers.ensureNamespace = async (input) => {
    await namespace.pass();
    return HEALTHY.ensureNamespace(input);
  };
  const run = await runWorkflow({ world });
  await run.untilAsked('ensureNamespace');
  await run.say('pause');
  namespace.open();
  await run.untilWaitsFor('resume');
  expect(world.names).not.toContain('ensureDiscoveryService');
  await run.say('resume');
  await run.untilAsked('ensureDiscoveryService');
});
