import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DisassociateAddressCommand,
  EC2Client,
  StartInstancesCommand,
  StopInstancesCommand,
  waitUntilInstanceRunning,
  waitUntilInstanceStopped,
} from '@aws-sdk/client-ec2';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { withLab, type Operator } from './lab';

/** Takes the host's Elastic IP away; the record then leads to the address it was given at its start. */
async function withoutElasticIp({ lab }: Operator): Promise<string> {
  const config = {
    endpoint: lab.aws,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'owner', secretAccessKey: 'x' },
  };
  const [ec2, route53] = [new EC2Client(config), new Route53Client(config)];
  const { hostedZoneId, instanceIds } = (await (await fetch(`${lab.aws}/_emulator/world`)).json()) as {
    hostedZoneId: string;
    instanceIds: string[];
  };
  const { Addresses = [] } = await ec2.send(
    new DescribeAddressesCommand({ Filters: [{ Name: 'instance-id', Values: instanceIds }] }),
  );
  await ec2.send(new DisassociateAddressCommand({ AssociationId: Addresses[0]!.AssociationId }));
  const waiter = { client: ec2, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
  await ec2.send(new StopInstancesCommand({ InstanceIds: instanceIds }));
  await waitUntilInstanceStopped(waiter, { InstanceIds: instanceIds });
  await ec2.send(new StartInstancesCommand({ InstanceIds: instanceIds }));
  await waitUntilInstanceRunning(waiter, { InstanceIds: instanceIds });
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: instanceIds }));
  const address = Reservations[0]!.Instances![0]!.PublicIpAddress!;
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: hostedZoneId,
      ChangeBatch: {
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: {
              Name: 'ec2-instance.example.com',
              Type: 'A',
              TTL: 300,
              ResourceRecords: [{ Value: address }],
            },
          },
        ],
      },
    }),
  );
  return address;
}

const STOPPED = { source: { follow: 'instance' }, decommission: { approveStop: false, approveTerminate: true } };

test('a host whose address changes when it stops is refused, and moved when the plan follows it: the way back writes the new address', async () => {
  await withLab({}, async (operator) => {
    const address = await withoutElasticIp(operator);
    const refused = await operator.cli('preflight', '-f', operator.lab.plan);
    expect(refused).toMatchObject({
      code: 1,
      out: expect.stringMatching(new RegExp(`leads to ${address}, which i-\\w+ loses when it stops`)) as string,
    });

    await operator.plan(STOPPED);
    const before = await operator.world();
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ waitingFor }) => waitingFor?.what.includes('point of no return') ?? false);
    await operator.say('rollback');
    expect((await operator.ended()).outcome).toBe('rolled-back');
    const { records } = await operator.world();
    const moved = records['ec2-instance.example.com A']!.values;
    expect(moved).not.toEqual([address]);
    expect(records).toEqual({
      ...before.records,
      'ec2-instance.example.com A': { ...before.records['ec2-instance.example.com A'], values: moved },
    });
    const resolved = (await operator.emulator('GET', '/resolve?name=grafana.example.com')) as { answers?: unknown };
    expect(JSON.stringify(resolved)).toContain(moved[0]);
  });
});
