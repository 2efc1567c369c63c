import {
  CreateListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  type CreateListenerCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { startEmulator, type OwnEmulator } from '../activities/emulator';
import { createClients, type Clients } from './clients';

let emulator: OwnEmulator;
let elb: Clients['elb'];

beforeAll(async () => {
  emulator = await startEmulator('--world', 'adopted');
  elb = createClients(emulator.url).elb;
});
afterAll(() => emulator.stop());

test('a listener that is asked for twice is one, and another one on its port is refused', async () => {
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['lgtm-alb'] }));
  const LoadBalancerArn = LoadBalancers![0]!.LoadBalancerArn!;
  const create = (StatusCode: string) => elb.send(new CreateListenerCommand(answering(LoadBalancerArn, StatusCode)));
  const [first, again] = [await create('503'), await create('503')];
  expect(again.Listeners).toEqual(first.Listeners);
  await expect(create('404')).rejects.toMatchObject({ name: 'DuplicateListenerException' });
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  expect(Listeners!.filter(({ Port }) => Port === 8080)).toHaveLength(1);
});

const answering = (LoadBalancerArn: string, StatusCode: string): CreateListenerCommandInput => ({
  LoadBalancerArn,
  Protocol: 'HTTP',
  Port: 8080,
  DefaultActions: [
    {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode },
    },
  ],
});
