import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  GetChangeCommand,
  Route53Client,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { until } from '../../lab/until';
import { IN_THE_LAB, Witness } from '../../lab/witness';
import { expectAsBefore } from './before';
import { NAME } from './colleague';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const SLOW = {
  shift: { approval: true },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

/** As many in the VPC as on the internet. */
const IN_BOTH = {
  ...IN_THE_LAB,
  inside: 20,
};

/** A private zone of the VPC has the name too, with the host's private address. @returns its id */
async function makePrivateZone({ emulator, asOwner }: Operator): Promise<string> {
  const { vpcId, domain, instanceIds } = await emulator.world();
  const route53 = new Route53Client(asOwner);
  const made = await route53.send(
    new CreateHostedZoneCommand({
      Name: domain,
      CallerReference: 'inside',
      HostedZoneConfig: { PrivateZone: true },
      VPC: {
        VPCRegion: 'ap-northeast-2',
        VPCId: vpcId,
      },
    }),
  );
  const { Reservations } = await new EC2Client(asOwner).send(
    new DescribeInstancesCommand({ InstanceIds: instanceIds }),
  );
  const ResourceRecordSet: ResourceRecordSet = {
    Name: NAME,
    Type: 'A',
    TTL: 300,
    ResourceRecords: [{ Value: Reservations![0]!.Instances![0]!.PrivateIpAddress }],
  };
  const HostedZoneId = made.HostedZone!.Id!.replace('/hostedzone/', '');
  const { ChangeInfo } = await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId,
      ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
    }),
  );
  await until('every server to have the record', async () => {
    const found = await route53.send(new GetChangeCommand({ Id: ChangeInfo!.Id }));
    return found.ChangeInfo!.Status === 'INSYNC';
  });
  return HostedZoneId;
}

/** Percent of those who ask, on the internet and in the VPC, that are answered with the load balancer. */
async function readShares({ emulator }: Operator): Promise<number[]> {
  const { vpcId } = await emulator.world();
  const places = ['', `&vpc=${vpcId}`];
  const shares = places.map(async (place) => {
    const answers = await emulator.get<{ kind: string; share: number }[]>(`/resolve?name=${NAME}${place}`);
    const onEcs = answers.filter(({ kind }) => kind === 'alb');
    return Math.round(onEcs.reduce((sum, { share }) => sum + share * 100, 0));
  });
  return Promise.all(shares);
}

test(
  'a name of a public and of a private zone moves in both, is asked for in both, and comes back from the week in both',
  scenario({ plan: SLOW }, async (operator) => {
    const zone = await makePrivateZone(operator);
    await operator.plan({
      records: [
        {
          name: NAME,
          service: 'grafana',
        },
        {
          name: NAME,
          zone,
          service: 'grafana',
        },
      ],
    });
    const before = await operator.world();
    const witness = await new Witness(operator.emulator).start(IN_BOTH);
    await operator.start();
    for (const [approval, share] of [
      ['10 → 50 %', 10],
      ['50 → 100 %', 50],
    ] as const) {
      await operator.untilWaitsFor('approval', approval);
      expect(await readShares(operator)).toEqual([share, share]);
      await operator.say('approve');
    }
    const { events } = await operator.untilWaitsFor('approval', 'point of no return');
    expect(await readShares(operator)).toEqual([100, 100]);
    expect(events.filter(({ text }) => text.includes('not known to answer'))).toEqual([]);

    await operator.say('rollback');
    const { outcome, leftovers } = await operator.ended();
    expect([outcome, leftovers]).toEqual(['rolled-back', []]);
    expect(await readShares(operator)).toEqual([0, 0]);
    await expectAsBefore(operator, before);
    const { failures, served } = await witness.stop();
    expect(failures).toEqual([]);
    expect(Object.values(served).filter((requests) => requests === 0)).toEqual([]);
  }),
);
