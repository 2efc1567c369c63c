import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { EC2Client, DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { expectAsBefore } from './before';
import { withLab, type Operator } from './lab';

const PLAN = { ingestion: { dualWrite: true }, decommission: { approveStop: false, approveTerminate: true } };

function account({ lab }: Operator) {
  const config = {
    endpoint: lab.aws,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'owner', secretAccessKey: 'x' },
  };
  const [ecs, ec2] = [new ECSClient(config), new EC2Client(config)];
  return {
    /** what Alloy's tasks are told of the old host now */
    async alloy() {
      const { services = [] } = await ecs.send(
        new DescribeServicesCommand({ cluster: 'lgtm-cluster', services: ['alloy'] }),
      );
      const { taskDefinition } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: services[0]!.taskDefinition }),
      );
      const environment = Object.fromEntries(
        taskDefinition!.containerDefinitions![0]!.environment!.map(({ name, value }) => [name, value]),
      );
      return { DUAL_WRITE: environment['DUAL_WRITE'], OLD_HOST: environment['OLD_HOST'] };
    },
    async privateIp() {
      const { Reservations = [] } = await ec2.send(
        new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: ['lgtm-ec2'] }] }),
      );
      return Reservations[0]!.Instances![0]!.PrivateIpAddress;
    },
  };
}

test('Alloy writes to both sides while the hosts run, to this one alone once they have stopped, and to both again before users go back', async () => {
  await withLab({ plan: PLAN }, async (operator) => {
    const { alloy, privateIp } = account(operator);
    const [before, oldHost] = [await operator.world(), await privateIp()];
    await operator.cli('start', '-f', operator.lab.plan);
    const shifting = await operator.until(({ phase }) => phase === 'shift');
    expect(await alloy()).toEqual({ DUAL_WRITE: 'on', OLD_HOST: oldHost });
    expect(shifting.findings.warnings).toContain(`alloy writes to ${oldHost} as well, on ports 9009, 3100, 4318, 4040`);
    expect(shifting.data?.reads?.[0]).toMatch(/^dual write is on: /);
    for (const sentence of shifting.data!.reads!) expect(shifting.events.map(({ text }) => text)).toContain(sentence);

    const { events } = await operator.until(
      ({ waitingFor }) => waitingFor?.what.includes('point of no return') ?? false,
    );
    expect(await alloy()).toEqual({ DUAL_WRITE: 'off', OLD_HOST: undefined });
    const texts = events.map(({ text }) => text);
    const [containers, duties, alone] = [
      /containers stopped$/,
      /: duties of the hosts taken over$/,
      /^alloy: writes to this stack alone$/,
    ].map((what) => texts.findIndex((text) => what.test(text)));
    expect([containers! >= 0, containers! < duties!, duties! < alone!]).toEqual([true, true, true]);

    await operator.say('rollback');
    const { outcome, rollback, leftovers } = await operator.ended();
    expect([outcome, leftovers]).toEqual(['rolled-back', []]);
    const steps = rollback!.steps.map(({ what }) => what.replace(/i-\w+/, 'the host'));
    expect(steps.slice(0, 5).filter((step) => !/ gives .* back$/.test(step))).toEqual([]);
    expect(steps.slice(5, 8)).toEqual([
      'start the host and its containers',
      'alloy writes to the old host again',
      'all traffic to the host',
    ]);
    expect(await alloy()).toEqual({ DUAL_WRITE: 'on', OLD_HOST: oldHost });
    await expectAsBefore(operator, before);
  });
});
