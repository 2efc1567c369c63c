import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import { sumPages } from '../../../src/activities/probe/received';
import type { HttpAnswer } from '../../../src/activities/probe/script';
import { storeOf } from '../../../src/stores';
import { until } from '../../../lab/until';
import { startEmulator } from '../emulator';

const MIMIR = {
  service: 'mimir',
  component: 'mimir',
  port: 9009,
} as const;

const page = (...lines: string[]): HttpAnswer => ({
  code: 200,
  body: [...lines, 'go_goroutines 31'].join('\n'),
});

const sum = (...pages: (HttpAnswer | undefined)[]) => sumPages(pages, storeOf('mimir').received);

test('what tasks have received is summed over them and their tenants; before the first sample it is 0', () => {
  const busy = page(
    'cortex_distributor_received_samples_total{user="a"} 7',
    'cortex_distributor_received_samples_total{user="b"} 5',
  );
  expect(sum(busy, page()).count).toBe(12);
});

test('one task that does not say leaves the sum unknown, with why', () => {
  expect(sum(page(), undefined)).toEqual({
    count: null,
    note: 'no answer',
  });
  expect(sum()).toMatchObject({ note: 'no task of it runs' });
});

test("what a host's store has received is what its own counter says; without a probe ECS is not asked", async () => {
  const emulator = await startEmulator();
  try {
    const { countReceived } = createActivities({
      clients: createClients('ap-northeast-2'),
      environment: process.env,
    });
    const { instanceIds, composeDirectory } = emulator.account;
    const [instanceId] = instanceIds as [string];
    const count = await until('something that came in', async () => {
      const [received] = await countReceived({
        services: [MIMIR],
        hosts: [{ instanceId, composeDirectory }],
        purpose: 'received-1',
      });
      return received!.host! > 0 && received;
    });
    expect(count).toMatchObject({
      service: 'mimir',
      unit: 'samples',
      ecs: null,
      note: 'no service of the plan has probe: true',
    });
  } finally {
    await emulator.stop();
  }
});
