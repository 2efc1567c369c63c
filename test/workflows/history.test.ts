import { sleep } from '@temporalio/activity';
import type { Clock } from '../../src/activities/aws/clock';
import { watchSignals } from '../../src/activities/aws/watch';
import type { Deps } from '../../src/activities/clients';
import type { WatchRequest } from '../../src/contract/watch';
import type { SignalPlan } from '../../src/plan/analysis';
import type { Run } from './run';
import { useStubWorker } from './server';
import { World } from './world';

const runWorkflow = useStubWorker();

const MINUTE = 60_000;
const LOOKS = 10_000;
const WORDS = 1000;
const RETRIES = 200;
/** A signal is there for a quarter of an hour, and away for one. */
const FLAP = 15 * MINUTE;
const ERRORS: SignalPlan = {
  source: 'custom',
  metric: 'errors',
  namespace: 'LGTM/Migration',
  dimensions: {},
  max: 0.5,
  unit: '%',
  class: 'availability',
  onNoData: 'inconclusive',
  minSamples: 1,
};

/** A CloudWatch whose one metric comes and goes. */
function flappingCloudWatch(): Deps {
  const send = async ({ input }: { input: { StartTime: Date; EndTime: Date } }) => {
    const times: Date[] = [];
    const first = Math.ceil(input.StartTime.getTime() / MINUTE) * MINUTE;
    for (let time = first; time < input.EndTime.getTime(); time += MINUTE) {
      if (Math.floor(time / FLAP) % 2 === 0) times.push(new Date(time));
    }
    return {
      MetricDataResults: [{ Id: 'm0', Timestamps: times, Values: times.map(() => 0.1) }],
    };
  };
  return {
    clients: { cloudwatch: { send } },
  } as unknown as Deps;
}

/** Eyes that look as fast as they can, on a clock that goes on by an interval with each look. */
class FastEyes {
  looks = 0;
  private now = Date.now();
  private readonly deps = flappingCloudWatch();
  private readonly clock: Clock = {
    now: () => this.now,
    sleep: async (ms) => {
      this.looks++;
      this.now += ms;
      // a cancellation is heard here; later looks are as slow as others
      if (this.looks > LOOKS || this.looks % 50 === 0) await sleep(this.looks > LOOKS ? 40 : 1);
    },
  };

  readonly watch = (request: WatchRequest) => {
    const analysis = {
      ...request.analysis,
      signals: { errors: ERRORS },
    };
    return watchSignals(this.deps, { ...request, analysis }, this.clock);
  };
}

const countEvents = async (run: Run): Promise<number> => (await run.handle.describe()).historyLength;

test('a signal that flaps for ten thousand looks costs some returns, words and retries a bounded number', async () => {
  const [world, eyes] = [new World(), new FastEyes()];
  world.answers.watchSignals = eyes.watch;
  const run = await runWorkflow({
    world,
    plan: { shift: { approval: true } },
  });
  await run.untilApprovalOf('10 → 50 %');
  const before = await countEvents(run);
  await run.until('all looks', () => eyes.looks > LOOKS);
  expect((await countEvents(run)) - before).toBeLessThan(100);

  await run.say('approve');
  world.break('setWeight', 'InvalidChangeBatch: no');
  await run.untilRetryOf('the record change');
  for (let word = 0; word < WORDS; word++) await run.say(word % 2 === 0 ? 'pause' : 'resume');
  for (let retry = 1; retry <= RETRIES; retry++) {
    await run.say('retry');
    await run.untilAsked('setWeight', retry + 2);
    await run.untilRetryOf('the record change');
  }
  expect(await countEvents(run)).toBeLessThan(10_000);
  await run.say('abort');
  await run.endedAs('rolled-back');
});

test('a default migration of all services stays under 1,500 events', async () => {
  const run = await runWorkflow({
    plan: { services: {}, decommission: { approveStop: false, approveTerminate: false } },
  });
  await run.endedAs('completed');
  expect(await countEvents(run)).toBeLessThan(1500);
});
