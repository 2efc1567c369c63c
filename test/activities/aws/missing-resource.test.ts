import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateLogGroupCommand, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
import { DeleteClusterCommand } from '@aws-sdk/client-ecs';
import { DeleteServiceCommand, ListServicesCommand } from '@aws-sdk/client-servicediscovery';
import { createClients } from '../../../src/activities/clients';
import type { Deps } from '../../../src/activities/clients';
import { findMissing, listMissingParts, lookForMissing } from '../../../src/activities/aws/missing-resource';
import type { WatchedService } from '../../../src/contract/watch';
import { startEmulator, type OwnEmulator } from '../emulator';

/** A target group to which nothing leads. */
const IDLE = { Name: 'idle', Protocol: 'HTTP', Port: 3200, TargetType: 'ip' } as const;

let emulator: OwnEmulator;
let deps: Deps;
let mimir: WatchedService;

beforeEach(async () => {
  emulator = await startEmulator('--world', 'adopted');
  deps = {
    clients: createClients('ap-northeast-2'),
    environment: {},
  };
  mimir = await findMimir();
  await lead('mimir.example.com', 900);
});
afterEach(() => emulator.stop());

async function findMimir(): Promise<WatchedService> {
  const { elb, discovery } = deps.clients;
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({}));
  const { Services } = await discovery.send(new ListServicesCommand({}));
  const group = TargetGroups!.find(({ TargetGroupName }) => TargetGroupName?.includes('mimir'));
  return {
    name: 'mimir',
    count: 1,
    targetGroupArn: group!.TargetGroupArn!,
    discovery: Services!.find(({ Name }) => Name === 'mimir')!.Arn!,
  };
}

const look = () =>
  lookForMissing(deps, {
    cluster: 'lgtm-cluster',
    services: [mimir],
  });
const list = async () => (await look()).missing;

/** A rule of the listener that forwards a name to Mimir's target group. */
const lead = (host: string, priority: number, sources?: string[]) =>
  addRule(host, priority, { Type: 'forward', TargetGroupArn: mimir.targetGroupArn }, sources);

/** Somebody's rule by which the balancer answers a name itself. */
const answer = (host: string, priority: number) =>
  addRule(host, priority, { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } });

async function addRule(host: string, Priority: number, action: Action, sources?: string[]) {
  const { elb } = deps.clients;
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
  const [balancer] = LoadBalancers!;
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer!.LoadBalancerArn }));
  return elb.send(
    new CreateRuleCommand({
      ListenerArn: Listeners![0]!.ListenerArn,
      Priority,
      Conditions: [
        {
          Field: 'host-header',
          HostHeaderConfig: { Values: [host] },
        },
        ...(sources ? [{ Field: 'source-ip', SourceIpConfig: { Values: sources } }] : []),
      ],
      Actions: [action],
    }),
  );
}

/** Every rule that forwards to Mimir's target group. */
async function deleteRules(): Promise<void> {
  const { elb } = deps.clients;
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
  for (const { LoadBalancerArn } of LoadBalancers!) {
    const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    for (const { ListenerArn } of Listeners!) {
      const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
      for (const { RuleArn, Actions, IsDefault } of Rules!) {
        const isOurs = Actions?.some(({ TargetGroupArn }) => TargetGroupArn === mimir.targetGroupArn);
        if (isOurs && !IsDefault) await elb.send(new DeleteRuleCommand({ RuleArn }));
      }
    }
  }
}

test('what was deleted by hand is named, one by one', async () => {
  const gone = (what: string) => `${what} is gone: somebody has deleted it`;
  const service = gone('ECS service mimir');
  expect(await list()).toEqual([service]);

  await deps.clients.discovery.send(new DeleteServiceCommand({ Id: mimir.discovery!.split('/').at(-1) }));
  expect(await list()).toEqual([service, gone('the Cloud Map service of mimir')]);

  await deleteRules();
  const unrouted = 'nothing forwards to the target group of mimir: its listener rule is gone';
  expect(await list()).toEqual([service, unrouted, gone('the Cloud Map service of mimir')]);
});

test('of several names that lead to one group the one whose rule is gone is named', async () => {
  const { elb } = deps.clients;
  const hosts = ['metrics.example.com', 'prometheus.example.com'];
  const { Rules } = await lead(hosts[0]!, 901);
  await lead(hosts[1]!, 902);
  const names = async () => {
    const { missing } = await lookForMissing(deps, {
      cluster: 'lgtm-cluster',
      services: [{ ...mimir, hosts }],
    });
    return missing.filter((text) => text.includes('rule'));
  };
  expect(await names()).toEqual([]);
  await elb.send(new DeleteRuleCommand({ RuleArn: Rules![0]!.RuleArn }));
  expect(await names()).toEqual(['the listener rule for metrics.example.com is gone: somebody has deleted it']);

  await lead(hosts[0]!, 903, ['192.0.2.1/32']);
  mimir.sources = ['192.0.2.1/32', '192.0.2.2/32'];
  const half = 'the listener rule for metrics.example.com from 192.0.2.2/32';
  expect(await names()).toEqual([`${half} is gone: somebody has deleted it`]);
});

test('a rule that somebody has changed, or put before, is named', async () => {
  const { elb } = deps.clients;
  const host = 'metrics.example.com';
  const { Rules } = await lead(host, 910);
  const watched = {
    ...mimir,
    hosts: [host],
    paths: ['/*'],
  };
  const rules = async () => {
    const { missing } = await lookForMissing(deps, {
      cluster: 'lgtm-cluster',
      services: [watched],
    });
    return missing.filter((text) => text.startsWith('rule'));
  };
  expect(await rules()).toEqual([]);
  await lead(host, 905, ['192.0.2.0/24']);
  expect(await rules()).toEqual([]);

  const Conditions = [
    { Field: 'host-header', HostHeaderConfig: { Values: [host] } },
    { Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } },
  ];
  await elb.send(new ModifyRuleCommand({ RuleArn: Rules![0]!.RuleArn, Conditions }));
  const narrowed = expect.stringMatching(
    /^rule 9\d\d of the load balancer .* leads to lgtm-mimir-tg: it does not bring all of metrics\.example\.com to its/,
  );
  expect(await rules()).toEqual([narrowed]);

  await lead(host, 930);
  const before = 'rule 920 of the load balancer (host metrics.example.com) answers 404 itself';
  await answer(host, 920);
  expect(await rules()).toEqual([`${before}: it takes requests for ${host} before its service's own`]);
});

test('rules that let some in, where nobody knows whom, bring what they let in', async () => {
  const host = 'internal.example.com';
  await lead(host, 940, ['10.0.0.0/16']);
  const rules = async (more: object) => {
    const { missing } = await lookForMissing(deps, {
      cluster: 'lgtm-cluster',
      services: [
        {
          ...mimir,
          hosts: [host],
          paths: ['/*'],
          ...more,
        },
      ],
    });
    return missing.filter((text) => text.includes(host));
  };
  expect(await rules({ sources: ['10.0.0.0/16'] })).toEqual([]);
  expect(await rules({ sources: [], hasSources: true })).toEqual([]);
  expect(await rules({ sources: [] })).toEqual([expect.stringContaining('does not bring all of')]);
});

test('a cluster that was deleted is named, once for all its services', async () => {
  await deps.clients.ecs.send(new DeleteClusterCommand({ cluster: 'lgtm-cluster' }));
  const services = [mimir, { ...mimir, name: 'loki' }];
  const { missing } = await lookForMissing(deps, {
    cluster: 'lgtm-cluster',
    services,
  });
  expect(missing).toEqual(['cluster lgtm-cluster is gone: somebody has deleted it']);
});

test('what AWS refuses to say is named with the statement to add, and hides nothing else', async () => {
  await emulator.post('/rules', {
    service: 'servicediscovery',
    action: 'ListServices',
    kind: 'deny',
  });
  expect(await look()).toEqual({
    missing: ['ECS service mimir is gone: somebody has deleted it'],
    refusals: [
      'whether somebody has deleted what users come through is not looked for as a whole: ' +
        'AWS refuses servicediscovery:ListServices on *; ' +
        'add {"Effect":"Allow","Action":"servicediscovery:ListServices","Resource":"*"} to the worker\'s role',
    ],
  });
});

/** What a stack has beside what users come through, as somebody made it. */
async function makeNames() {
  const { iam, secrets, logs } = deps.clients;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'a-task-role',
      AssumeRolePolicyDocument: '{}',
    }),
  );
  await secrets.send(
    new CreateSecretCommand({
      Name: 'lgtm/key',
      SecretString: 'x',
    }),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/lgtm-a' }));
  return {
    roles: [Role!.Arn!],
    secrets: ['lgtm/key'],
    logGroups: ['/ecs/lgtm-a'],
  };
}

test('before any user comes all that was deleted is named', async () => {
  const { TargetGroups } = await deps.clients.elb.send(
    new CreateTargetGroupCommand({ ...IDLE, VpcId: emulator.account.vpcId }),
  );
  const idle = TargetGroups![0]!.TargetGroupArn!;
  const parts = {
    cluster: 'lgtm-cluster',
    services: [mimir],
    repositories: ['lgtm-mimir', 'lgtm-loki'],
    ...(await makeNames()),
    idleGroups: [{ service: 'tempo', id: idle }],
    isDeployed: false,
  };
  expect(await findMissing(deps, parts)).toEqual({
    missing: [],
    repositories: [],
  });
  expect(await listMissingParts(deps, parts)).toEqual([]);
  const { ecr, ecs, discovery, iam, secrets, logs } = deps.clients;
  await iam.send(new DeleteRoleCommand({ RoleName: 'a-task-role' }));
  await secrets.send(new DeleteSecretCommand({ SecretId: 'lgtm/key' }));
  await logs.send(new DeleteLogGroupCommand({ logGroupName: '/ecs/lgtm-a' }));
  await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'lgtm-loki', force: true }));
  await ecs.send(new DeleteClusterCommand({ cluster: 'lgtm-cluster' }));
  await deps.clients.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: idle }));
  await discovery.send(new DeleteServiceCommand({ Id: mimir.discovery!.split('/').at(-1) }));
  const gone = (what: string) => `${what} is gone: somebody has deleted it`;
  expect(await findMissing(deps, { ...parts, isDeployed: true })).toEqual({
    missing: [
      gone('cluster lgtm-cluster'),
      gone('repository lgtm-loki'),
      gone('role a-task-role'),
      gone('secret lgtm/key'),
      gone('log group /ecs/lgtm-a'),
      gone('the target group of tempo'),
      gone('the Cloud Map service of mimir'),
    ],
    repositories: ['lgtm-loki'],
  });
  const note = '; tasks that run go on, and none starts any more before it is made anew';
  expect(await listMissingParts(deps, parts)).toEqual([
    `${gone('role a-task-role')}${note}`,
    `${gone('secret lgtm/key')}${note}`,
    `${gone('log group /ecs/lgtm-a')}${note}`,
  ]);
});
