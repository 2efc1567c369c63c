import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { expectAsBefore } from './before';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const PLAN = {
  ingestion: { dualWrite: true },
  shift: { approval: [10] },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

/** What Alloy's tasks are told of the old host now. */
async function dualWriteOf({ asOwner }: Operator): Promise<{
  DUAL_WRITE?: string;
  OLD_HOST?: string;
}> {
  const ecs = new ECSClient(asOwner);
  const asked = {
    cluster: 'lgtm-cluster',
    services: ['alloy'],
  };
  const { services = [] } = await ecs.send(new DescribeServicesCommand(asked));
  const { taskDefinition: id } = services[0]!;
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: id }));
  const [container] = taskDefinition!.containerDefinitions!;
  const variables = container!.environment!.filter(({ name }) => ['DUAL_WRITE', 'OLD_HOST'].includes(name!));
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

async function privateAddressOfHost({ asOwner }: Operator): Promise<string> {
  const ec2 = new EC2Client(asOwner);
  const Filters = [
    {
      Name: 'tag:Name',
      Values: ['lgtm-ec2'],
    },
  ];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations[0]!.Instances![0]!.PrivateIpAddress!;
}

/** @param texts in an order in which these must stand */
function expectInOrder(texts: string[], wanted: RegExp[]): void {
  const places = wanted.map((what) => texts.findIndex((text) => what.test(text)));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
}

test(
  'Alloy writes to both sides while the hosts run, to ECS alone in the week, and to both before users go back',
  scenario({ plan: PLAN }, async (operator) => {
    const before = await operator.world();
    const oldHost = await privateAddressOfHost(operator);
    const both = {
      DUAL_WRITE: 'on',
      OLD_HOST: oldHost,
    };
    await operator.start();
    const shifting = await operator.untilWaitsFor('approval', '10 → 50 %');
    expect(await dualWriteOf(operator)).toEqual(both);
    expect(shifting.findings.warnings).toContain(`alloy writes to ${oldHost} as well, on ports 9009, 3100, 4318, 4040`);
    const reads = shifting.data!.reads!;
    expect(reads[0]).toMatch(/^dual write is on: /);
    expect(shifting.events.map(({ text }) => text)).toEqual(expect.arrayContaining(reads));
    await operator.say('approve');

    const { events } = await operator.untilWaitsFor('approval', 'point of no return');
    expect(await dualWriteOf(operator)).toEqual({ DUAL_WRITE: 'off' });
    expectInOrder(
      events.map(({ text }) => text),
      [/containers stopped$/, /: duties of the hosts taken over$/, /^alloy: writes to this stack alone$/],
    );

    await operator.say('rollback');
    const { outcome, rollback, leftovers } = await operator.ended();
    expect([outcome, leftovers]).toEqual(['rolled-back', []]);
    expectInOrder(
      rollback!.steps.map(({ what }) => what),
      [/^start i-\w+ and its containers$/, /^alloy writes to the old host again$/, /^all traffic/, / gives .* back$/],
    );
    expect(await dualWriteOf(operator)).toEqual(both);
    await expectAsBefore(operator, before);
  }),
);
