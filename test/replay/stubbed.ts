import { ApplicationFailure } from '@temporalio/common';
import startDevServer from '../workflows/global-setup';
import stopDevServer from '../workflows/global-teardown';
import type { Run } from '../workflows/run';
import { StubWorker, type RunOptions } from '../workflows/server';
import { HOST, SURVEY } from '../workflows/stubs';
import { World } from '../workflows/world';

/** A run on stub activities: what a lab has no second host, no builder or no slow service for. */
interface StubRecording extends Omit<RunOptions, 'world'> {
  world?: () => World;
  run: (run: Run) => Promise<unknown>;
}

const OTHER = 'i-0fedcba9876543210';
const ASKS = {
  shift: { approval: true },
  decommission: {
    approveStop: true,
    approveTerminate: true,
  },
};
const SLOW = {
  failedClass: 'performance',
  reason: 'latency failed 3 times',
} as const;

/** Two hosts that stop and start. */
const twoHosts = () =>
  new World({
    runPreflight: async () => ({
      ...SURVEY,
      hosts: [HOST, OTHER].map((instanceId) => ({
        ...SURVEY.hosts[0]!,
        instanceId,
      })),
    }),
  });

async function approve(run: Run, what: string): Promise<void> {
  await run.untilApprovalOf(what);
  await run.say('approve');
}

/** Every word once, the last ones on a way back that is frozen: it stays open until somebody closes it. */
async function sayEveryWord(run: Run): Promise<void> {
  const { world } = run;
  world.break('setWeight');
  await run.untilRetryOf('the record change');
  world.fix('setWeight');
  await run.say('retry');
  await run.until('the first bake', ({ steps }) => steps[0]!.state === 'baking');
  await run.say('pause');
  await run.say('resume');
  await run.say('promote');
  await approve(run, '10 → 50 %');
  await approve(run, '50 → 100 %');
  await approve(run, 'stop');
  await run.untilApprovalOf('point of no return');
  world.break('awaitHost', 'HostNotHealthy: mimir exits');
  await run.say('rollback');
  const { waitingFor } = await run.untilWaitsFor('host');
  await run.say('abort', { what: waitingFor!.held! });
  await run.untilWaitsFor('host', 'the host does not answer');
  await run.say('close');
}

async function scaleOut(run: Run): Promise<void> {
  const { world } = run;
  await run.untilApprovalOf('10 → 50 %');
  world.answers.scaleService = async () => {
    world.judge('passing');
    return { before: 1 };
  };
  world.judge('failed', SLOW);
  await run.untilTold('grafana scaled out to 2');
  await approve(run, '10 → 50 %');
  await approve(run, '50 → 100 %');
}

async function cancelAt10(run: Run): Promise<void> {
  await run.untilApprovalOf('10 → 50 %');
  await run.handle.cancel();
}

async function failToBuild(run: Run): Promise<void> {
  await run.untilRetryOf('images');
  run.world.fix('buildImage');
  await run.say('retry');
}

function unflushed(): World {
  const read = {
    service: 'mimir',
    store: 'mimir',
    held: 3,
  } as const;
  const missing = [
    {
      service: 'mimir',
      why: 'S3 lists nothing newer',
    },
  ];
  return new World({
    readStores: async () => ({ stores: [read] }),
    awaitFlush: async () => ({ missing }),
  });
}

async function flushAgain(run: Run): Promise<void> {
  await run.untilApprovalOf('although S3 does not have it');
  delete run.world.answers.awaitFlush;
  await run.say('retry');
}

async function goBackInTheWeek(run: Run): Promise<void> {
  await run.untilApprovalOf('point of no return');
  run.world.answers.startStack = async ({ instanceId }) => {
    if (instanceId === OTHER) throw ApplicationFailure.nonRetryable(`no agent on ${OTHER}`, 'HostNotReachable');
  };
  await run.say('rollback');
  await run.untilWaitsFor('host');
  delete run.world.answers.startStack;
  await run.say('retry');
}

const STUBBED: Record<string, StubRecording> = {
  'every-word-and-a-frozen-way-back': {
    plan: ASKS,
    longTimer: 'bake 10 % (1h)',
    run: sayEveryWord,
  },
  'request-cancellation': {
    plan: {
      ...ASKS,
      cleanup: 'delete',
    },
    run: cancelAt10,
  },
  'scaled-out': {
    plan: {
      ...ASKS,
      decommission: { enabled: false },
    },
    run: scaleOut,
  },
  'images-built': {
    plan: { images: { builder: 'docker' } },
    world: () => World.brokenAt('buildImage', 'no room', 'BuildFailed'),
    run: failToBuild,
  },
  'several-hosts-and-back': {
    plan: {
      decommission: {
        approveStop: false,
        approveTerminate: true,
      },
    },
    world: twoHosts,
    run: goBackInTheWeek,
  },
  'several-hosts': {
    world: twoHosts,
    run: async () => undefined,
  },
  'flush-retried': {
    world: unflushed,
    run: flushAgain,
  },
};

export const STUBBED_NAMES = Object.keys(STUBBED);

/** Runs these on stub activities, one after another, and hands each over when it has ended. */
export async function runStubbed(names: string[], keep: (name: string, run: Run) => Promise<void>): Promise<void> {
  await startDevServer();
  const worker = await StubWorker.start();
  try {
    for (const name of names) {
      const { world = () => new World(), run: play, ...options } = STUBBED[name]!;
      const run = await worker.runWorkflow({
        ...options,
        world: world(),
      });
      await play(run);
      await run.ended();
      await keep(name, run);
    }
  } finally {
    await worker.stop();
    await stopDevServer();
  }
}
