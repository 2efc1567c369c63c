import type { Cases } from '../../../lab/cases';
import { until } from '../../../lab/until';
import { Witness, WITH_LONG_TTL, type LostRequest, type Testimony } from '../../../lab/witness';
import { ONE_PASS } from '../../scenarios/lab';
import { STACK, type Operator } from '../../scenarios/operator';
import type { Count, Trial } from '../campaign';
import { listFailedTasks } from '../failed-tasks';
import { listCalls, STORIES, type CallKind, type Story } from './stories';
import { UnhurriedOperator } from './unhurried';

/** Enough for each client to have asked on a connection that it has just opened, and on one that it keeps. */
const SOME_REQUESTS = 100;
/** Of what was lost. */
const TOLD = 3;
const STOP_TASKS: CallKind = {
  service: 'ecs',
  action: 'UpdateService',
};

/** Labs that stand, each for one trial at a time. */
interface Labs {
  lend<T>(play: (cases: Cases) => Promise<T>): Promise<T>;
}

/** M4: every story, once as it is and once with the worker killed in the middle. */
export function listWitnessTrials(labs: Labs): Trial[] {
  return STORIES.flatMap((story) => [makeTrial(labs, story, false), makeTrial(labs, story, true)]);
}

function makeTrial(labs: Labs, story: Story, isKilled: boolean): Trial {
  const { name, kind } = story;
  return {
    name: `witness: ${name}${isKilled ? ', the worker killed' : ''}`,
    kind: `M4 ${kind}`,
    run: (count) => labs.lend((cases) => playOn(cases, story, isKilled, count)),
  };
}

async function playOn(cases: Cases, story: Story, isKilled: boolean, count: Count): Promise<string[]> {
  const { options } = story;
  const plan = {
    ...ONE_PASS,
    ...options.plan,
  };
  await cases.renew(STACK, {
    ...options,
    plan,
  });
  return play(new UnhurriedOperator(cases.lab, cases.client), story, isKilled, count);
}

/** A story while clients ask. @returns what was lost, and whatever else is not as it has to be */
async function play(operator: Operator, story: Story, isKilled: boolean, count: Count): Promise<string[]> {
  const witness = await new Witness(operator.emulator).start(WITH_LONG_TTL);
  await story.lead(operator);
  await until('a request to each side', async () => listGaps(await witness.read()).length === 0);
  const triggeredAt = Date.now() / 1000;
  await story.trigger(operator);
  if (isKilled) {
    await killInTheMiddle(operator, story.middle, triggeredAt);
    count('kills');
  }
  const { outcome } = await operator.ended();
  await untilAsked(witness);
  const seen = await witness.stop();
  count('requests', seen.asked);
  const ended = outcome === story.outcome ? [] : [`it ended ${outcome}, not ${story.outcome}`];
  const [stop] = await listCalls(operator, STOP_TASKS, triggeredAt);
  const fault = story.faultOn && {
    side: story.faultOn,
    from: triggeredAt,
    until: stop?.at ?? Infinity,
  };
  const failedTasks = await listFailedTasks(operator.handle);
  return [...ended, ...listGaps(seen), ...listLosses(seen, fault), ...failedTasks];
}

async function killInTheMiddle(operator: Operator, middle: CallKind, since: number): Promise<void> {
  const isThere = async () => (await listCalls(operator, middle, since)).length > 0;
  const countChanges = async () => (await operator.emulator.calls({ mutating: '1' })).length;
  await until(`a call of ${middle.action}`, isThere, { progress: countChanges });
  await operator.lab.stopPart('worker', 'SIGKILL');
  await operator.lab.startWorker();
}

async function untilAsked(witness: Witness): Promise<void> {
  const { asked } = await witness.read();
  const look = async () => (await witness.read()).asked >= asked + SOME_REQUESTS;
  await until(`${SOME_REQUESTS} requests`, look);
}

/** Who has not been everywhere is no witness. */
function listGaps({ asked, served, kept }: Testimony): string[] {
  const places = {
    'the host': served.host,
    ECS: served.ecs,
    'a connection that was kept': kept,
  };
  const empty = Object.entries(places).filter(([, count]) => count === 0);
  return empty.map(([place]) => `none of ${asked} requests was served by ${place}`);
}

/** What is lost because of a fault, while nothing has been stopped: seconds since 1970. */
interface Fault {
  side: LostRequest['side'];
  from: number;
  until: number;
}

function listLosses({ asked, lost, failures }: Testimony, fault: Fault | undefined): string[] {
  const isOfFault = (side: string, first: number, last: number) =>
    side === fault?.side && first >= fault.from && last <= fault.until;
  const sides = Object.entries(lost).filter(([side, { first, last }]) => !isOfFault(side, first, last));
  return sides.map(([side, { count, first, last }]) => {
    const told = failures.filter((each) => each.side === side).slice(0, TOLD);
    const reasons = told.map(({ client, to, why }) => `${client} at ${to}: ${why}`).join('; ');
    return `${count} of ${asked} requests lost at ${side} in ${(last - first).toFixed(1)} s: ${reasons}`;
  });
}
