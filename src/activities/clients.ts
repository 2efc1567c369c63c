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

/**
 * Everything activities reach the world through;
 * injected, so that tests and commands bring their own.
 */
export interface Deps {
  clients: Clients;
  /** where secrets' values are taken from */
  environment: NodeJS.ProcessEnv;
}

type Clients = ReturnType<typeof createClients>;

/**
 * A call that nobody answers is one that failed: by itself the SDK waits without an end. AWS may take half a minute for
 * an answer; an activity's own two minutes leave room for a second try.
 */
const UNANSWERED_MS = 50_000;
const CONNECTING_MS = 5000;

/**
 * AWS clients from the SDK's standard chain (environment,
 * profile, role; AWS_ENDPOINT_URL included). Adaptive retries
 * slow all callers down together when AWS throttles one of them.
 * `ecsOnce` is for what AWS would do once more, knowing no token
 * for it: its next try is the activity's, which looks first.
 * @param region absent: what the chain says, AWS_REGION or the profile's
 * @param unansweredMs how long a call may go without an answer
 */
export function createClients(region?: string, unansweredMs = UNANSWERED_MS) {
  const config = {
    ...(region ? { region } : {}),
    requestHandler: {
      connectionTimeout: CONNECTING_MS,
      requestTimeout: unansweredMs,
      socketTimeout: unansweredMs,
      throwOnRequestTimeout: true,
    },
    retryMode: 'adaptive',
    maxAttempts: 5,
  } as const;
  return {
    acm: new ACMClient(config),
    autoScaling: new AutoScalingClient(config),
    cloudwatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
    ec2: new EC2Client(config),
    ecr: new ECRClient(config),
    ecs: new ECSClient(config),
    ecsOnce: new ECSClient({ ...config, maxAttempts: 1 }),
    elb: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient({ ...config, region: 'us-east-1' }),
    route53: new Route53Client(config),
    s3: new S3Client({
      ...config,
      forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined,
    }),
    secrets: new SecretsManagerClient(config),
    discovery: new ServiceDiscoveryClient(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
  };
}
