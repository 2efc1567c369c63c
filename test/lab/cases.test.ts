import { Cases, type Case } from '../../lab/cases';
import { Lab } from '../../lab/lab';
import { until } from '../../lab/until';
import { statusQuery } from '../../src/contract/messages';
import type { Waiting } from '../../src/contract/status';
import { onceItListens } from '../../src/temporal/listening';

let lab: Lab;
let cases: Cases;

beforeAll(async () => {
  lab = await new Lab({
    world: 'ready',
    record: 'cname',
  }).start();
  cases = await Cases.open(lab);
});
afterAll(async () => {
  await cases.close();
  await lab.stop();
});

const QUICK = {
  noTimers: true,
  plan: { shift: { approval: true } },
};

function untilWaitsFor(handle: Case['handle'], reason: Waiting['for']): Promise<unknown> {
  const isSo = async () => {
    const { waitingFor } = await onceItListens(() => handle.query(statusQuery));
    return waitingFor?.for === reason;
  };
  return until(reason, isSo);
}

test('cases come one after another on one lab, each on an untouched account, whatever was left before', async () => {
  const worker = lab.processes.pidOf('worker');
  const untouched = await cases.run(QUICK, async ({ handle, before }) => {
    await untilWaitsFor(handle, 'approval');
    await handle.signal('abort', {
      by: 'test',
      reason: 'it is over',
    });
    expect((await handle.result()).outcome).toBe('rolled-back');
    return before;
  });
  expect(lab.processes.pidOf('worker')).toBe(worker);

  const open = await cases.run(QUICK, async ({ handle, before }) => {
    expect(before).toEqual(untouched);
    await untilWaitsFor(handle, 'approval');
    return handle;
  });

  const denied = {
    ...QUICK,
    rules: [
      {
        service: 'ecr',
        action: 'CreateRepository',
        kind: 'deny',
      },
    ],
    settings: { task_start_s: 0 },
  };
  await cases.run(denied, async ({ handle, before, emulator }) => {
    expect(before).toEqual(untouched);
    expect((await open.describe()).status.name).toBe('TERMINATED');
    await untilWaitsFor(handle, 'retry');
    expect(await emulator.get('/settings')).toMatchObject({ task_start_s: 0 });
    expect(lab.processes.cpuOf('emulator')).toBeGreaterThan(0);
  });
});
