import { createActivities } from '../../src/activities';
import { createClients } from '../../src/activities/aws';
import { startEmulator, type Emulator } from './emulator';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.stop());

const stack = () => ({ instanceId: emulator.world.instanceIds[0]!, composeDirectory: emulator.world['composeDirectory'] as string });
const activities = () => createActivities({ clients: createClients('ap-northeast-2'), environment: {} });

test('a host that SSM never sees again is a human\'s after a while, with the command to run by hand', async () => {
  await emulator.call('POST', '/settings', { ssm_agents: 0 });
  await expect(activities().startStack({ ...stack(), timeoutMs: 500 })).rejects.toMatchObject({
    type: 'HostNotReachable', nonRetryable: true,
    message: expect.stringMatching(/^SSM does not see i-\w+: .* run docker compose --project-directory \/opt\/lgtm up -d on it by hand; then retry$/) as string });
});

test('a host whose agent answers late is started all the same', async () => {
  await emulator.call('POST', '/settings', { ssm_agents: 0 });
  const started = activities().startStack({ ...stack(), timeoutMs: 60_000 });
  const asked = async () => ((await emulator.call('GET', '/calls?service=ssm&action=SendCommand')) as unknown[]).length;
  while ((await asked()) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await emulator.call('POST', '/settings', { ssm_agents: 1 });
  await started;
  const [{ Comment }] = (await emulator.call('GET', '/commands')) as [{ Comment: string }];
  expect(Comment).toBe('lgtm-migrate: docker compose up');
});

test('what an aborted stop has begun ends before the containers start again', async () => {
  await emulator.call('POST', '/settings', { ssm_delay_s: 1.5 });
  const stopping = activities().stopStack({ owner: { migration: 'm', run: 'r' }, ...stack(), stopTimeoutSeconds: 1, flushed: true }).catch(() => undefined);
  const sent = async () => ((await emulator.call('GET', '/commands')) as { Comment: string; Status: string }[]).map(({ Comment, Status }) => `${Comment.replace('lgtm-migrate: ', '')} ${Status}`);
  while (!(await sent()).includes('docker compose stop Pending')) await new Promise((resolve) => setTimeout(resolve, 50));
  const started = activities().startStack({ ...stack(), timeoutMs: 60_000 });
  while (!(await sent()).some((command) => command.startsWith('docker compose up'))) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await sent()).toContain('docker compose stop Success');
  await Promise.all([started, stopping]);
});
