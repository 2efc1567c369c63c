import { DescribeTargetGroupsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createClients, type Clients } from '../../emulator/clients';
import { BothSides } from '../../emulator/both-sides';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

let world: PreflightWorld;
let clients: Clients;

beforeEach(async () => {
  world = await startWorld('adopted');
  clients = createClients(world.emulator.url);
});
afterEach(() => world.emulator.stop());

async function register(Id: string): Promise<void> {
  const { TargetGroups } = await clients.elb.send(new DescribeTargetGroupsCommand({ Names: ['lgtm-grafana-tg'] }));
  const { TargetGroupArn } = TargetGroups![0]!;
  const target = {
    Id,
    Port: 3000,
  };
  await clients.elb.send(
    new RegisterTargetsCommand({
      TargetGroupArn,
      Targets: [target],
    }),
  );
}

const findProblems = async () => ofCheck(await world.preflight(), 'target group');

test('a target of an adopted group that is no task of its service is a failure with the command', async () => {
  await register('10.0.9.9');
  const [failure] = (await findProblems()).filter(({ level }) => level === 'fail');
  expect(failure!.message).toBe(
    'lgtm-grafana-tg has targets that are no tasks of grafana, and each would get a share of what comes to it: ' +
      'Id=10.0.9.9,Port=3000',
  );
  expect(failure!.fix).toMatch(
    /^aws elbv2 deregister-targets --target-group-arn arn:\S+ --targets Id=10\.0\.9\.9,Port/,
  );
});

test('the tasks of the service are none', async () => {
  await BothSides.make(clients, await world.emulator.reset({ world: 'adopted', record: 'a' }));
  expect(failures(await findProblems()).filter((message) => message.includes('no tasks of'))).toEqual([]);
  await register('10.0.9.9');
  expect(failures(await findProblems()).filter((message) => message.includes('Id=10.0.9.9'))).toHaveLength(1);
});
