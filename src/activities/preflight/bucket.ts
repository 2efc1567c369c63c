import { GetBucketPolicyCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { orNothing } from './absence';
import type { Look } from './finding';
import { sayBucket, sayBucketUnreadable, sayBucketWithoutPolicy } from './texts/account';

/** Whether the stores' bucket is there, and has a policy that may decide who reads it. */
export async function lookAtBucket(deps: Deps, plan: Plan): Promise<Look> {
  const finding = await judgeBucket(deps, plan.bucket);
  return { findings: [finding] };
}

async function judgeBucket(deps: Deps, bucket: string): Promise<Finding> {
  const { s3 } = deps.clients;
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!isAws(error)) throw error;
    return sayBucketUnreadable(bucket, error.name);
  }
  const command = new GetBucketPolicyCommand({ Bucket: bucket });
  const policy = await orNothing(s3.send(command), 'NoSuchBucketPolicy');
  return policy ? sayBucket(bucket) : sayBucketWithoutPolicy(bucket);
}
