import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { ListObjectsV2Command, PutBucketEncryptionCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { createActivities } from '../../../src/activities';
import { createClients as createDeps } from '../../../src/activities/clients';
import type { ProbePlace } from '../../../src/contract/probes';
import { createClients, OWNER, type Clients } from '../../emulator/clients';
import { startEmulator, type OwnEmulator } from '../emulator';
import { findProbePlace } from '../probe-place';

const ROLE = 'lgtmTaskRole';
const KEY = 'arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const POLICY = 'S3Access';

let emulator: OwnEmulator;
let clients: Clients;
let s3: S3Client;
let bucket: string;
let probe: ProbePlace;
const activities = () =>
  createActivities({
    clients: createDeps('ap-northeast-2'),
    environment: process.env,
  });
let asked = 0;

beforeAll(async () => {
  emulator = await startEmulator('--world', 'adopted');
  clients = createClients(emulator.url);
  s3 = new S3Client({
    region: 'ap-northeast-2',
    endpoint: emulator.url,
    credentials: OWNER,
    forcePathStyle: true,
  });
  const world = await emulator.world();
  bucket = world.bucket;
  probe = {
    ...(await findProbePlace(clients, activities(), world)),
    taskRole: `arn:aws:iam::123456789012:role/${ROLE}`,
  };
});
afterAll(() => emulator.stop());

const check = (place: ProbePlace = probe) =>
  activities().checkStorage({
    probe: place,
    purpose: `storage-${++asked}`,
    places: [
      {
        service: 'loki',
        bucket,
        prefix: 'loki',
      },
    ],
  });

const document = (...statements: object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements,
  });

const allow = (Action: string[], Resource: string | string[]) => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** The role's only policy. */
const permit = (...statements: object[]) =>
  clients.iam.send(
    new PutRolePolicyCommand({
      RoleName: ROLE,
      PolicyName: POLICY,
      PolicyDocument: document(...statements),
    }),
  );

const whole = () => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];

test('a role that may do all leaves nothing below the prefix, and no folder, which would be a tenant', async () => {
  const before = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  expect(await check()).toEqual({ problems: [] });
  const after = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  expect(after.Contents).toEqual(before.Contents);
  const puts = await emulator.get<unknown[]>('/calls?service=s3&action=PutObject');
  expect(puts).toHaveLength(1);
});

test("what the role's policies do not allow is named, with the statement that does", async () => {
  await permit(allow(['s3:GetObject', 's3:ListBucket', 's3:DeleteObject'], whole()));
  const { problems } = await check();
  const resource = `arn:aws:s3:::${bucket}/loki/lgtm-migrate-probe`;
  expect(problems).toEqual([
    `a task with the role of loki can't put a key below s3://${bucket}/loki: User: arn:aws:sts::123456789012:` +
      `assumed-role/${ROLE}/task is not authorized to perform: s3:PutObject on resource: "${resource}" because no ` +
      'identity-based policy allows the s3:PutObject action; what allows it is ' +
      `{"Effect":"Allow","Action":"s3:PutObject","Resource":"${resource}"}`,
  ]);
});

test('a bucket whose key of KMS the role may not use is found, though S3 itself allows it', async () => {
  await permit(allow(['s3:*'], whole()));
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: KEY,
            },
          },
        ],
      },
    }),
  );
  expect((await check()).problems).toEqual([
    expect.stringContaining(`"Action":"kms:GenerateDataKey","Resource":"${KEY}"`),
  ]);
  await permit(allow(['s3:*'], whole()), allow(['kms:GenerateDataKey'], KEY));
  expect((await check()).problems).toEqual([
    expect.stringMatching(/can't read a key below .* is not authorized to perform: kms:Decrypt on resource/),
  ]);
  await permit(allow(['s3:*'], whole()), allow(['kms:GenerateDataKey', 'kms:Decrypt'], KEY));
  expect((await check()).problems).toEqual([]);
});

test("what the bucket's policy denies is found, whatever the role may", async () => {
  await permit(allow(['s3:*', 'kms:*'], '*'));
  const denied = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:DeleteObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: bucket,
      Policy: document(denied),
    }),
  );
  expect((await check()).problems).toEqual([expect.stringMatching(/can't delete a key .* with an explicit deny/)]);
});

test('a task without a role has no keys, and S3 says so', async () => {
  const without = { ...probe };
  delete without.taskRole;
  expect((await check(without)).problems).toEqual([
    expect.stringContaining('The AWS Access Key Id you provided does not exist in our records.'),
  ]);
});
