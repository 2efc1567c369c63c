import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import { startEmulator, type OwnEmulator } from '../emulator';

let emulator: OwnEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test('at a port that is reset whoever goes by a name is gone, and who goes by an address is back', async () => {
  const { instanceIds, composeDirectory } = emulator.account;
  const [instanceId] = instanceIds as [string];
  const connections = [
    { peer: '10.0.3.4', port: 9009 },
    { peer: '10.0.3.5', port: 9009, by: 'address' },
    { peer: '10.0.3.4', port: 3100 },
  ];
  await emulator.post('/host', { id: instanceId, connections });
  const { resetConnections, listConnections } = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: process.env,
  });
  await resetConnections({
    instanceId,
    port: 9009,
  });
  const left = await listConnections({
    instanceId,
    composeDirectory,
    recordPorts: [],
    ports: [9009, 3100],
    without: [],
  });
  expect(left.map(({ peer, port }) => `${peer} ${port}`)).toEqual(['10.0.3.4 3100', '10.0.3.5 9009']);
  const state = await emulator.get<{ refused: string[] }>(`/host?id=${instanceId}`);
  expect(state.refused).toEqual([]);
});
