import {
  CreateRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ensureListenerRule, listRules, removeListenerRule } from '../../../src/activities/aws/listener';
import { isRuleForHost } from '../../../src/activities/aws/listener-rule';
import { createClients, type Deps } from '../../../src/activities/clients';
import { startEmulator, type OwnEmulator } from '../emulator';

const HOST = 'metrics.example.com';
const OWNER = { migration: 'lgtm-prd', run: 'run-1' };
const OFFICES = ['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32'];

let emulator: OwnEmulator;
let deps: Deps;
let loadBalancer: string;
let listener: string;
let targetGroup: string;

beforeEach(async () => {
  emulator = await startEmulator('--world', 'adopted');
  deps = {
    clients: createClients('ap-northeast-2'),
    environment: {},
  };
  const { elb } = deps.clients;
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
  loadBalancer = LoadBalancers![0]!.LoadBalancerArn!;
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancer }));
  listener = Listeners![0]!.ListenerArn!;
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['lgtm-mimir-tg'] }));
  targetGroup = TargetGroups![0]!.TargetGroupArn!;
});
afterEach(() => emulator.stop());

const ensure = (sources: string[]) =>
  ensureListenerRule(deps, {
    owner: OWNER,
    listener,
    host: HOST,
    paths: ['/a', '/b'],
    sources,
    targetGroup,
  });

const remove = (sources: string[]) =>
  removeListenerRule(deps, {
    owner: OWNER,
    loadBalancer,
    host: HOST,
    sources,
  });

const listOwn = async () => {
  const rules = await listRules(deps, listener);
  return rules.filter((rule) => isRuleForHost(rule, HOST)).map(({ RuleArn }) => RuleArn);
};

test('of several rules for a host each is found again by whom it admits, and removed alone', async () => {
  const [first, second] = [OFFICES.slice(0, 2), OFFICES.slice(2)];
  const one = await ensure(first);
  const other = await ensure(second);
  expect(other.id).not.toBe(one.id);
  expect([(await ensure(first)).id, (await ensure(second)).id]).toEqual([one.id, other.id]);

  await remove(first);
  await remove(first);
  expect(await listOwn()).toEqual([other.id]);
  await Promise.all([remove(second), remove(second)]);
  expect(await listOwn()).toEqual([]);
});

test('a rule of more than five values is refused, as AWS does', async () => {
  await expect(ensure(OFFICES)).rejects.toThrow("A rule can only have '5' condition values");
  const hosts = Array.from({ length: 6 }, (_, index) => `host-${index}.example.com`);
  const command = new CreateRuleCommand({
    ListenerArn: listener,
    Priority: 99,
    Conditions: [{ Field: 'host-header', Values: hosts }],
    Actions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
  });
  await expect(deps.clients.elb.send(command)).rejects.toThrow("A rule can only have '5' condition values");
});
