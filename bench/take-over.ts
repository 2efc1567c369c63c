import type { EmulatedCall } from '../lab/emulator';
import { until } from '../lab/until';
import { signals } from '../src/contract/messages';
import { withLab } from '../test/scenarios/lab';
import type { Operator } from '../test/scenarios/operator';
import { printFigures, type Figure } from './figure';

/** From the start of a new worker's process to the first call of what the killed one did. */
const EFFECT_S = 4.5;
/** The same to the end of the workflow task that takes a signal. */
const SIGNAL_S = 3.2;
/** Longer than anybody waits here. */
const LATE_S = 600;

const now = () => Date.now() / 1000;

/** Kills the worker, starts another at once, and answers when that was. */
async function replaceWorker({ lab }: Operator, meanwhile = async () => {}): Promise<number> {
  await lab.stopPart('worker', 'SIGKILL');
  await meanwhile();
  const began = now();
  await lab.startWorker();
  return began;
}

/** Seconds from then to the first call of a service. */
async function measureFirstCall({ emulator }: Operator, service: string, began: number): Promise<number> {
  const findCall = async (): Promise<EmulatedCall | undefined> => {
    const calls = await emulator.calls({ service });
    return calls.find(({ at }) => at > began);
  };
  const first = await until(`the first call of ${service}`, findCall);
  return first.at - began;
}

/** A change of records whose answer never comes: one quick call. */
async function measureCall(operator: Operator): Promise<Figure> {
  const { emulator } = operator;
  const rule = {
    service: 'route53',
    action: 'ChangeResourceRecordSets',
    kind: 'late',
    delay_s: LATE_S,
  };
  await emulator.post('/rules', rule);
  await operator.start();
  const isMet = async () => {
    const [found] = await emulator.rules();
    return Object.keys(found!.met).length > 0;
  };
  await until('the change of the records', isMet);
  await emulator.delete('/rules');
  const began = await replaceWorker(operator);
  return {
    what: 'a call that was in flight: from the start of another worker to its next try',
    measured: await measureFirstCall(operator, 'route53', began),
    against: EFFECT_S,
    unit: 's',
  };
}

/** The watch, which is in flight for days. */
async function measureWatch(operator: Operator): Promise<Figure> {
  await operator.untilWaitsFor('approval');
  await operator.untilLooked(1);
  const began = await replaceWorker(operator);
  return {
    what: 'the watch: from the start of another worker to its next look',
    measured: await measureFirstCall(operator, 'monitoring', began),
    against: EFFECT_S,
    unit: 's',
  };
}

/** A signal that came while no worker was there. */
async function measureSignal(operator: Operator): Promise<Figure> {
  const { handle } = operator;
  const countTasks = async () => {
    const { events } = await handle.fetchHistory();
    return events!.filter(({ workflowTaskCompletedEventAttributes: task }) => task).length;
  };
  const before = await countTasks();
  const began = await replaceWorker(operator, () => handle.signal(signals.pause, { by: 'bench' }));
  await until('the task that takes the signal', async () => (await countTasks()) > before);
  return {
    what: 'a signal: from the start of another worker to the end of the task that takes it',
    measured: now() - began,
    against: SIGNAL_S,
    unit: 's',
  };
}

async function main(): Promise<void> {
  await withLab({ plan: { shift: { approval: true } } }, async (operator) => {
    const figures = [await measureCall(operator), await measureWatch(operator), await measureSignal(operator)];
    printFigures(figures);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
