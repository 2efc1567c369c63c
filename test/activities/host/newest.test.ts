import { until } from '../../../lab/until';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Reading } from '../../../src/analysis/handover';
import { storeOf } from '../../../src/stores';
import { startEmulator, type OwnEmulator } from '../emulator';

const STORES = ['mimir', 'loki', 'tempo', 'pyroscope'] as const;
/** From what age on each of them also answers from S3, by its own default. */
const READS_BUCKET_AFTER_S: Record<string, number> = {
  mimir: 43_200,
  loki: 0,
  tempo: 900,
  pyroscope: 0,
};
const IDLE_S = {
  'a minute': 60,
  'an hour and a half': 5400,
  'twenty hours': 72_000,
};

let emulator: OwnEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

type Projects = Record<string, { services: Record<string, { state: string }> }>;

function ask(instanceId: string, composeDirectory: string, before?: string): Promise<Reading[]> {
  const activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: {},
  });
  return activities.readNewestSamples({
    instanceId,
    composeDirectory,
    stores: STORES.map((store) => ({
      service: store,
      store,
      port: storeOf(store).ports[0]!,
    })),
    ...(before !== undefined && { before }),
  });
}

function readNewest(instanceId: string, composeDirectory: string, before?: string): Promise<Reading[]> {
  return until('samples of every store', async () => {
    const found = await ask(instanceId, composeDirectory, before);
    return found.every(({ at }) => at !== null) && found;
  });
}

/** Of a host that says otherwise S3 is read at once; Tempo's configuration is silent of a 0. */
const AT_ONCE = {
  mimir: 'querier:\n    query_store_after: 0s\n',
  tempo: 'query_frontend:\n    search:\n        max_duration: 168h0m0s\n',
};

test('of a host that reads S3 at once, by its own settings, every newest sample may be what ECS wrote', async () => {
  const { instanceIds, composeDirectory } = emulator.account;
  const [id] = instanceIds;
  const { configs } = await emulator.get<{ configs: Record<string, string> }>(`/host?id=${id}`);
  const changed = Object.entries(AT_ONCE).map(([store, text]) => [`${store} whole`, text]);
  await emulator.post('/host', {
    id,
    configs: {
      ...configs,
      ...Object.fromEntries(changed),
    },
  });
  await emulator.post('/stores', { idle_s: 60 });
  const readings = await readNewest(id!, composeDirectory);
  expect(readings.map(({ service, isShared }) => [service, isShared])).toEqual(STORES.map((store) => [store, true]));
  await emulator.post('/host', {
    id,
    configs,
  });
});

test("of what reads S3 the newest of before the shift is the host's own, where the store can say", async () => {
  const { instanceIds, composeDirectory } = emulator.account;
  await emulator.post('/stores', { idle_s: 60 });
  const early = await readNewest(instanceIds[0]!, composeDirectory);
  const newest = Math.max(...early.map(({ at }) => Date.parse(at!)));
  const before = new Date(newest).toISOString();
  const readings = await readNewest(instanceIds[0]!, composeDirectory, before);
  const owns = readings.filter(({ ownAt }) => ownAt !== undefined);
  expect(owns.map(({ service }) => service)).toEqual(['loki', 'pyroscope']);
  for (const { ownAt } of owns) expect(Date.parse(ownAt!)).toBeLessThanOrEqual(newest);
});

for (const [idle, seconds] of Object.entries(IDLE_S)) {
  test(`the newest sample of a host that was idle for ${idle} is found in every store`, async () => {
    const { instanceIds, composeDirectory } = emulator.account;
    await emulator.post('/stores', { idle_s: seconds });
    const readings = await readNewest(instanceIds[0]!, composeDirectory);
    const ages = readings.map(({ at }) => (Date.now() - Date.parse(at!)) / 1000);
    for (const age of ages) {
      expect(age).toBeGreaterThan(seconds - 5);
      expect(age).toBeLessThan(seconds + 120);
    }
    const shared = readings.filter(({ isShared }) => isShared).map(({ service }) => service);
    expect(shared).toEqual(STORES.filter((name) => READS_BUCKET_AFTER_S[name]! <= seconds));
  });
}

test('a store whose container has ended is not new on ECS: what it took in is not known', async () => {
  const { instanceIds, composeDirectory } = emulator.account;
  const [id] = instanceIds;
  const { projects } = await emulator.get<{ projects: Projects }>(`/host?id=${id}`);
  const [project] = Object.values(projects);
  project!.services['loki']!.state = 'exited';
  delete project!.services['tempo'];
  await emulator.post('/host', {
    id,
    projects,
  });
  const readings = await ask(id!, composeDirectory);
  const [, loki, tempo] = readings;
  expect(loki).toEqual({
    service: 'loki',
    at: null,
    note: expect.stringMatching(/loki.* is exited, and what it held may not be in S3$/) as string,
  });
  expect(tempo).toMatchObject({
    isAbsent: true,
  });
});
