import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import { startEmulator, until, type Emulator } from '../emulator';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.stop());

const stack = () => ({
  instanceId: emulator.world.instanceIds[0]!,
  composeDirectory: emulator.world['composeDirectory'] as string,
});
const activities = () => createActivities({ clients: createClients('ap-northeast-2'), environment: {} });

test("a host that SSM never sees again is a human's after a while, with the command to run by hand", async () => {
  await emulator.call('POST', '/settings', { ssm_agents: 0 });
  await expect(activities().startStack({ ...stack(), timeoutMs: 500 })).rejects.toMatchObject({
    type: 'HostNotReachable',
    nonRetryable: true,
    message: expect.stringMatching(
      /^SSM does not see i-\w+: .* run docker compose --project-directory \/opt\/lgtm up -d on it by hand; then retry$/,
    ) as string,
  });
});

test('a host whose agent answers late is started all the same', async () => {
  await emulator.call('POST', '/settings', { ssm_agents: 0 });
  const started = activities().startStack({ ...stack(), timeoutMs: 60_000 });
  const asked = async () => ((await emulator.call('GET', '/calls?service=ssm&action=SendCommand')) as unknown[]).length;
  await until(async () => (await asked()) > 0);
  await emulator.call('POST', '/settings', { ssm_agents: 1 });
  await started;
  const [{ Comment }] = (await emulator.call('GET', '/commands')) as [{ Comment: string }];
  expect(Comment).toBe('lgtm-migrate: docker compose up');
});

test('what an aborted stop has begun ends before the containers start again', async () => {
  await emulator.call('POST', '/settings', { ssm_delay_s: 1.5 });
  const stopping = activities()
    .stopStack({ owner: { migration: 'm', run: 'r' }, ...stack(), stopTimeoutSeconds: 1 })
    .catch(() => undefined);
  const sent = async () =>
    ((await emulator.call('GET', '/commands')) as { Comment: string; Status: string }[]).map(
      ({ Comment, Status }) => `${Comment.replace('lgtm-migrate: ', '')} ${Status}`,
    );
  await until(async () => (await sent()).includes('docker compose stop Pending'));
  const started = activities().startStack({ ...stack(), timeoutMs: 60_000 });
  await until(async () => (await sent()).some((command) => command.startsWith('docker compose up')));
  expect(await sent()).toContain('docker compose stop Success');
  await Promise.all([started, stopping]);
});

test('a host serves again when what ran before runs and its names are answered; what only ever ran once is not waited for', async () => {
  const { instanceId, composeDirectory } = stack();
  const { projects } = (await emulator.call('GET', `/host?id=${instanceId}`)) as {
    projects: Record<string, { services: Record<string, { state: string }> }>;
  };
  const services = projects[composeDirectory]!.services;
  const ran = Object.keys(services);
  const put = (name: string, container: object) =>
    emulator.call('POST', '/host', {
      id: instanceId,
      projects: { [composeDirectory]: { services: Object.assign(services, { [name]: container }) } },
    });
  const records = [{ name: 'grafana.example.com', protocol: 'https', port: 443 }];
  const awaited = (of: string[]) => activities().awaitHost({ ...stack(), timeoutMs: 1000, services: of, records });

  await put('init', { image: 'busybox:1.37', ports: [], state: 'exited', restart: 'no', mounts: [] });
  await awaited(ran);
  await put('proxy', { ...services['proxy'], state: 'exited' });
  await expect(awaited(ran)).rejects.toMatchObject({
    type: 'HostNotHealthy',
    message: expect.stringMatching(/does not serve: proxy exited; fix it by hand, then retry/) as string,
  });
  await expect(awaited(ran.filter((name) => name !== 'proxy'))).rejects.toMatchObject({
    message: expect.stringContaining('does not serve: grafana.example.com answers nothing') as string,
  });
});
