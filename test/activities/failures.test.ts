import { createActivities } from '../../src/activities';
import { createClients } from '../../src/activities/clients';
import type { Activities } from '../../src/contract/activities';
import { startEmulator, type OwnEmulator } from './emulator';

const REGION = 'ap-northeast-2';
const OWNER = {
  migration: 'lgtm-migrate-test',
  run: 'run-1',
};

/** A verb, and the AWS call of it that goes wrong. */
interface Api {
  service: string;
  action: string;
  run: () => Promise<unknown>;
}

/** Of an API that answers in JSON. */
const JSON_API: Api = {
  service: 'ecs',
  action: 'CreateCluster',
  run: () => activities.ensureCluster({ owner: OWNER, name: 'c1' }),
};
/** Of an API that answers in XML. */
const XML_API: Api = {
  service: 'iam',
  action: 'CreateRole',
  run: () =>
    activities.ensureTaskRole({
      owner: OWNER,
      name: 'r1',
      bucket: 'b',
    }),
};
const EC2_API: Api = {
  service: 'ec2',
  action: 'StopInstances',
  run: () =>
    activities.stopInstance({
      owner: OWNER,
      instanceId: instance,
      timeoutMs: 60_000,
    }),
};
const RECORD = {
  name: 'grafana.example.com',
  type: 'A' as const,
  ttl: 1,
  values: ['192.0.2.1'],
};
const REST_API: Api = {
  service: 'route53',
  action: 'ListResourceRecordSets',
  run: () =>
    activities.restoreRecords({
      hostedZone: zone,
      ttl: 60,
      name: 'n',
      loadBalancer: {
        dnsName: 'd',
        hostedZoneId: 'Z1',
      },
      records: [
        {
          name: RECORD.name,
          original: RECORD,
        },
      ],
    }),
};
const APIS = [JSON_API, XML_API, EC2_API, REST_API];

let emulator: OwnEmulator;
let activities: Activities;
let instance: string;
let zone: string;

beforeAll(async () => {
  emulator = await startEmulator();
  activities = createActivities({
    clients: createClients(REGION),
    environment: {},
  });
  [instance] = emulator.account.instanceIds as [string];
  zone = emulator.account.hostedZoneId;
});
afterEach(() => emulator.delete('/rules'));
afterAll(() => emulator.stop());

/** Makes the emulator answer so, `times` times or always. */
async function spoil({ service, action }: Api, kind: string, times?: number): Promise<void> {
  await emulator.post('/rules', {
    service,
    action,
    kind,
    times,
  });
}

async function failureOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('it succeeded');
}

const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

test.each(APIS)(
  'AccessDenied of $service $action is final, names what was done and the statement that allows it',
  async (api) => {
    await spoil(api, 'deny');
    const statement = `{"Effect":"Allow","Action":"${api.service}:${api.action}","Resource":".+"}`;
    const failure = await failureOf(api.run);
    expect(failure).toMatchObject({
      name: 'ApplicationFailure',
      nonRetryable: true,
      message: matching(/^\w+( \S+)?: (AccessDenied|AccessDeniedException|UnauthorizedOperation): /),
    });
    expect(failure).toMatchObject({
      message: matching(new RegExp(`; add ${statement} to the worker's role, then retry$`)),
    });
  },
);

test.each(APIS)(
  'throttling of $service $action is tried again by the SDK, and by Temporal when that is not enough',
  async (api) => {
    await spoil(api, 'throttle');
    expect(await failureOf(api.run)).toMatchObject({
      name: 'ApplicationFailure',
      nonRetryable: false,
      message: matching(/Throttling|RequestLimitExceeded|ThrottlingException/),
    });
  },
);

test('an error of the service itself is worth another try', async () => {
  await spoil(JSON_API, '500');
  expect(await failureOf(JSON_API.run)).toMatchObject({
    nonRetryable: false,
    message: matching(/^ensureCluster c1: InternalFailure: /),
  });
});

test.each([JSON_API, XML_API])(
  'a reply that is lost on the wire leaves one resource of $service, created by this run',
  async (api) => {
    await spoil(api, 'drop-after', 1);
    // the SDK repeats the call; where AWS then says that the name is taken, Temporal's next try finds it
    const first = await api.run().catch((error: unknown) => error);
    if (first instanceof Error) expect(first).toMatchObject({ nonRetryable: false });
    else expect(first).toMatchObject({ ownership: 'created' });
    expect(await api.run()).toMatchObject({ ownership: 'created' });
  },
);

test('a host that nobody listens on is worth another try and says what to check', async () => {
  const nowhere = createActivities({
    clients: createClients(REGION),
    environment: {},
  });
  const before = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
  try {
    const failure = await failureOf(() =>
      nowhere.ensureCluster({
        owner: OWNER,
        name: 'c2',
      }),
    );
    expect(failure).toMatchObject({
      nonRetryable: false,
      message: matching(/check the network, and AWS_ENDPOINT_URL if it is set/),
    });
  } finally {
    process.env['AWS_ENDPOINT_URL'] = before;
  }
});
