import { RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import {
  CreateRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../../lab/emulator';
import { createActivities } from '../../../src/activities';
import { createClients as createDeps } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { ReachCheck, ReachRequest } from '../../../src/contract/probes';
import { findGroup } from '../../emulator/account';
import { BothSides } from '../../emulator/both-sides';
import { createClients, type Clients } from '../../emulator/clients';
import { findProbePlace } from '../probe-place';
import { startEmulator, type OwnEmulator } from '../emulator';

const NAME = 'grafana.example.com';
/** How long CloudWatch may take to count. */
const SOON_MS = 2000;

let emulator: OwnEmulator;
let clients: Clients;
let world: World;
let sides: BothSides;
let activities: Activities;
let questions = 0;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = createClients(emulator.url);
});
beforeEach(async () => {
  world = await emulator.reset({
    world: 'adopted',
    record: 'a',
  });
  sides = await BothSides.make(clients, world);
  activities = createActivities({
    clients: createDeps('ap-northeast-2'),
    environment: process.env,
  });
});
afterAll(() => emulator.stop());

async function findBalancer() {
  const { LoadBalancers } = await clients.elb.send(new DescribeLoadBalancersCommand({}));
  const [balancer] = LoadBalancers!;
  return {
    arn: balancer!.LoadBalancerArn!,
    dnsName: balancer!.DNSName!,
  };
}

async function findTargetGroup(name: string): Promise<string> {
  const { TargetGroups } = await clients.elb.send(new DescribeTargetGroupsCommand({ Names: [name] }));
  return TargetGroups![0]!.TargetGroupArn!;
}

async function makeRequest(paths: string[]): Promise<ReachRequest> {
  const { arn, dnsName } = await findBalancer();
  const group = await findTargetGroup('lgtm-grafana-tg');
  return {
    probe: await findProbePlace(clients, activities, world),
    loadBalancer: {
      dnsName,
      dimension: arn.split('loadbalancer/')[1]!,
    },
    names: [
      {
        name: NAME,
        paths,
        targetGroup: group.split(':').at(-1)!,
      },
    ],
    purpose: `reach-${++questions}`,
    periodMs: 1000,
    since: Date.now(),
    timeoutMs: SOON_MS,
  };
}

const check = async (...paths: string[]): Promise<ReachCheck> => activities.checkReach(await makeRequest(paths));

/** The balancer's listener, and the first of its rules. */
async function findFirstRule() {
  const { arn } = await findBalancer();
  const { Listeners } = await clients.elb.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
  const ListenerArn = Listeners![0]!.ListenerArn!;
  const { Rules } = await clients.elb.send(new DescribeRulesCommand({ ListenerArn }));
  return {
    ListenerArn,
    first: Rules!.find(({ Priority }) => Priority === '1')!,
  };
}

/** Somebody answers a path themselves, before the rule of the name is tried. */
async function answerThemselves(path: string): Promise<void> {
  const { ListenerArn, first } = await findFirstRule();
  const RulePriorities = [
    {
      RuleArn: first.RuleArn!,
      Priority: 10,
    },
  ];
  await clients.elb.send(new SetRulePrioritiesCommand({ RulePriorities }));
  await clients.elb.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 1,
      Conditions: [
        {
          Field: 'path-pattern',
          Values: [path],
        },
      ],
      Actions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '503' },
        },
      ],
    }),
  );
}

test('a request for a name whose rule leads to our task is answered by it, as its group counts', async () => {
  expect(await check('/api/health', '/lgtm-migrate')).toEqual({
    problems: [],
    unknown: [],
  });
});

test('what the load balancer answers itself is told, with its status', async () => {
  await sides.stopService();
  const { problems } = await check('/api/health');
  expect(problems).toEqual([expect.stringContaining(`${NAME}/api/health: `)]);
  expect(problems[0]).toContain('itself answers 503, so that no rule forwards it or no target of its group is healthy');
});

test('of a name one path of which somebody else answers, that path is told', async () => {
  await answerThemselves('/metrics');
  const { problems } = await check('/api/health', '/metrics');
  expect(problems).toEqual([expect.stringContaining(`${NAME}/metrics: `)]);
});

test('where its security groups keep the tasks out, nobody can say whether users arrive', async () => {
  const GroupId = await findGroup(clients);
  const fromAnywhere = {
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
  };
  await clients.ec2.send(
    new RevokeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [fromAnywhere],
    }),
  );
  expect(await check('/api/health')).toEqual({
    problems: [],
    unknown: [
      {
        name: NAME,
        why: `${NAME}/api/health: curl: (28) Connection timed out`,
      },
    ],
  });
});

test('a request that a rule of somebody else takes to another group is told after a while', async () => {
  const request = await makeRequest(['/api/health']);
  const foreign = await findTargetGroup('lgtm-mimir-tg');
  const [name] = request.names;
  const asked = {
    ...request,
    // what ours counts is not what theirs does
    names: [
      {
        ...name!,
        targetGroup: foreign.split(':').at(-1)!,
      },
    ],
  };
  const { problems } = await activities.checkReach(asked);
  expect(problems).toEqual([
    `${NAME}/api/health (answered 200): lgtm-mimir-tg has counted 0 of 1 in 2s, ` +
      'so that a rule sends them to another target group',
  ]);
});

test('where the load balancer asks to sign in first, nobody can say whether users arrive', async () => {
  const { first } = await findFirstRule();
  const [forward] = first.Actions!;
  const signIn: Action = {
    Type: 'authenticate-oidc',
    Order: 1,
    AuthenticateOidcConfig: {
      Issuer: 'https://idp.example.com',
      AuthorizationEndpoint: 'https://idp.example.com/authorize',
      TokenEndpoint: 'https://idp.example.com/token',
      UserInfoEndpoint: 'https://idp.example.com/user',
      ClientId: 'lgtm',
      ClientSecret: 'none',
    },
  };
  const Actions = [
    signIn,
    {
      ...forward!,
      Order: 2,
    },
  ];
  await clients.elb.send(
    new ModifyRuleCommand({
      RuleArn: first.RuleArn,
      Actions,
    }),
  );
  const { problems, unknown } = await check('/api/health');
  expect(problems).toEqual([]);
  expect(unknown.map(({ name, why }) => [name, why])).toEqual([
    [NAME, expect.stringMatching(/asks to sign in first \(302\), which a probe can't$/)],
  ]);
});
