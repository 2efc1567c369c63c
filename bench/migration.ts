import { readFileSync } from 'node:fs';
import { withLab, type Operator } from '../test/scenarios/lab';

/** A figure and what it is held against, both of this run. */
interface Figure {
  what: string;
  measured: number;
  against: number;
  unit: string;
}

const seconds = (at: { seconds?: unknown; nanos?: number | null } | null | undefined) =>
  Number(at?.seconds ?? 0) + (at?.nanos ?? 0) / 1e9;

/** How long provision took, against its effects one after another. */
async function provisioning(operator: Operator): Promise<Figure> {
  const { phases } = await operator.status();
  const { startedAt = '', endedAt = '' } = phases.find(({ phase }) => phase === 'provision')!;
  const [from, to] = [Date.parse(startedAt) / 1000, Date.parse(endedAt) / 1000];
  const { events = [] } = await operator.handle.fetchHistory();
  const began = new Map(
    events!
      .filter(({ activityTaskScheduledEventAttributes: activity }) => activity)
      .map(({ eventId, eventTime }) => [String(eventId), seconds(eventTime)]),
  );
  const effects = events!
    .flatMap(({ eventTime, activityTaskCompletedEventAttributes: done }) =>
      done ? [[began.get(String(done.scheduledEventId))!, seconds(eventTime)] as const] : [],
    )
    .filter(([start, end]) => start >= from && end <= to + 0.1);
  return {
    what: `provision, ${effects.length} effects: the phase against them one after another`,
    measured: to - from,
    against: effects.reduce((sum, [start, end]) => sum + end - start, 0),
    unit: 's',
  };
}

/** From a data point that is bad to the first Route 53 call of the way back, against the pause between two looks and two seconds. */
async function breach(operator: Operator): Promise<Figure> {
  const looks = async () =>
    ((await operator.emulator('GET', '/calls?service=monitoring&action=GetMetricData')) as unknown[]).length;
  await operator.until(({ steps }) => steps[1]?.state === 'baking');
  const looked = await looks();
  while ((await looks()) === looked) await operator.until(({ steps }) => steps[1]?.state === 'baking');
  const began = Date.now() / 1000;
  await operator.emulator('POST', '/workload', { errors: 0.5, side: 'ecs' });
  await operator.ended();
  const calls = (await operator.emulator('GET', '/calls?service=route53&action=ChangeResourceRecordSets')) as {
    at: number;
  }[];
  const [back] = calls.map(({ at }) => at).filter((at) => at > began);
  // the period in which the data point becomes bad, a look, two seconds
  return {
    what: 'breach to Route 53, failureLimit 0: against period + interval + 2 s',
    measured: back! - began,
    against: 4,
    unit: 's',
  };
}

/** Resident memory of the lab's worker now, against what it was when it began to poll. */
function memory(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

async function main(): Promise<void> {
  const figures: Figure[] = [];
  await withLab(
    { plan: { analysis: { interval: '1s', period: '1s', settle: '0s', failureLimit: 0 } } },
    async (operator) => {
      const atStart = memory(operator.lab.pidOf('worker'));
      await operator.cli('start', '-f', operator.lab.plan);
      figures.push(await breach(operator), await provisioning(operator));
      const { events = [] } = await operator.handle.fetchHistory();
      figures.push({
        what: 'history of a breach at 50 %: against the 1,500 of a whole migration',
        measured: events!.length,
        against: 1500,
        unit: 'events',
      });
      figures.push({
        what: 'worker: against when it began to poll',
        measured: memory(operator.lab.pidOf('worker')),
        against: atStart,
        unit: 'MiB',
      });
    },
  );
  for (const { what, measured, against, unit } of figures)
    process.stdout.write(
      `${(measured / against).toFixed(2).padStart(5)}   ${measured.toFixed(1)} of ${against.toFixed(1)} ${unit}   ${what}\n`,
    );
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
