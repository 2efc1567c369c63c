import { createActivities } from '../../src/activities';
import { createClients } from '../../src/activities/clients';
import type { Activities } from '../../src/contract/activities';
import { startEmulator, type Emulator } from './emulator';

const owner = { migration: 'lgtm-migrate-test', run: 'run-1' };
/** A verb of an API that answers in JSON, and one of an API that answers in XML. */
const JSON_API = {
  service: 'ecs',
  action: 'CreateCluster',
  run: () => activities.ensureCluster({ owner, name: 'c1' }),
};
const XML_API = {
  service: 'iam',
  action: 'CreateRole',
  run: () => activities.ensureTaskRole({ owner, name: 'r1', bucket: 'b' }),
};
const EC2_API = {
  service: 'ec2',
  action: 'StopInstances',
  run: () => activities.stopInstance({ owner, instanceId: instance }),
};
const REST_API = {
  service: 'route53',
  action: 'ListResourceRecordSets',
  run: () =>
    activities.restoreRecords({
      hostedZone: zone,
      ttl: 60,
      name: 'n',
      loadBalancer: { dnsName: 'd', hostedZoneId: 'Z1' },
      records: [
        {
          name: 'grafana.example.com',
          original: { name: 'grafana.example.com', type: 'A', ttl: 1, values: ['192.0.2.1'] },
        },
      ],
    }),
};
const APIS = [JSON_API, XML_API, EC2_API, REST_API];
let emulator: Emulator;
let activities: Activities;
let instance: string;
let zone: string;

beforeAll(async () => {
  emulator = await startEmulator();
  activities = createActivities({ clients: createClients('ap-northeast-2'), environment: {} });
  [instance] = emulator.world.instanceIds as [string];
  zone = emulator.world.hostedZoneId;
});
afterEach(() => emulator.call('DELETE', '/rules'));
afterAll(() => emulator.stop());

const rule = ({ service, action }: { service: string; action: string }, kind: string, times?: number) =>
  emulator.call('POST', '/rules', { service, action, kind, ...(times ? { times } : {}) });
const failure = (run: () => Promise<unknown>) =>
  run().then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );

test.each(APIS)('AccessDenied of $service $action is final, names what was done and the way out', async (api) => {
  await rule(api, 'deny');
  expect(await failure(api.run)).toMatchObject({
    name: 'ApplicationFailure',
    nonRetryable: true,
    message: expect.stringMatching(
      /^\w+( \S+)?: (AccessDenied|AccessDeniedException|UnauthorizedOperation): .*; give the worker's role this permission, then retry$/,
    ) as string,
  });
});

test.each(APIS)(
  'throttling of $service $action is tried again by the SDK, and by Temporal when that is not enough',
  async (api) => {
    await rule(api, 'throttle');
    expect(await failure(api.run)).toMatchObject({
      name: 'ApplicationFailure',
      nonRetryable: false,
      message: expect.stringMatching(/Throttling|RequestLimitExceeded|ThrottlingException/) as string,
    });
  },
);

test('an error of the service itself is worth another try', async () => {
  await rule(JSON_API, '500');
  expect(await failure(JSON_API.run)).toMatchObject({
    nonRetryable: false,
    message: expect.stringMatching(/^ensureCluster c1: InternalFailure: /) as string,
  });
});

test.each([JSON_API, XML_API])(
  'a reply that is lost on the wire leaves one resource of $service, created by this run',
  async (api) => {
    await rule(api, 'drop-after', 1);
    // the SDK repeats the call; where AWS then says that the name is taken, Temporal's next try finds it
    const first = await api.run().catch((error: unknown) => error);
    const ensured =
      first instanceof Error ? (expect(first).toMatchObject({ nonRetryable: false }), await api.run()) : first;
    expect(ensured).toMatchObject({ ownership: 'created' });
    expect(await api.run()).toMatchObject({ ownership: 'created' });
  },
);

test('a host that nobody listens on is worth another try and says what to check', async () => {
  const nowhere = createActivities({ clients: createClients('ap-northeast-2'), environment: {} });
  const before = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
  try {
    const error = await failure(() => nowhere.ensureCluster({ owner, name: 'c2' }));
    expect(error).toMatchObject({
      nonRetryable: false,
      message: expect.stringContaining('check the network, and AWS_ENDPOINT_URL if it is set') as string,
    });
  } finally {
    process.env['AWS_ENDPOINT_URL'] = before;
  }
});
