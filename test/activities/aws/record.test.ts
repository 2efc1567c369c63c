import { StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { until } from '../../../lab/until';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { PairRequest } from '../../../src/contract/records';
import { startEmulator, type OwnEmulator } from '../emulator';

const NAME = 'grafana.example.com';
const HOST = 'ec2-instance.example.com';
const BALANCER = {
  dnsName: 'lgtm-alb-1.ap-northeast-2.elb.amazonaws.com',
  hostedZoneId: 'ZWKZPGTI48KDX',
};
const CHANGED = { changeId: expect.any(String) as string };

let emulator: OwnEmulator;
let activities: Activities;
let request: PairRequest;
let before: ResourceRecordSet[];

beforeEach(async () => {
  emulator = await startEmulator();
  activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: {},
  });
  const { hostedZoneId } = emulator.account;
  request = {
    hostedZone: hostedZoneId,
    ttl: 60,
    name: 'lgtm-prd',
    loadBalancer: BALANCER,
    records: [],
  };
  before = await listRecords();
  const host = before.find(({ Name }) => Name === `${HOST}.`)!;
  const addresses = host.ResourceRecords!.map(({ Value }) => Value!);
  request.records.push({
    name: NAME,
    original: {
      name: NAME,
      type: 'CNAME',
      ttl: 300,
      values: [HOST],
    },
    target: {
      name: HOST,
      type: 'A',
      ttl: 300,
      values: addresses,
    },
  });
});
afterEach(() => emulator.stop());

function createRoute53(): Route53Client {
  return new Route53Client({
    region: 'us-east-1',
    endpoint: emulator.url,
  });
}

async function listRecords(): Promise<ResourceRecordSet[]> {
  const command = new ListResourceRecordSetsCommand({ HostedZoneId: request.hostedZone });
  const { ResourceRecordSets = [] } = await createRoute53().send(command);
  return ResourceRecordSets.filter(({ Type }) => Type === 'A' || Type === 'CNAME');
}

async function listRecordsOfName(): Promise<ResourceRecordSet[]> {
  const records = await listRecords();
  return records.filter(({ Name }) => Name === `${NAME}.`);
}

async function readWeights(): Promise<Record<string, number>> {
  const records = await listRecordsOfName();
  const weights = records.map(({ SetIdentifier, Weight }) => {
    const side = SetIdentifier!.split(':').at(-1);
    return [side, Weight];
  });
  return Object.fromEntries(weights) as Record<string, number>;
}

/** A colleague at the console. */
async function edit(...changes: Change[]): Promise<void> {
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId: request.hostedZone,
    ChangeBatch: { Changes: changes },
  });
  await createRoute53().send(command);
}

/** Takes the next reply to a change away. */
async function loseReply(kind: '500-after' | 'drop-after'): Promise<void> {
  const action = 'ChangeResourceRecordSets';
  await emulator.post('/rules', {
    service: 'route53',
    action,
    kind,
    times: 1,
  });
}

test.each([
  [undefined, true],
  [[NAME], false],
])(
  'where health is not evaluated for %s, the ECS side of its pair asks Route 53 to evaluate it: %s',
  async (unevaluated, isEvaluated) => {
    await activities.createPair({ ...request, ...(unevaluated && { unevaluated }) });
    const pair = await listRecordsOfName();
    const ecs = pair.find(({ SetIdentifier }) => SetIdentifier?.endsWith(':ecs'));
    expect(ecs?.AliasTarget?.EvaluateTargetHealth).toBe(isEvaluated);
  },
);

test.each(['500-after', 'drop-after'] as const)(
  'a change whose reply is lost (%s) is found done, and its INSYNC can still be waited for',
  async (kind) => {
    await loseReply(kind);
    expect(await activities.lowerTtl(request)).toEqual({
      ...CHANGED,
      waitSeconds: 300,
    });

    await loseReply(kind);
    // this batch deletes the CNAME: AWS refuses its repetition as a whole
    expect(await activities.createPair(request)).toEqual(CHANGED);
    expect(await readWeights()).toEqual({
      host: 100,
      ecs: 0,
    });

    await loseReply(kind);
    const step = {
      ...request,
      from: 0,
      to: 50,
    };
    expect(await activities.setWeight(step)).toEqual(CHANGED);
    expect(await activities.setWeight(step)).toEqual(CHANGED);

    await loseReply(kind);
    expect(await activities.restoreTraffic(request)).toEqual(CHANGED);
    expect(await activities.restoreTraffic(request)).toEqual(CHANGED);

    await loseReply(kind);
    await activities.restoreRecords(request);
    expect(await listRecords()).toEqual(before);
  },
);

test('traffic goes nowhere before the pair is made, so nothing is changed on the way back', async () => {
  expect(await activities.restoreTraffic(request)).toEqual({});
  expect(await activities.restoreRecords(request)).toEqual({});
  expect(await listRecords()).toEqual(before);
});

test('nobody is sent to a host that somebody has stopped: it is named, and a retry works once it runs', async () => {
  const hosts = emulator.account.instanceIds;
  const { ec2 } = createClients('ap-northeast-2');
  const goBack = () =>
    activities.restoreTraffic({
      ...request,
      hosts,
    });
  await activities.createPair(request);
  await activities.setWeight({
    ...request,
    from: 0,
    to: 50,
  });
  const pair = await listRecordsOfName();
  await ec2.send(new StopInstancesCommand({ InstanceIds: hosts }));
  await expect(goBack()).rejects.toMatchObject({
    type: 'HostNotRunning',
    nonRetryable: true,
    message: expect.stringMatching(
      /^i-\w+ is stop\w+, and whoever is sent there finds nobody: .* then retry$/,
    ) as string,
  });
  expect(await listRecordsOfName()).toEqual(pair);

  await activities.startInstance({
    instanceId: hosts[0]!,
    timeoutMs: 60_000,
  });
  // names go back though EC2 does not say how the host is
  await emulator.post('/rules', {
    service: 'ec2',
    action: 'DescribeInstances',
    kind: 'deny',
  });
  expect(await goBack()).toEqual(CHANGED);
  await emulator.delete('/rules');

  await ec2.send(new TerminateInstancesCommand({ InstanceIds: hosts }));
  await expect(goBack()).rejects.toMatchObject({
    type: 'HostGone',
    nonRetryable: true,
  });
});

test('a name that a colleague pointed to the load balancer is not overwritten: the way back stops there', async () => {
  await activities.createPair(request);
  const pair = await listRecordsOfName();
  const theirs: ResourceRecordSet = {
    Name: NAME,
    Type: 'CNAME',
    TTL: 60,
    ResourceRecords: [{ Value: BALANCER.dnsName }],
  };
  const deletions = pair.map((set): Change => ({
    Action: 'DELETE',
    ResourceRecordSet: set,
  }));
  await edit(...deletions, {
    Action: 'CREATE',
    ResourceRecordSet: theirs,
  });

  const restoring = activities.restoreTraffic(request);
  await expect(restoring).rejects.toMatchObject({
    type: 'RecordEdited',
    nonRetryable: true,
  });
  await expect(restoring).rejects.toThrow(/^grafana\.example\.com was edited by someone else: /);
  await expect(restoring).rejects.toThrow('which leads to ECS; it was CNAME ec2-instance');
  await expect(restoring).rejects.toThrow(/point it to the host, then retry$/);
  expect(await listRecordsOfName()).toMatchObject([
    {
      Type: 'CNAME',
      ResourceRecords: [{ Value: BALANCER.dnsName }],
    },
  ]);
});

test.each<Change['Action']>(['DELETE', 'UPSERT'])(
  'what a colleague does to a record between our look and our change (%s) stays, and is named',
  async (Action) => {
    await activities.createPair(request);
    const [ecs] = (await listRecordsOfName()).filter(({ SetIdentifier }) => SetIdentifier?.endsWith(':ecs'));
    await emulator.post('/rules', {
      service: 'route53',
      action: 'ChangeResourceRecordSets',
      kind: 'delay',
      delay_s: 2,
      times: 1,
    });
    const moving = activities.setWeight({
      ...request,
      from: 0,
      to: 10,
    });
    const refused = expect(moving).rejects.toMatchObject({ type: 'RecordEdited' });
    await until(
      'our change is on its way',
      async () => (await emulator.rules())[0]?.met['route53:ChangeResourceRecordSets'] === 1,
    );
    const theirs = Action === 'DELETE' ? ecs! : { ...ecs!, Weight: 33 };
    await edit({
      Action,
      ResourceRecordSet: theirs,
    });
    await refused;
    expect(await readWeights()).toEqual(Action === 'DELETE' ? { host: 100 } : { host: 100, ecs: 33 });
  },
);

test('what a colleague edited stays and is named, and everything else becomes what it was', async () => {
  await activities.lowerTtl(request);
  await activities.createPair(request);
  const theirs: ResourceRecordSet = {
    Name: `${HOST}.`,
    Type: 'A',
    TTL: 30,
    ResourceRecords: [{ Value: '203.0.113.9' }],
  };
  await edit({
    Action: 'UPSERT',
    ResourceRecordSet: theirs,
  });

  const restoring = activities.restoreRecords(request);
  await expect(restoring).rejects.toThrow(/^ec2-instance\.example\.com was edited by someone else: /);
  await expect(restoring).rejects.toThrow('found A 203.0.113.9 TTL 30; it was A');
  await expect(restoring).rejects.toThrow(/ TTL 300 before the migration; put that back by hand$/);
  const originals = before.filter(({ Name }) => Name === `${NAME}.`);
  expect(await listRecordsOfName()).toEqual(originals);
  const records = await listRecords();
  const host = records.find(({ Name }) => Name === `${HOST}.`);
  expect(host).toMatchObject(theirs);
});
