import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

let world: PreflightWorld;
afterEach(() => world.emulator.stop());

const deny = (service: string, action: string) =>
  world.emulator.post('/rules', {
    service,
    action,
    kind: 'deny',
  });
const containing = (text: string) => expect.stringContaining(text) as string;
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

test('an account that has room for the move passes', async () => {
  world = await startWorld('ready');
  const findings = await world.preflight();
  expect(failures(findings)).toEqual([]);
  expect(ofCheck(findings, 'quota')).toMatchObject([
    {
      level: 'pass',
      message: 'Fargate vCPUs: quota 100, 0 in use, the plan needs 11',
    },
  ]);
  expect(ofCheck(findings, 'alarms')).toMatchObject([{ level: 'pass' }]);
  expect(ofCheck(findings, 'permissions')).toMatchObject([
    {
      level: 'pass',
      message: matching(/may call the \d+ actions of a run$/),
    },
  ]);

  const elsewhere = await world.preflight({ region: 'eu-west-1' });
  expect(ofCheck(elsewhere, 'region')).toMatchObject([
    {
      level: 'fail',
      message: 'the worker acts in ap-northeast-2, the plan is for eu-west-1',
      fix: containing('AWS_REGION=eu-west-1'),
    },
  ]);

  await deny('iam', 'SimulatePrincipalPolicy');
  const unasked = await world.preflight();
  expect(failures(unasked)).toEqual([]);
  expect(ofCheck(unasked, 'permissions')).toMatchObject([
    {
      level: 'warn',
      message: containing('IAM does not say what'),
      fix: containing('{"Effect":"Allow","Action":"iam:SimulatePrincipalPolicy","Resource":"*"}'),
    },
  ]);
});

test('a bucket that the worker may not read is named with the statement to add', async () => {
  world = await startWorld('ready');
  await deny('s3', 'HeadBucket');
  const findings = await world.preflight();
  expect(ofCheck(findings, 'bucket')).toMatchObject([
    {
      level: 'fail',
      message: "bucket sys-lgtm-s3 can't be read: s3:ListBucket on arn:aws:s3:::sys-lgtm-s3 is denied",
      fix: containing('{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::sys-lgtm-s3"}'),
    },
  ]);
});

test('how the bucket encrypts by default is told, and where nobody may know, the statement to add is', async () => {
  world = await startWorld('ready');
  const told = ofCheck(await world.preflight(), 'bucket').map(({ message }) => message);
  expect(told).toContain('sys-lgtm-s3 encrypts by default: AES256');
  await deny('s3', 'GetBucketEncryption');
  const findings = await world.preflight();
  expect(ofCheck(findings, 'bucket')).toContainEqual({
    check: 'bucket',
    level: 'warn',
    message: containing('how sys-lgtm-s3 encrypts by default is not known: AccessDenied'),
    fix: containing('"Action":"s3:GetEncryptionConfiguration"'),
  });
});

test("a host's schema, prefix and tenants that differ from those of ECS are failures, each with its name", async () => {
  world = await startWorld('ready');
  const [id] = world.emulator.account.instanceIds;
  expect(ofCheck(await world.preflight(), 'sameness')).toHaveLength(4);
  const { configs } = await world.emulator.get<{ configs: Record<string, string> }>(`/host?id=${id}`);
  const mimir = configs['mimir']!.replace('storage_prefix: mimirblocks', 'storage_prefix: blocks');
  const loki = configs['loki']!.replace('schema: v13', 'schema: v12').replace(
    'auth_enabled: false',
    'auth_enabled: true',
  );
  await world.emulator.post('/host', {
    id,
    configs: {
      ...configs,
      mimir,
      loki,
    },
  });
  const failed = ofCheck(await world.preflight(), 'sameness').filter(({ level }) => level === 'fail');
  expect(failed.map((finding) => finding.id).sort()).toEqual(['loki/schema', 'loki/tenants', 'mimir/prefix']);
});

test('a folder of a store that S3 does not list to the worker is named with the statement to add', async () => {
  world = await startWorld('ready');
  await deny('s3', 'GetBucketList-Type');
  const { fix } = ofCheck(await world.preflight(), 'data').find(({ id }) => id === 'mimir/s3')!;
  expect(fix).toBe(
    'add {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::sys-lgtm-s3"} to the worker\'s role, ' +
      'or accept the loss by name: data.accept: [mimir/s3]',
  );
});

test('a quota that is too small, red alarms and missing permissions are named with their way out', async () => {
  world = await startWorld('ready');
  await turnAlarmRed('grafana is slow');
  await world.emulator.post('/settings', { fargate_vcpus: 6 });
  await deny('ec2', 'TerminateInstances');
  const findings = await world.preflight();
  expect(failures(findings)).toEqual(['Fargate vCPUs: quota 6, 0 in use, the plan needs 11']);
  const [quota] = ofCheck(findings, 'quota');
  expect(quota?.fix).toBe(
    'aws service-quotas request-service-quota-increase ' +
      '--service-code fargate --quota-code L-3032A538 --desired-value 13',
  );
  expect(ofCheck(findings, 'alarms')).toMatchObject([
    {
      level: 'warn',
      message: '1 alarm is red already: grafana is slow',
    },
  ]);
  expect(ofCheck(findings, 'permissions')).toMatchObject([
    {
      level: 'warn',
      message: matching(/is not allowed ec2:TerminateInstances on arn:aws:ec2:\S+:instance\/i-\w+$/),
      fix: matching(/^add {"Effect":"Allow","Action":\["ec2:TerminateInstances"\],"Resource":\["arn:\S+"\]} to its/),
    },
  ]);
});

async function turnAlarmRed(name: string): Promise<void> {
  const cloudwatch = new CloudWatchClient(world.config);
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      MetricName: 'x',
      Namespace: 'y',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  await cloudwatch.send(
    new SetAlarmStateCommand({
      AlarmName: name,
      StateValue: 'ALARM',
      StateReason: 'it is',
    }),
  );
}

test('what an adopted role does not allow is announced action by action', async () => {
  world = await startWorld('adopted');
  const bucket = 'arn:aws:s3:::sys-lgtm-s3';
  await new IAMClient(world.config).send(
    new PutRolePolicyCommand({
      RoleName: 'lgtmTaskRole',
      PolicyName: 'S3Access',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['s3:List*', 's3:Get*'],
          Resource: [bucket, `${bucket}/*`],
        },
      }),
    }),
  );
  const findings = await world.preflight();
  const [task, execution, ...others] = ofCheck(findings, 'role');
  expect(others).toEqual([]);
  expect([task?.level, execution?.level]).toEqual(['warn', 'warn']);

  const lacks = 'is adopted and its inline policies do not allow';
  expect(task?.message).toBe(`role lgtmTaskRole ${lacks} s3:PutObject, s3:DeleteObject on ${bucket}/*`);
  const [start, secrets] = execution!.message.split(' on ');
  expect(start).toBe(`role ecsTaskExecutionRole ${lacks} secretsmanager:GetSecretValue`);
  const prefix = 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:lgtm';
  const [credentials, key] = secrets!.split(', ') as [string, string];
  expect(credentials.replace(/\w{6}$/, 'suffix')).toBe(`${prefix}/s3-credentials-suffix`);
  expect(key).toBe(`${prefix}/grafana-secret-key-??????`);
});
