import { until } from '../../../lab/until';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import { startEmulator, type OwnEmulator } from '../emulator';

const PORTS = {
  mimir: 9009,
  loki: 3100,
  tempo: 3200,
  pyroscope: 4040,
} as const;
/** From what age on each of them also answers from S3. */
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

for (const [idle, seconds] of Object.entries(IDLE_S)) {
  test(`the newest sample of a host that was idle for ${idle} is found in every store`, async () => {
    const { instanceIds, composeDirectory } = emulator.account;
    const clients = createClients('ap-northeast-2');
    const activities = createActivities({
      clients,
      environment: {},
    });
    await emulator.post('/stores', { idle_s: seconds });
    const stores = Object.entries(PORTS).map(([name, port]) => ({
      service: name,
      store: name as keyof typeof PORTS,
      port,
    }));
    const request = {
      instanceId: instanceIds[0]!,
      composeDirectory,
      stores,
    };
    const readings = await until('samples of every store', async () => {
      const found = await activities.readNewestSamples(request);
      return found.every(({ at }) => at !== null) && found;
    });
    const ages = readings.map(({ at }) => (Date.now() - Date.parse(at!)) / 1000);
    for (const age of ages) {
      expect(age).toBeGreaterThan(seconds - 5);
      expect(age).toBeLessThan(seconds + 120);
    }
    const shared = readings.filter(({ isShared }) => isShared).map(({ service }) => service);
    expect(shared).toEqual(Object.keys(PORTS).filter((name) => READS_BUCKET_AFTER_S[name]! <= seconds));
  });
}
