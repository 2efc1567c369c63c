import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { createActivities } from '../../../src/activities';
import { createClients as createDeps } from '../../../src/activities/clients';
import { askPublicAnswers } from '../../../src/activities/aws/record-answers';
import type { Activities } from '../../../src/contract/activities';
import type { AnsweringPair } from '../../../src/contract/records';
import { startEmulator, type OwnEmulator } from '../emulator';
import { createClients, type Clients } from '../../emulator/clients';

const NAME = 'grafana.example.com';
const STRANGE = '192.0.2.9';

let emulator: OwnEmulator;
let clients: Clients;
let pair: AnsweringPair;

beforeAll(async () => {
  emulator = await startEmulator('--world', 'adopted');
  clients = createClients(emulator.url);
});
beforeEach(async () => {
  const world = await emulator.reset({ world: 'adopted', record: 'a' });
  const { LoadBalancers } = await clients.elb.send(new DescribeLoadBalancersCommand({}));
  const [balancer] = LoadBalancers!;
  pair = {
    hostedZone: world.hostedZoneId,
    ttl: 60,
    name: 'lgtm-prd',
    records: [
      {
        name: NAME,
        original: {
          name: NAME,
          type: 'A',
          ttl: 300,
          values: [world.eip],
        },
      },
    ],
    loadBalancer: {
      dnsName: balancer!.DNSName!,
      hostedZoneId: balancer!.CanonicalHostedZoneId!,
    },
    unevaluated: [NAME],
    to: 50,
  };
});
afterAll(() => emulator.stop());

const activitiesWith = (environment: NodeJS.ProcessEnv): Activities =>
  createActivities({
    clients: createDeps('ap-northeast-2'),
    environment,
  });

const ask = (environment: NodeJS.ProcessEnv) =>
  askPublicAnswers(
    {
      clients: createDeps('ap-northeast-2'),
      environment,
    },
    pair,
  );

/** All servers of Route 53 have it. */
async function moveTo(weight: number): Promise<void> {
  pair.to = weight;
  const activities = activitiesWith({});
  await activities.createPair(pair);
  const { changeId } = await activities.setWeight({
    ...pair,
    from: 0,
    to: weight,
  });
  await activities.awaitInSync({
    changeId: changeId!,
    timeoutMs: 30_000,
  });
}

async function replace(...sets: ResourceRecordSet[]): Promise<void> {
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId: pair.hostedZone,
    ChangeBatch: {
      Changes: sets.map((ResourceRecordSet) => ({
        Action: 'UPSERT' as const,
        ResourceRecordSet,
      })),
    },
  });
  const { ChangeInfo } = await clients.route53.send(command);
  await activitiesWith({}).awaitInSync({
    changeId: ChangeInfo!.Id!.replace('/change/', ''),
    timeoutMs: 30_000,
  });
}

const RIGHT = {
  problems: [],
  unknown: [],
};

test.each([0, 100])('at %i %% a public name answers with a side of its pair', async (weight) => {
  await moveTo(weight);
  expect(await ask(process.env)).toEqual(RIGHT);
});

test('a name that answers with neither side is told with what it answered', async () => {
  await replace({
    Name: NAME,
    Type: 'A',
    TTL: 60,
    ResourceRecords: [{ Value: STRANGE }],
  });
  const { eip } = await emulator.world();
  const { problems } = await ask(process.env);
  expect(problems).toEqual([
    `${NAME} in ${pair.hostedZone} answers ${STRANGE}, and not ${eip} or ${pair.loadBalancer.dnsName}`,
  ]);
});

test('at 100 % a name that answers with the host is told: Route 53 holds the balancer for unhealthy', async () => {
  await moveTo(0);
  const { eip } = await emulator.world();
  pair.to = 100;
  expect((await ask(process.env)).problems).toEqual([
    `${NAME} in ${pair.hostedZone} answers ${eip}, and not ${pair.loadBalancer.dnsName}`,
  ]);
});

test('a name that is not there any more answers why', async () => {
  pair.records[0]!.name = 'gone.example.com';
  const { problems } = await ask(process.env);
  expect(problems).toEqual([expect.stringContaining('gone.example.com') as string]);
  expect(problems[0]).toContain('answers NXDOMAIN');
});

test('what AWS refuses to say of an answer is told, and no name is wrong for it', async () => {
  await moveTo(100);
  const rule = {
    service: 'route53',
    action: 'TestDNSAnswer',
    kind: 'deny',
  };
  await emulator.post('/rules', rule);
  const { problems, unknown } = await ask(process.env);
  await emulator.delete('/rules');
  expect(problems).toEqual([]);
  expect(unknown).toEqual([expect.stringMatching(/^what grafana\.example\.com answers is not known: .*TestDNSAnswer/)]);
});

test('where nobody can say which addresses are the balancer’s, its answer is not judged', async () => {
  await moveTo(100);
  const nowhere = { PUBLIC_RESOLVER: '127.0.0.1:9' };
  const { problems, unknown } = await ask(nowhere);
  expect(problems).toEqual([]);
  expect(unknown).toEqual([
    expect.stringMatching(
      /^grafana\.example\.com answers 198\.51\.100\.\d+, .* whether that is the load balancer is not known: /,
    ),
  ]);
});

test('a weight is true once Route 53 has it and answers with it, and fails where it answers otherwise', async () => {
  await moveTo(50);
  const activities = activitiesWith(process.env);
  const { changeId } = await activities.setWeight({
    ...pair,
    from: 50,
    to: 100,
  });
  const wait = () =>
    activities.awaitInSync({
      changeId: changeId!,
      timeoutMs: 30_000,
      pair,
    });
  expect(await wait()).toBeUndefined();
  pair.records[0]!.name = 'gone.example.com';
  await expect(wait()).rejects.toMatchObject({
    type: 'WrongAnswer',
    nonRetryable: true,
    message: expect.stringMatching(/answers NXDOMAIN, and not .*; correct it, then retry, or abort$/) as string,
  });
});
