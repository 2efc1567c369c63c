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
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const HOST = 'ec2-instance.example.com';
const FOLLOWING = {
  source: { follow: 'instance' },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

/** Takes the host's Elastic IP away. @returns the address that it was given at its start */
async function startWithoutElasticIp(ec2: EC2Client, instanceId: string): Promise<string> {
  const InstanceIds = [instanceId];
  const Filters = [
    {
      Name: 'instance-id',
      Values: InstanceIds,
    },
  ];
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ Filters }));
  const { AssociationId } = Addresses[0]!;
  await ec2.send(new DisassociateAddressCommand({ AssociationId }));
  const waiter = {
    client: ec2,
    maxWaitTime: 300,
    minDelay: 1,
    maxDelay: 1,
  };
  await ec2.send(new StopInstancesCommand({ InstanceIds }));
  await waitUntilInstanceStopped(waiter, { InstanceIds });
  await ec2.send(new StartInstancesCommand({ InstanceIds }));
  await waitUntilInstanceRunning(waiter, { InstanceIds });
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  return Reservations[0]!.Instances![0]!.PublicIpAddress!;
}

/** A host without an Elastic IP, and the record that leads to it. @returns the address */
async function withoutElasticIp(operator: Operator): Promise<string> {
  const { hostedZoneId, instanceIds } = await operator.emulator.world();
  const address = await startWithoutElasticIp(new EC2Client(operator.asOwner), instanceIds[0]!);
  const record = {
    Name: HOST,
    Type: 'A' as const,
    TTL: 300,
    ResourceRecords: [{ Value: address }],
  };
  const Changes = [
    {
      Action: 'UPSERT' as const,
      ResourceRecordSet: record,
    },
  ];
  const change = {
    HostedZoneId: hostedZoneId,
    ChangeBatch: { Changes },
  };
  await new Route53Client(operator.asOwner).send(new ChangeResourceRecordSetsCommand(change));
  return address;
}

test(
  'a host whose address changes when it stops is refused, or followed when the plan says so, back to its new address',
  scenario({}, async (operator) => {
    const address = await withoutElasticIp(operator);
    const { code, out } = await operator.cli('preflight', '-f', operator.lab.plan);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`leads to ${address}, which i-\\w+ loses when it stops`));

    await operator.plan(FOLLOWING);
    const before = await operator.world();
    await operator.start();
    await operator.untilWaitsFor('approval', 'point of no return');
    await operator.say('rollback');
    expect((await operator.ended()).outcome).toBe('rolled-back');

    const { records } = await operator.world();
    expect(records[`${HOST} A`]!.values).toEqual(['<public address of lgtm-ec2>']);
    expect(records).toEqual(before.records);
    const resolved = await operator.emulator.get('/resolve?name=grafana.example.com');
    expect(JSON.stringify(resolved)).not.toContain(address);
  }),
);
