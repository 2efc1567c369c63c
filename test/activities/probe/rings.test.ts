import { createActivities } from '../../../src/activities';
import { createClients as createDeps } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { ProbePlace } from '../../../src/contract/probes';
import { createClients, type Clients } from '../../emulator/clients';
import { at, Ingest } from '../../emulator/ingest';
import { startEmulator, type OwnEmulator } from '../emulator';
import { findProbePlace } from '../probe-place';

let emulator: OwnEmulator;
let clients: Clients;
let activities: Activities;
let probe: ProbePlace;

beforeAll(async () => {
  emulator = await startEmulator('--world', 'adopted');
  clients = createClients(emulator.url);
  activities = createActivities({
    clients: createDeps('ap-northeast-2'),
    environment: process.env,
  });
  probe = await findProbePlace(clients, activities, await emulator.world());
});
afterAll(() => emulator.stop());

const nameOf = (service: string, port: number) => ({
  service,
  origin: `http://${service}.lgtm.local:${port}`,
  path: '/ready',
});

test('a service is asked by its name, as its peers ask it, and one that nobody finds is named', async () => {
  const ingest = await Ingest.make(clients, await emulator.world());
  const group = await ingest.makeGroup('loki-3100');
  await ingest.open(3100);
  await ingest.listen(3100, group);
  await ingest.serve([at(group)]);
  await ingest.untilSteady();
  const { problems, unanswered } = await activities.checkRings({
    probe,
    purpose: 'rings-1',
    rings: [],
    names: [nameOf('loki', 3100), nameOf('tempo', 3200)],
  });
  expect(problems).toEqual([]);
  expect(unanswered).toEqual([
    'http://tempo.lgtm.local:3200/ready is not answered to a task: curl: (6) Could not resolve host: tempo.lgtm.local',
  ]);
});

test('a probe that ended so long ago that ECS shows it no more is a failure, and asks no further', async () => {
  const ask = () =>
    activities.checkRings({
      probe,
      purpose: 'rings-3',
      rings: [],
      names: [nameOf('loki', 3100)],
    });
  await ask();
  await emulator.post('/settings', { stopped_task_s: 0 });
  await expect(ask()).rejects.toMatchObject({
    type: 'ProbeFailed',
    message: expect.stringContaining('is not shown by ECS any more') as string,
  });
  await emulator.post('/settings', { stopped_task_s: 3600 });
});

test('a script that RunTask would refuse for its length runs all the same', async () => {
  const { problems, unanswered } = await activities.checkRings({
    probe,
    purpose: 'rings-2',
    rings: [],
    names: Array.from({ length: 80 }, (_, nth) => nameOf(`service-${nth}-with-a-name-of-some-length`, 3100)),
  });
  expect(problems).toEqual([]);
  expect(unanswered).toHaveLength(80);
});
