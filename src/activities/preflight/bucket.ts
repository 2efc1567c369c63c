import { GetBucketEncryptionCommand, GetBucketPolicyCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws, writeStatement, type AwsError } from '../failures';
import { orNothing } from '../absence';
import type { Look } from './finding';
import {
  sayBucket,
  sayBucketDenied,
  sayBucketUnreadable,
  sayBucketWithoutPolicy,
  sayEncryption,
  sayEncryptionUnknown,
} from './texts/account';

/** The statement for whoever lists a bucket: S3 may say no more than that access is denied. */
export const allowListing = (bucket: string): string =>
  writeStatement({
    action: 's3:ListBucket',
    resource: `arn:aws:s3:::${bucket}`,
  });

const DENIED = 403;
const ELSEWHERE = 301;

/** Whether the stores' bucket is there, and has a policy that may decide who reads it. */
export async function lookAtBucket(deps: Deps, plan: Plan): Promise<Look> {
  const finding = await judgeBucket(deps, plan.bucket);
  if (finding.level === 'fail') return { findings: [finding] };
  return { findings: [finding, await judgeEncryption(deps, plan.bucket)] };
}

async function judgeEncryption(deps: Deps, bucket: string): Promise<Finding> {
  const { encryption, refused } = await readEncryption(deps, bucket);
  if (encryption !== undefined) return sayEncryption(bucket, encryption);
  const statement = writeStatement({
    action: 's3:GetEncryptionConfiguration',
    resource: `arn:aws:s3:::${bucket}`,
  });
  return sayEncryptionUnknown(bucket, refused!, statement);
}

/** Since 2023 every bucket has one; a bucket without a configuration of its own has SSE-S3. */
const DEFAULT_ENCRYPTION = 'AES256';

/**
 * How a bucket encrypts what is written without a word on it: `AES256`, `aws:kms arn:…`.
 * Source: AWS, API reference of GetBucketEncryption, which asks for s3:GetEncryptionConfiguration.
 */
export async function readEncryption(deps: Deps, bucket: string): Promise<{ encryption?: string; refused?: string }> {
  const command = new GetBucketEncryptionCommand({ Bucket: bucket });
  try {
    const answer = await orNothing(deps.clients.s3.send(command), 'ServerSideEncryptionConfigurationNotFoundError');
    const [rule] = answer?.ServerSideEncryptionConfiguration?.Rules ?? [];
    const { SSEAlgorithm = DEFAULT_ENCRYPTION, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
    return { encryption: [SSEAlgorithm, KMSMasterKeyID].filter(Boolean).join(' ') };
  } catch (error) {
    if (!isAws(error)) throw error;
    return { refused: `${error.name}: ${error.message}` };
  }
}

async function judgeBucket(deps: Deps, bucket: string): Promise<Finding> {
  const { s3 } = deps.clients;
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!isAws(error)) throw error;
    return sayUnreadable(bucket, error);
  }
  const command = new GetBucketPolicyCommand({ Bucket: bucket });
  const policy = await orNothing(s3.send(command), 'NoSuchBucketPolicy');
  return policy ? sayBucket(bucket) : sayBucketWithoutPolicy(bucket);
}

/**
 * HeadBucket answers without a body, so that its status is all that tells; it asks for s3:ListBucket.
 * Source: AWS, API reference of HeadBucket.
 */
function sayUnreadable(bucket: string, { name, $metadata }: AwsError): Finding {
  const status = $metadata?.httpStatusCode;
  if (status === DENIED) return sayBucketDenied(bucket, allowListing(bucket));
  return sayBucketUnreadable(bucket, status === ELSEWHERE ? 'it lies in another region' : name);
}
