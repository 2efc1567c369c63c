import { DescribeSecurityGroupsCommand, EC2Client, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import type { Status } from '../../src/contract/status';
import { NAME } from './colleague';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const SLOW = {
  shift: { approval: true },
};

const REACHED = `a request for ${NAME} through the load balancer is answered by our tasks`;

/** How many users a second come to the name. */
const visit = ({ emulator }: Operator, perSecond: number) =>
  emulator.post('/workload', { visitors: { [NAME]: perSecond } });

/** Somebody takes the rule away that lets everybody in to the load balancer. */
async function closeBalancer({ asOwner }: Operator): Promise<void> {
  const ec2 = new EC2Client(asOwner);
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['lgtm-ecs-sg'] }] }),
  );
  const rule = {
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
  };
  const GroupId = SecurityGroups![0]!.GroupId!;
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
}

test(
  'a step to which only a probe has come holds, and goes on when a user comes',
  scenario({ world: 'adopted', plan: { decommission: { approveStop: true } } }, async (operator) => {
    await visit(operator, 0);
    await operator.start();
    const isLonely = ({ waitingFor }: Status) => waitingFor?.reason?.includes(`nobody came to ${NAME}`) === true;
    const { events } = await operator.until('a bake that nobody came to', isLonely);
    expect(events.map(({ text }) => text)).toContain(REACHED);
    await visit(operator, 30);
    await operator.untilWaitsFor('approval');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  }),
);

test(
  'a balancer of others that no longer answers is seen by the probe that asks on, and users go back',
  scenario({ world: 'adopted', plan: SLOW }, async (operator) => {
    await operator.start();
    await operator.untilWaitsFor('approval', '10 → 50 %');
    await closeBalancer(operator);
    const { outcome, rollback } = await operator.ended();
    expect(outcome).toBe('rolled-back');
    expect(rollback!.reason).toMatch(/at 10 %: answers .*100 %/);
  }),
);
