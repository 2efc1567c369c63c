import { ListNamespacesCommand } from '@aws-sdk/client-servicediscovery';
import { ensureDiscoveryService, ensureNamespace } from '../../../src/activities/aws/discovery';
import { createClients, type Deps } from '../../../src/activities/clients';
import { startEmulator, type OwnEmulator } from '../emulator';

const OWNER = {
  migration: 'lgtm-migrate-lgtm-prd',
  run: '01a21a2a-86da-76df-8dac-8a6514eb5df1',
};
/** As long as a name in DNS may be. */
const LABEL = 'n'.repeat(63);
const NAMESPACE = [LABEL, LABEL, LABEL, 'observability.internal.example.com'].join('.');

let emulator: OwnEmulator;
let deps: Deps;

beforeAll(async () => {
  emulator = await startEmulator();
  deps = {
    clients: createClients('ap-northeast-2'),
    environment: {},
  };
});
afterAll(() => emulator.stop());

test('the longest namespace and the longest service in it are made, each once', async () => {
  const { vpcId } = emulator.account;
  const namespace = { owner: OWNER, name: NAMESPACE, vpcId };
  const made = await ensureNamespace(deps, namespace);
  const service = { owner: OWNER, name: 's'.repeat(32), namespaceId: made.id };
  const [first, again] = [await ensureDiscoveryService(deps, service), await ensureDiscoveryService(deps, service)];
  expect(again).toEqual(first);
  expect(await ensureNamespace(deps, namespace)).toEqual(made);
  const { Namespaces } = await deps.clients.discovery.send(new ListNamespacesCommand({}));
  expect(Namespaces!.filter(({ Name }) => Name === NAMESPACE)).toHaveLength(1);
});

test('a namespace that Cloud Map does not finish in its time is told', async () => {
  const { vpcId } = await emulator.reset({ world: 'ready' });
  const namespace = {
    owner: OWNER,
    name: 'late.local',
    vpcId,
  };
  await emulator.post('/settings', { namespace_s: 600 });
  await expect(ensureNamespace(deps, namespace, 300)).rejects.toMatchObject({
    type: 'CloudMapLate',
    nonRetryable: true,
    message: expect.stringContaining('has not finished operation') as string,
  });
});
