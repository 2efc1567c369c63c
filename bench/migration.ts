import { readFileSync } from 'node:fs';
import { LAB_ANALYSIS } from '../lab/plan';
import { withLab } from '../test/scenarios/lab';
import type { Operator } from '../test/scenarios/operator';
import { printFigures, type Figure } from './figure';

type Event = NonNullable<Awaited<ReturnType<Operator['handle']['fetchHistory']>>['events']>[number];

/** A default migration stays below. */
const MOST_EVENTS = 1500;
/** The period in which a data point becomes bad, a look, and two seconds. */
const WAY_BACK_S = 4;
/** What a run may cost its worker, twice what was measured: code that is compiled, a history that is replayed. */
const RUN_MIB = 100;
const PLAN = {
  analysis: {
    ...LAB_ANALYSIS,
    failureLimit: 0,
  },
};

function secondsOf(time: Event['eventTime']): number {
  return Number(time?.seconds ?? 0) + (time?.nanos ?? 0) / 1e9;
}

/** When each activity was scheduled and when it completed, in seconds. */
function effectsOf(events: Event[]): {
  from: number;
  to: number;
}[] {
  const scheduled = new Map(events.map(({ eventId, eventTime }) => [String(eventId), secondsOf(eventTime)]));
  return events.flatMap(({ eventTime, activityTaskCompletedEventAttributes: completed }) => {
    if (!completed) return [];
    return [
      {
        from: scheduled.get(String(completed.scheduledEventId))!,
        to: secondsOf(eventTime),
      },
    ];
  });
}

/** How long provision took, against its effects one after another. */
async function measureProvision(operator: Operator): Promise<Figure> {
  const { phases } = await operator.status();
  const { startedAt = '', endedAt = '' } = phases.find(({ phase }) => phase === 'provision')!;
  const [began, ended] = [Date.parse(startedAt) / 1000, Date.parse(endedAt) / 1000];
  const { events } = await operator.handle.fetchHistory();
  const effects = effectsOf(events!).filter(({ from, to }) => from >= began && to <= ended + 0.1);
  return {
    what: `provision, ${effects.length} effects: the phase against them one after another`,
    measured: ended - began,
    against: effects.reduce((sum, { from, to }) => sum + to - from, 0),
    unit: 's',
  };
}

/** From a data point that is bad to the first Route 53 call of the way back. */
async function measureBreach(operator: Operator): Promise<Figure> {
  await operator.until('the bake of 50 %', ({ steps }) => steps[1]?.state === 'baking');
  await operator.untilLooked(1);
  const began = Date.now() / 1000;
  await operator.emulator.post('/workload', {
    errors: 0.5,
    side: 'ecs',
  });
  await operator.ended();
  const calls = await operator.emulator.calls({
    service: 'route53',
    action: 'ChangeResourceRecordSets',
  });
  const back = calls.find(({ at }) => at > began)!;
  return {
    what: 'breach to Route 53, failureLimit 0: against period + interval + 2 s',
    measured: back.at - began,
    against: WAY_BACK_S,
    unit: 's',
  };
}

/** Resident memory of a process now, in MiB. */
function memoryOf(pid: number): number {
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kibibytes) / 1024;
}

async function measure(operator: Operator): Promise<Figure[]> {
  const worker = operator.lab.processes.pidOf('worker');
  const memoryAtStart = memoryOf(worker);
  await operator.start();
  const breach = await measureBreach(operator);
  const provision = await measureProvision(operator);
  const { events } = await operator.handle.fetchHistory();
  const history: Figure = {
    what: `history of a breach at 50 %: against the ${MOST_EVENTS} of a whole migration`,
    measured: events!.length,
    against: MOST_EVENTS,
    unit: 'events',
  };
  const memory: Figure = {
    what: `worker, a run later: against when it began to poll, and ${RUN_MIB} MiB`,
    measured: memoryOf(worker),
    against: memoryAtStart + RUN_MIB,
    unit: 'MiB',
  };
  return [breach, provision, history, memory];
}

async function main(): Promise<void> {
  await withLab({ plan: PLAN }, async (operator) => {
    printFigures(await measure(operator));
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
