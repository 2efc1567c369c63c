import { ACMClient } from '@aws-sdk/client-acm';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { Context } from '@temporalio/activity';

/** Everything activities reach the world through; injected, so that tests and commands bring their own. */
export interface Deps {
  clients: Clients;
  /** where secrets' values are taken from */
  environment: NodeJS.ProcessEnv;
}

export type Clients = ReturnType<typeof createClients>;

/**
 * AWS clients from the SDK's standard chain (environment, profile, role; AWS_ENDPOINT_URL included).
 * Adaptive retries slow all callers down together when AWS throttles one of them.
 * @param region absent: what the chain says, AWS_REGION or the profile's
 */
export function createClients(region?: string) {
  const config = { ...(region ? { region } : {}), retryMode: 'adaptive', maxAttempts: 5 } as const;
  return {
    acm: new ACMClient(config),
    autoScaling: new AutoScalingClient(config),
    cloudwatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
    ec2: new EC2Client(config),
    ecr: new ECRClient(config),
    ecs: new ECSClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient({ ...config, region: 'us-east-1' }),
    route53: new Route53Client(config),
    s3: new S3Client({ ...config, forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined }),
    secrets: new SecretsManagerClient(config),
    discovery: new ServiceDiscoveryClient(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
  };
}

function context(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}

/** Says that the activity lives and what it saw; outside a worker there is nobody to tell. */
export function heartbeat(details: unknown): void {
  context()?.heartbeat(details);
}

/** What the attempt before this one heartbeat last. */
export function lastHeartbeat<T>(): T | undefined {
  return context()?.info.heartbeatDetails as T | undefined;
}

/** Rests; a cancelled activity wakes up and throws. */
export async function rest(ms: number): Promise<void> {
  const current = context();
  if (current) await current.sleep(ms);
  else await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Rests longer than a heartbeat timeout allows, heartbeating meanwhile. */
export async function restAlive(ms: number, details: unknown): Promise<void> {
  // a cancellation is heard at a heartbeat: an abort must not wait for more
  const slice = 1000;
  for (let left = ms; left > 0; left -= slice) {
    await rest(Math.min(left, slice));
    heartbeat(details);
  }
}

/** Pauses that grow up to `ms`: what is quick is seen at once, and what takes long is not asked for often. */
export function pauses(ms: number): () => Promise<void> {
  let next = ms / 5;
  return async () => {
    const now = next;
    next = Math.min(ms, next * 1.5);
    await rest(now);
  };
}

/**
 * Looks until there is an answer, heartbeating each time.
 * @param look returns undefined while it must go on
 * @param pauseMs the longest pause between two looks
 */
export async function until<T>(
  look: () => Promise<T | undefined>,
  pauseMs: number,
  details: () => unknown,
): Promise<T> {
  const pause = pauses(pauseMs);
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    heartbeat(details());
    await pause();
  }
}
