import { GetBucketPolicyCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { orNothing } from './absence';
import type { Look } from './finding';
import { sayBucket, sayBucketUnreadable, sayBucketWithoutPolicy } from './texts/account';

/** Whether the stores' bucket is there, and has a policy that may decide who reads it. */
export async function lookAtBucket(deps: Deps, { bucket }: Plan): Promise<Look> {
  return { findings: [await judgeBucket(deps, bucket)] };
}

async function judgeBucket({ clients: { s3 } }: Deps, bucket: string): Promise<Finding> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!isAws(error)) throw error;
    return sayBucketUnreadable(bucket, error.name);
  }
  const asking = s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
  const policy = await orNothing(asking, 'NoSuchBucketPolicy');
  return policy ? sayBucket(bucket) : sayBucketWithoutPolicy(bucket);
}
