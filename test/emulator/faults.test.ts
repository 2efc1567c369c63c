import { CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { GetRoleCommand, ListRolesCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { until } from '../../lab/until';
import { nameOf, useBreakable } from './breakable';

/** Long enough to be measured. */
const LATE_S = 0.8;
/** Longer than any test waits. */
const NEVER_S = 3600;

const breakable = useBreakable();

const createLogGroup = (logGroupName: string) =>
  breakable.clients.logs.send(new CreateLogGroupCommand({ logGroupName }));
const getRole = (RoleName: string) => breakable.clients.iam.send(new GetRoleCommand({ RoleName }));

async function hasLogGroup(name: string): Promise<boolean> {
  const { logGroups = [] } = await breakable.clients.logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: name }),
  );
  return logGroups.length > 0;
}

/** How the call of a new log group ends, and whether the log group is there. */
async function outcomeOf(kind: string): Promise<[string, boolean]> {
  const name = breakable.nextName();
  await breakable.rule({
    service: 'logs',
    action: 'CreateLogGroup',
    kind,
    times: 1,
  });
  const outcome = await createLogGroup(name).then(() => 'answered', String);
  return [outcome, await hasLogGroup(name)];
}

/** Seconds that a promise takes. */
async function timeOf(promise: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await promise;
  return (performance.now() - began) / 1000;
}

test.each([
  ['500', 'InternalFailure', false],
  ['500-after', 'InternalFailure', true],
  ['drop', 'socket hang up', false],
  ['drop-after', 'socket hang up', true],
  ['throttle', 'ThrottlingException', false],
  ['deny', 'AccessDeniedException', false],
])('a call that meets %s ends as %s, and its effect is there: %s', async (kind, error, hasEffect) => {
  expect(await outcomeOf(kind)).toEqual([expect.stringContaining(error), hasEffect]);
  expect(await createLogGroup(breakable.nextName()).then(() => 'answered', nameOf)).toBe('answered');
});

test('a rule that skips calls meets the one after them', async () => {
  await breakable.rule({
    service: 'logs',
    action: 'CreateLogGroup',
    kind: 'drop',
    skip: 2,
    times: 1,
  });
  const outcomes: string[] = [];
  for (let call = 1; call <= 4; call++) {
    outcomes.push(await createLogGroup(breakable.nextName()).then(() => 'answered', nameOf));
  }
  expect(outcomes).toEqual(['answered', 'answered', expect.any(String), 'answered']);
  expect(outcomes[2]).not.toBe('answered');
});

test('a late answer comes after its effect, which others see at once', async () => {
  const name = breakable.nextName();
  await breakable.rule({
    service: 'logs',
    action: 'CreateLogGroup',
    kind: 'late',
    delay_s: NEVER_S,
    times: 1,
  });
  const patience = new AbortController();
  const command = new CreateLogGroupCommand({ logGroupName: name });
  const answer = breakable.clients.logs.send(command, { abortSignal: patience.signal }).catch(nameOf);
  await until('the effect', () => hasLogGroup(name));
  patience.abort();
  expect(await answer).toBe('AbortError');
  await breakable.rule({
    service: 'logs',
    action: 'CreateLogGroup',
    kind: 'late',
    delay_s: LATE_S,
    times: 1,
  });
  expect(await timeOf(createLogGroup(breakable.nextName()))).toBeGreaterThanOrEqual(LATE_S);
});

test('a latency has one API take its time, beside whatever else it meets', async () => {
  await breakable.rule({
    service: 'iam',
    action: 'GetRole',
    kind: 'delay',
    delay_s: LATE_S,
  });
  await breakable.rule({
    service: 'iam',
    action: 'GetRole',
    kind: 'throttle',
    times: 1,
  });
  const throttled = getRole('ecsTaskExecutionRole').then(() => 'answered', nameOf);
  expect(await timeOf(throttled)).toBeGreaterThanOrEqual(LATE_S);
  expect(await throttled).toBe('Throttling');
  expect(await timeOf(getRole('ecsTaskExecutionRole'))).toBeGreaterThanOrEqual(LATE_S);
  await breakable.clients.iam.send(new ListRolesCommand({}));
  expect(await breakable.emulator.get('/rules')).toMatchObject([
    { met: { 'iam:GetRole': 2 } },
    { met: { 'iam:GetRole': 1 } },
  ]);
});

test('a rule with `each` meets every action so often, and says which it has met', async () => {
  await breakable.rule({
    service: '*',
    kind: 'throttle',
    each: 1,
  });
  const ask = [
    () => getRole('ecsTaskExecutionRole'),
    () => breakable.clients.ec2.send(new DescribeInstancesCommand({})),
  ];
  for (const call of ask) {
    expect(await call().then(() => 'answered', nameOf)).toMatch(/Throttling|RequestLimitExceeded/);
    await call();
  }
  expect(await breakable.emulator.get('/rules')).toMatchObject([
    { met: { 'iam:GetRole': 1, 'ec2:DescribeInstances': 1 } },
  ]);
});

test('the policy simulator knows of a denial, unless that is unseen', async () => {
  const simulate = async () => {
    const asked = { PolicySourceArn: 'arn:aws:iam::123456789012:role/worker', ActionNames: ['iam:GetRole'] };
    const { EvaluationResults } = await breakable.clients.iam.send(new SimulatePrincipalPolicyCommand(asked));
    return EvaluationResults![0]!.EvalDecision;
  };
  await breakable.rule({
    service: 'iam',
    action: 'GetRole',
    kind: 'deny',
    unseen: true,
  });
  expect([await simulate(), await getRole('ecsTaskExecutionRole').catch(nameOf)]).toEqual(['allowed', 'AccessDenied']);
  await breakable.rule({
    service: 'iam',
    action: 'GetRole',
    kind: 'deny',
  });
  expect(await simulate()).toBe('implicitDeny');
});

test('the policy simulator judges a creation in a call of its own', async () => {
  const simulate = (...ActionNames: string[]) => {
    const asked = { PolicySourceArn: 'arn:aws:iam::123456789012:role/worker', ActionNames };
    return breakable.clients.iam.send(new SimulatePrincipalPolicyCommand(asked));
  };
  await expect(simulate('ecs:CreateCluster', 'ecs:DescribeClusters')).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('require different authorization information') as string,
  });
  const { EvaluationResults } = await simulate('ecs:CreateCluster', 'ecs:CreateService');
  expect(EvaluationResults).toHaveLength(2);
});

test.each([
  [{ service: 'iam', kind: 'explode' }, /^kind is 'explode'; take one of 500, 500-after, delay/],
  [{ kind: 'deny' }, /^a rule names its service/],
  [{ service: 'iam', kind: 'late' }, /^late needs delay_s/],
  [{ service: 'iam', kind: 'stale' }, /^stale needs delay_s, in seconds, or reads/],
  [
    {
      service: 'iam',
      kind: 'deny',
      often: 3,
    },
    /^a rule has no often; it has action, after/,
  ],
])('a rule that breaks nothing is refused: %j', async (body, sentence) => {
  const answer = await fetch(`${breakable.emulator.url}/_emulator/rules`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect([answer.status, await answer.json()]).toEqual([400, { error: expect.stringMatching(sentence) as string }]);
});
