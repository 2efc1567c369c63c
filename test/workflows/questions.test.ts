import type { Peer } from '../../src/contract/hosts';
import { textsOf, type Run } from './run';
import { useStubWorker } from './server';
import { HOST } from './stubs';
import { Gate, World } from './world';

const runWorkflow = useStubWorker();

const AT_ONCE = { shift: { weights: [100] } };
const STOPS = {
  ...AT_ONCE,
  decommission: { approveStop: true },
};
const CLIENT: Peer = {
  peer: '10.0.3.4',
  port: 9009,
  service: 'mimir',
  connections: 1,
};
const LATER: Peer = {
  ...CLIENT,
  peer: '10.0.9.9',
};

/** Clients of the host: the first ones, then others, who stay. */
function connect(world: World, change: Gate): void {
  const stays = new Gate();
  world.answers.listConnections = async () => [CLIENT];
  world.answers.watchConnections = async ({ seen }) => {
    const isFirst = seen[0]!.peer === CLIENT.peer;
    await (isFirst ? change : stays).pass();
    return isFirst ? [LATER] : [];
  };
}

/** What the events say of a word that was not taken. */
async function untilRefused(run: Run, why: RegExp): Promise<void> {
  await run.untilTold(why);
}

test.concurrent('a bare "yes" approves a step, and no stop of a host', async () => {
  const run = await runWorkflow({
    plan: {
      shift: { approval: true },
      decommission: {
        approveStop: true,
        approveTerminate: false,
      },
    },
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.handle.signal('approve', 'yes');
  await run.untilApprovalOf('50 → 100 %');
  await run.handle.signal('approve', 'yes');
  const { waitingFor } = await run.untilApprovalOf(`stop ${HOST}`);
  const { id, isGrave } = waitingFor!.question!;
  expect(isGrave).toBe(true);
  await run.handle.signal('approve', 'yes');
  await untilRefused(run, new RegExp(`^approve refused: it must name question ${id} "stop ${HOST}": send .*"${id}"`));
  expect(run.world.names).not.toContain('foldPair');
  await run.signal('approve', {
    by: 'kim',
    question: id,
  });
  const { decisions } = await run.endedAs('completed');
  expect(decisions).toMatchObject([
    {
      by: 'someone',
      reason: 'yes',
      question: '10 → 50 %',
    },
    {
      by: 'someone',
      reason: 'yes',
      question: '50 → 100 %',
    },
    {
      by: 'kim',
      question: `stop ${HOST}`,
    },
  ]);
});

test.concurrent(
  'one sentence sent three times approves the stop alone, not what it would cut off or lose',
  async () => {
    const world = new World({
      awaitFlush: async () => ({
        missing: [
          {
            service: 'mimir',
            why: 'nothing newer',
          },
        ],
      }),
    });
    connect(world, new Gate());
    const run = await runWorkflow({
      world,
      plan: STOPS,
    });
    const { waitingFor } = await run.untilApprovalOf(`stop ${HOST}`);
    const sentence = {
      by: 'kim',
      question: waitingFor!.question!.id,
    };
    await run.signal('approve', sentence);
    await run.untilApprovalOf('although still connected');
    await run.signal('approve', sentence);
    await untilRefused(
      run,
      /meant for question \S+ "stop i-\w+"; what is asked now is question \S+ ".* still connected/,
    );
    await run.say('approve');
    await run.untilApprovalOf('although S3 does not have it');
    await run.signal('approve', sentence);
    await untilRefused(run, /meant for question \S+ "stop i-\w+"; what is asked now is question \S+ ".* S3 does not/);
    expect(world.names).not.toContain('stopStack');
  },
);

test.concurrent('an approval expires when the question changes while its gate holds', async () => {
  const [world, change] = [new World(), new Gate()];
  connect(world, change);
  const run = await runWorkflow({
    world,
    plan: AT_ONCE,
  });
  await run.untilApprovalOf('10.0.3.4');
  world.judge('holding', { reason: 'no data' });
  await run.untilJudged('holding');
  await run.say('approve');
  await run.untilWaitsFor('bake', 'the signals of');
  change.open();
  await run.untilApprovalOf('10.0.9.9');
  world.judge('passing');
  const { events } = await run.untilJudged('passing');
  expect(textsOf(events).join()).toMatch(/the approval of ".*10\.0\.3\.4.*" counts no more: .*10\.0\.9\.9/);
  expect(world.names).not.toContain('stopStack');
  await run.say('approve');
  await run.untilAsked('stopStack');
});

test.concurrent('each wait for an approval shows what somebody pastes in the Temporal UI', async () => {
  const run = await runWorkflow({ plan: STOPS });
  const { waitingFor } = await run.untilApprovalOf(`stop ${HOST}`);
  const { definition, ...metadata } = await run.handle.query<Record<string, unknown>>('__temporal_workflow_metadata');
  expect(definition).toBeDefined();
  expect(JSON.stringify(metadata)).toContain(`\\"question\\":\\"${waitingFor!.question!.id}\\"`);
});
