import { createClients } from '../../../src/activities/clients';
import { listCompactors } from '../../../src/activities/preflight/compactors';
import { startEmulator, type OwnEmulator } from '../emulator';

let emulator: OwnEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const SERVICES = {
  monolith: ['-config.file=/etc/mimir.yaml'],
  ingester: ['-target=ingester,compactor', '-key=s3cret'],
  compactor: ['-key=s3cret', '-target=compactor'],
  'loki-compactor': ['--target', 'compactor'],
};

test('services that do nothing but compact are found by their target, and none that does more', async () => {
  const [instanceId] = emulator.account.instanceIds as [string];
  const { composeDirectory } = emulator.account;
  const containers = Object.entries(SERVICES).map(([name, args]) => [
    name,
    {
      image: 'grafana/mimir:3.2.1',
      ports: [],
      state: 'running',
      args,
    },
  ]);
  const projects = { [composeDirectory]: { services: Object.fromEntries(containers) as unknown } };
  await emulator.post('/host', {
    id: instanceId,
    projects,
  });
  const deps = {
    clients: createClients('ap-northeast-2'),
    environment: {},
  };
  const found = await listCompactors(deps, {
    instanceId,
    composeDirectory,
  });
  expect(found).toEqual(['compactor', 'loki-compactor']);
});
