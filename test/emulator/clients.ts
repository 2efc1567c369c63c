import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';

export type Clients = ReturnType<typeof createClients>;

/** Whoever owns an emulated account. */
export const OWNER = {
  accessKeyId: 'owner',
  secretAccessKey: 'x',
};

/** Clients of an emulator that try a call once. */
export function createClients(endpoint: string) {
  const config = {
    region: 'ap-northeast-2',
    endpoint,
    credentials: OWNER,
    maxAttempts: 1,
  };
  return {
    logs: new CloudWatchLogsClient(config),
    ec2: new EC2Client(config),
    ecr: new ECRClient(config),
    ecs: new ECSClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient(config),
    route53: new Route53Client(config),
    secrets: new SecretsManagerClient(config),
    discovery: new ServiceDiscoveryClient(config),
  };
}
