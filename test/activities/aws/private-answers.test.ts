import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { createActivities } from '../../../src/activities';
import { createClients as createDeps } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { ProbePlace } from '../../../src/contract/probes';
import type { AnsweringPair } from '../../../src/contract/records';
import { createClients, type Clients } from '../../emulator/clients';
import { findProbePlace } from '../probe-place';
import { startEmulator, type OwnEmulator } from '../emulator';

const NAME = 'grafana.example.com';
const STRANGE = '192.0.2.9';

let emulator: OwnEmulator;
let clients: Clients;
let activities: Activities;
let probe: ProbePlace;
let pair: AnsweringPair;
let address: string;

beforeAll(async () => {
  emulator = await startEmulator('--world', 'adopted');
  clients = createClients(emulator.url);
  activities = createActivities({
    clients: createDeps('ap-northeast-2'),
    environment: process.env,
  });
  probe = await findProbePlace(clients, activities, emulator.account);
  pair = await makePair();
});
afterAll(() => emulator.stop());

/** In a private zone of the VPC, with the host's private address. */
async function makePair(): Promise<AnsweringPair> {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({}));
  address = Reservations![0]!.Instances![0]!.PrivateIpAddress!;
  const { HostedZone } = await clients.route53.send(
    new CreateHostedZoneCommand({
      Name: 'example.com',
      CallerReference: 'inside',
      HostedZoneConfig: { PrivateZone: true },
      VPC: {
        VPCRegion: 'ap-northeast-2',
        VPCId: emulator.account.vpcId,
      },
    }),
  );
  const { LoadBalancers } = await clients.elb.send(new DescribeLoadBalancersCommand({}));
  return {
    hostedZone: HostedZone!.Id!.replace('/hostedzone/', ''),
    ttl: 60,
    name: 'lgtm-prd',
    records: [
      {
        name: NAME,
        original: {
          name: NAME,
          type: 'A',
          ttl: 60,
          values: [address],
        },
      },
    ],
    loadBalancer: {
      dnsName: LoadBalancers![0]!.DNSName!,
      hostedZoneId: LoadBalancers![0]!.CanonicalHostedZoneId!,
    },
    unevaluated: [NAME],
    to: 50,
  };
}

async function put(ResourceRecordSet: ResourceRecordSet, Action: 'UPSERT' | 'DELETE' = 'UPSERT'): Promise<void> {
  const { ChangeInfo } = await clients.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: pair.hostedZone,
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
    }),
  );
  await activities.awaitInSync({
    changeId: ChangeInfo!.Id!.replace('/change/', ''),
    timeoutMs: 30_000,
  });
}

const leadingTo = (Value: string): ResourceRecordSet => ({
  Name: NAME,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value }],
});

const ask = (purpose: string) =>
  activities.checkPrivateAnswers({
    probe,
    purpose,
    pair,
  });

test('a task of the VPC asks what a private name answers: the host, the balancer, or neither', async () => {
  const right = {
    problems: [],
    unknown: [],
  };
  await put(leadingTo(address));
  expect(await ask('host')).toEqual(right);

  await put(leadingTo(STRANGE));
  const { problems } = await ask('strange');
  expect(problems).toEqual([
    `${NAME} in ${pair.hostedZone} answers ${STRANGE}, and not ${address} or ${pair.loadBalancer.dnsName}`,
  ]);
  await put(leadingTo(STRANGE), 'DELETE');
  expect((await ask('none')).problems).toEqual([expect.stringContaining('answers Could not resolve host') as string]);

  const { dnsName, hostedZoneId } = pair.loadBalancer;
  await put({
    Name: NAME,
    Type: 'A',
    AliasTarget: {
      HostedZoneId: hostedZoneId,
      DNSName: dnsName,
      EvaluateTargetHealth: false,
    },
  });
  expect(await ask('balancer')).toEqual(right);
});
