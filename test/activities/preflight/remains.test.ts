import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { labPlan } from '../../../lab/plan';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { Plan } from '../../../src/plan/schema';
import { parsePlan } from '../../../src/plan/loader';
import type { Remains } from '../../../src/contract/remains';
import { failures, startWorld, type PreflightWorld } from './world';

const OWNER = {
  migration: 'lgtm-migrate-lgtm-prd',
  run: 'run-1',
};
const NAME = 'grafana.example.com';

let world: PreflightWorld;
let activities: Activities;
let plan: Plan;

beforeEach(async () => {
  world = await startWorld('adopted');
  activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: process.env,
  });
  plan = parsePlan(JSON.stringify(labPlan(world.emulator.account)), 'lab');
});
afterEach(() => world.emulator.stop());

const findRemains = (): Promise<Remains> =>
  activities.findRemains({
    plan,
    owner: {
      ...OWNER,
      run: 'another',
    },
  });

/** What a run leaves that is terminated at this weight; at 100 it has folded and stopped the host. */
async function leaveAt(weight: number): Promise<void> {
  const { records } = await activities.runPreflight({
    plan,
    owner: OWNER,
  });
  const { loadBalancer } = await findRemains();
  const pair = {
    hostedZone: plan.hostedZone,
    ttl: 60,
    name: plan.name,
    records,
    loadBalancer: loadBalancer!,
  };
  await activities.createPair(pair);
  await activities.setWeight({
    ...pair,
    from: 0,
    to: weight,
  });
  if (weight < 100) return;
  await activities.foldPair(pair);
  const [instanceId] = plan.source.instances;
  await activities.stopInstance({
    owner: OWNER,
    instanceId: instanceId!,
    timeoutMs: 60_000,
  });
}

/** With the name, as the internet does not see it. @returns its id */
async function makePrivateZone(): Promise<string> {
  const route53 = new Route53Client(world.config);
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({
      Name: 'example.com',
      CallerReference: 'inside',
      HostedZoneConfig: { PrivateZone: true },
      VPC: {
        VPCRegion: 'ap-northeast-2',
        VPCId: world.emulator.account.vpcId,
      },
    }),
  );
  const HostedZoneId = HostedZone!.Id!.replace('/hostedzone/', '');
  const ResourceRecordSet = {
    Name: NAME,
    Type: 'A' as const,
    TTL: 60,
    ResourceRecords: [{ Value: '10.0.0.9' }],
  };
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId,
      ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
    }),
  );
  return HostedZoneId;
}

test('an account that nobody has touched has no remains', async () => {
  const { records, services, hosts } = await findRemains();
  expect([records, services]).toEqual([[], []]);
  expect(hosts).toMatchObject([{ state: 'running' }]);
  expect(hosts[0]).not.toHaveProperty('run');
});

test('the pair of a run that was terminated at 50 % is known, with what its host side was', async () => {
  await leaveAt(50);
  const { records } = await findRemains();
  expect(records).toMatchObject([
    {
      name: NAME,
      shape: 'pair',
      weight: 50,
      saved: {
        original: {
          type: 'CNAME',
          values: ['ec2-instance.example.com'],
        },
        target: { values: [world.emulator.account.eip] },
      },
    },
  ]);
  expect(failures(await world.preflight())).toEqual([
    `${NAME} is a pair of an earlier run of this stack, with 50 % on ECS`,
  ]);
});

test('what stands in a private zone is found there, whatever the zone of the plan has', async () => {
  const zone = await makePrivateZone();
  const [record] = plan.records;
  plan = {
    ...plan,
    records: [
      record!,
      {
        ...record!,
        zone,
      },
    ],
  };
  const { loadBalancer } = await findRemains();
  const original = {
    name: NAME,
    type: 'A' as const,
    ttl: 60,
    values: ['10.0.0.9'],
  };
  await activities.createPair({
    hostedZone: zone,
    ttl: 60,
    name: plan.name,
    records: [
      {
        name: NAME,
        original,
      },
    ],
    loadBalancer: loadBalancer!,
  });
  const { records } = await findRemains();
  expect(records).toMatchObject([
    {
      name: NAME,
      zone,
      shape: 'pair',
      weight: 0,
    },
  ]);
});

test('a host that a run has stopped is no finished migration: it is named, with its run', async () => {
  await leaveAt(100);
  const { records, hosts } = await findRemains();
  expect(records).toEqual([
    {
      name: NAME,
      shape: 'fold',
      weight: 100,
    },
  ]);
  const [instanceId] = plan.source.instances;
  expect(hosts).toEqual([
    {
      instanceId,
      state: 'stopped',
      run: 'run-1',
      publicIp: world.emulator.account.eip,
      privateIp: expect.any(String) as string,
    },
  ]);
  expect(failures(await world.preflight())).toEqual([
    expect.stringContaining(`${instanceId} was stopped by run run-1 of this stack`),
  ]);
});

test('what is not there does not stand', async () => {
  const elsewhere = {
    ...plan,
    hostedZone: 'ZNOWHERE',
    cluster: 'nowhere',
    source: {
      ...plan.source,
      instances: ['i-0123456789abcdef9'],
    },
    loadBalancer: {
      ...plan.loadBalancer,
      name: 'nowhere',
    },
  };
  const found = await activities.findRemains({
    plan: elsewhere,
    owner: OWNER,
  });
  expect(found).toEqual({
    records: [],
    services: [],
    hosts: [
      {
        instanceId: 'i-0123456789abcdef9',
        state: 'terminated',
      },
    ],
    loadBalancer: null,
  });
});

test('a name that somebody has edited since it was given back is told with what it reads and should', async () => {
  const { records } = await activities.runPreflight({
    plan,
    owner: OWNER,
  });
  const { loadBalancer } = await findRemains();
  const restored = [
    {
      hostedZone: plan.hostedZone,
      ttl: 60,
      name: plan.name,
      records,
      loadBalancer: loadBalancer!,
    },
  ];
  const look = () =>
    activities.findRemains({
      plan,
      owner: OWNER,
      restored,
    });
  expect((await look()).edits).toBeUndefined();
  const { name, type, ttl } = records[0]!.target!;
  const edit = {
    Action: 'UPSERT' as const,
    ResourceRecordSet: {
      Name: name,
      Type: type,
      TTL: ttl,
      ResourceRecords: [{ Value: '203.0.113.9' }],
    },
  };
  const { hostedZone: HostedZoneId } = plan;
  const batch = new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes: [edit] } });
  await new Route53Client({ region: 'ap-northeast-2' }).send(batch);
  expect((await look()).edits).toEqual([
    {
      name,
      text: expect.stringMatching(/^found .*203\.0\.113\.9.*; it was /) as string,
    },
  ]);
});
