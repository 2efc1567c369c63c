import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { HostStack } from '../../../src/contract/hosts';
import type { StoreState } from '../../../src/contract/stores';
import { startEmulator, type OwnEmulator } from '../emulator';

interface Project {
  services: Record<string, object>;
}
interface Host {
  projects: Record<string, Project>;
}

const STORES = ['mimir', 'loki', 'tempo', 'pyroscope'];

let emulator: OwnEmulator;
let activities: Activities;
let stack: HostStack;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  const { instanceIds, composeDirectory } = await emulator.reset({});
  stack = {
    instanceId: instanceIds[0]!,
    composeDirectory,
  };
  activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: {},
  });
});

const changeHost = (keys: object) =>
  emulator.post('/host', {
    id: stack.instanceId,
    ...keys,
  });

async function changeService(service: string, keys: object): Promise<void> {
  const { projects } = await emulator.get<Host>(`/host?id=${stack.instanceId}`);
  const [[name, { services }]] = Object.entries(projects) as [[string, Project]];
  const changed = { ...services[service], ...keys };
  await changeHost({ projects: { [name]: { services: { ...services, [service]: changed } } } });
}

async function readStores(): Promise<StoreState[]> {
  const { stores } = await activities.readStores(stack);
  return stores.sort((one, other) => STORES.indexOf(one.service) - STORES.indexOf(other.service));
}

const awaitFlush = (stores: StoreState[], timeoutMs = 60_000) =>
  activities.awaitFlush({
    ...stack,
    stores,
    timeoutMs,
  });

test('every store says where it writes and what it holds, whatever of its metrics is not there yet', async () => {
  const stores = await readStores();
  expect(stores.map(({ s3 }) => s3?.prefix)).toEqual(['mimirblocks', 'loki', 'tempo', 'pyroscope']);
  const counts = stores.map(({ held, stored }) => [held, stored]);
  expect(counts).toEqual([
    [1200, 7],
    [1200, 0],
    [1200, 7],
    [1200, 7],
  ]);
});

test('a flush whose call is cut off arrives all the same', async () => {
  await changeHost({
    flush: {
      delay_s: 1,
      lost: [],
      cut: ['mimir', 'pyroscope'],
    },
  });
  const stores = await readStores();
  const { failed } = await activities.flushStores(stack);
  expect(failed.map(({ service }) => service).sort()).toEqual(['mimir', 'pyroscope']);
  expect(failed[0]!.why).toContain('curl: (52) Empty reply from server');
  expect(await awaitFlush(stores)).toEqual({ missing: [] });
});

test('a block that is still being written is waited for, though nothing is queued', async () => {
  await changeHost({
    flush: {
      delay_s: 3,
      lost: [],
      cut: [],
    },
  });
  const stores = await readStores();
  const tempo = stores.filter(({ service }) => service === 'tempo');
  expect(tempo[0]!.held).toBe(1200);
  await activities.flushStores(stack);
  expect(await awaitFlush(tempo)).toEqual({ missing: [] });
  const [after] = (await readStores()).filter(({ service }) => service === 'tempo');
  expect(after!.stored).toBe(8);
});

test('a store that had nothing to write is believed once it has been quiet', async () => {
  await changeHost({
    flush: {
      delay_s: 0,
      lost: ['tempo'],
      cut: [],
    },
  });
  const { memory } = await emulator.get<{ memory: object }>(`/host?id=${stack.instanceId}`);
  await changeHost({ memory: { ...memory, tempo: 0 } });
  const tempo = (await readStores()).filter(({ service }) => service === 'tempo');
  await activities.flushStores(stack);
  expect(await awaitFlush(tempo)).toEqual({ missing: [] });
});

test('what does not arrive is named, store by store', async () => {
  await changeHost({
    flush: {
      delay_s: 0,
      lost: ['loki'],
      cut: ['loki'],
    },
  });
  const stores = await readStores();
  await activities.flushStores(stack);
  const { missing } = await awaitFlush(stores, 12_000);
  expect(missing).toEqual([
    {
      service: 'loki',
      why: expect.stringMatching(/^loki: s3:\/\/sys-lgtm-s3\/loki lists nothing newer/) as string,
    },
  ]);
});

test('a store that nobody has reached is not believed to have flushed, however quiet it is', async () => {
  await changeHost({
    flush: {
      delay_s: 0,
      lost: ['tempo'],
      cut: ['tempo'],
    },
  });
  const tempo = (await readStores()).filter(({ service }) => service === 'tempo');
  const { failed } = await activities.flushStores(stack);
  const unheard = failed.map(({ service }) => service);
  const { missing } = await activities.awaitFlush({
    ...stack,
    stores: tempo,
    unheard,
    timeoutMs: 8000,
  });
  expect(missing.map(({ service }) => service)).toEqual(['tempo']);
});

test('nobody waits for a store that was silent from the beginning', async () => {
  const silent: StoreState = {
    service: 'tempo',
    store: 'tempo',
    silent: 'connection refused',
  };
  const began = Date.now();
  const { missing } = await awaitFlush([silent], 600_000);
  expect(missing).toEqual([
    {
      service: 'tempo',
      why: 'tempo is silent: connection refused',
    },
  ]);
  expect(Date.now() - began).toBeLessThan(60_000);
});

const LATER = {
  tempo: ['3.0.3', 'since 3.0.0 v2 and vParquet3 blocks are not read any more, block builders and live stores'],
  pyroscope: ['2.0.1', 'since 2.0.0 profiles are written as v2 by default'],
} as const;

for (const [store, [version, change]] of Object.entries(LATER)) {
  test(`${store} ${version} flushes otherwise: it is silent with that reason, and nobody waits for it`, async () => {
    await changeService(store, { image: `grafana/${store}:${version}` });
    const own = (await readStores()).filter(({ service }) => service === store);
    expect(own[0]!.silent).toContain(`it is ${store} ${version}, and ${change}`);
    const { failed } = await activities.flushStores(stack);
    expect(failed.map(({ service }) => service)).toEqual([store]);
    const { missing } = await awaitFlush(own, 600_000);
    expect(missing.map(({ why }) => why)).toEqual([expect.stringContaining("whether a flush arrives can't be seen")]);
  });
}

test('a store that dies of its flush is named, whatever ECS writes to its place', async () => {
  const tempo = (await readStores()).filter(({ service }) => service === 'tempo');
  await activities.flushStores(stack);
  await changeService('tempo', { state: 'exited' });
  const { missing } = await awaitFlush(tempo, 0);
  expect(missing).toEqual([
    {
      service: 'tempo',
      why: 'tempo is silent: its container does not run any more',
    },
  ]);
});

test('where what differs says nothing of the data, the whole configuration is asked', async () => {
  const { configs } = await emulator.get<{ configs: object }>(`/host?id=${stack.instanceId}`);
  const whole = 'storage:\n  backend: filesystem\n  filesystem:\n    dir: /data\n';
  const pyroscope = 'server:\n  http_listen_port: 4040\n';
  await changeHost({
    configs: {
      ...configs,
      pyroscope,
      'pyroscope whole': whole,
    },
  });
  const [, , , state] = await readStores();
  expect(state).toEqual({
    service: 'pyroscope',
    store: 'pyroscope',
  });
});

/** Answers that are no configuration, and what is said of them. */
const UNREADABLE = {
  'a page of HTML': ['<html><body>Config</body></html>\n', 'none of the settings that say where data lies'],
  'a block in one line': ['storage: {trace: {backend: s3}}\n', 'storage stands in one line, which is not read'],
  'nothing at all': ['\n', 'none of the settings that say where data lies'],
};

for (const [form, [answer, why]] of Object.entries(UNREADABLE)) {
  test(`a store that answers ${form} for its configuration is silent, and named once`, async () => {
    const { configs } = await emulator.get<{ configs: object }>(`/host?id=${stack.instanceId}`);
    await changeHost({
      configs: {
        ...configs,
        tempo: answer,
      },
    });
    const tempo = (await readStores()).filter(({ service }) => service === 'tempo');
    expect(tempo).toEqual([
      {
        service: 'tempo',
        store: 'tempo',
        silent: expect.stringContaining(why!) as string,
      },
    ]);
    await activities.flushStores(stack);
    const { missing } = await awaitFlush(tempo, 0);
    expect(missing).toEqual([
      {
        service: 'tempo',
        why: expect.stringContaining(why!) as string,
      },
    ]);
  });
}
