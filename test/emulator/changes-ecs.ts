import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
  TagLogGroupCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand as TagRepositoryCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  TagResourceCommand,
  UpdateClusterCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { CLUSTER, DEFINITION, type Change } from './account';

const OWNER = { Key: 'owner', Value: 'somebody' };
const OF_ECS = 'arn:aws:ecs:ap-northeast-2:123456789012';
const CLUSTER_ARN = `${OF_ECS}:cluster/${CLUSTER}`;
const SERVICE_ARN = `${OF_ECS}:service/${CLUSTER}/loki`;
const REPOSITORY_ARN = 'arn:aws:ecr:ap-northeast-2:123456789012:repository/lgtm-loki';
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*"}]}';

/** Of ECS, its images and its logs: each changes one attribute, on what the ones before have left. */
export const ECS_CHANGES: Change[] = [
  ['CreateCluster: another', (account) => account.clients.ecs.send(new CreateClusterCommand({ clusterName: 'other' }))],
  [
    'UpdateCluster: its setting',
    (account) =>
      account.clients.ecs.send(
        new UpdateClusterCommand({ cluster: CLUSTER, settings: [{ name: 'containerInsights', value: 'disabled' }] }),
      ),
  ],
  [
    'PutClusterCapacityProviders: its strategy',
    (account) =>
      account.clients.ecs.send(
        new PutClusterCapacityProvidersCommand({
          cluster: CLUSTER,
          capacityProviders: ['FARGATE'],
          defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 2 }],
        }),
      ),
  ],
  [
    'TagResource: of a cluster',
    (account) =>
      account.clients.ecs.send(
        new TagResourceCommand({ resourceArn: CLUSTER_ARN, tags: [{ key: 'owner', value: 'somebody' }] }),
      ),
  ],
  [
    'RegisterTaskDefinition: its image',
    (account) =>
      account.clients.ecs.send(
        new RegisterTaskDefinitionCommand({
          ...DEFINITION,
          containerDefinitions: [
            {
              name: 'loki',
              image: 'grafana/loki:3.7.9',
              memory: 512,
            },
          ],
        }),
      ),
  ],
  [
    'RegisterTaskDefinition: its size',
    (account) =>
      account.clients.ecs.send(
        new RegisterTaskDefinitionCommand({
          ...DEFINITION,
          cpu: '512',
          memory: '1024',
        }),
      ),
  ],
  [
    'RegisterTaskDefinition: its roles',
    (account) =>
      account.clients.ecs.send(
        new RegisterTaskDefinitionCommand({ ...DEFINITION, taskRoleArn: 'arn:aws:iam::123456789012:role/other' }),
      ),
  ],
  [
    'RegisterTaskDefinition: its volumes',
    (account) =>
      account.clients.ecs.send(new RegisterTaskDefinitionCommand({ ...DEFINITION, volumes: [{ name: 'data' }] })),
  ],
  [
    'RegisterTaskDefinition: its tags',
    (account) =>
      account.clients.ecs.send(
        new RegisterTaskDefinitionCommand({ ...DEFINITION, tags: [{ key: 'owner', value: 'somebody' }] }),
      ),
  ],
  [
    'DeregisterTaskDefinition: its state',
    (account) => account.clients.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'loki:2' })),
  ],
  [
    'CreateService: another',
    (account) =>
      account.clients.ecs.send(
        new CreateServiceCommand({
          cluster: CLUSTER,
          serviceName: 'other',
          taskDefinition: 'loki:1',
          desiredCount: 0,
          networkConfiguration: {
            awsvpcConfiguration: { subnets: [account.world.subnets['private-c']!], securityGroups: [account.group] },
          },
        }),
      ),
  ],
  [
    'UpdateService: its count',
    (account) =>
      account.clients.ecs.send(
        new UpdateServiceCommand({
          cluster: CLUSTER,
          service: 'loki',
          desiredCount: 2,
        }),
      ),
  ],
  [
    'UpdateService: its limits',
    (account) =>
      account.clients.ecs.send(
        new UpdateServiceCommand({
          cluster: CLUSTER,
          service: 'loki',
          deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
        }),
      ),
  ],
  [
    'UpdateService: its circuit breaker',
    (account) =>
      account.clients.ecs.send(
        new UpdateServiceCommand({
          cluster: CLUSTER,
          service: 'loki',
          deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        }),
      ),
  ],
  [
    'UpdateService: its capacity',
    (account) =>
      account.clients.ecs.send(
        new UpdateServiceCommand({
          cluster: CLUSTER,
          service: 'loki',
          capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
          forceNewDeployment: true,
        }),
      ),
  ],
  [
    'UpdateService: its revision',
    (account) =>
      account.clients.ecs.send(
        new UpdateServiceCommand({
          cluster: CLUSTER,
          service: 'loki',
          taskDefinition: 'loki:3',
        }),
      ),
  ],
  [
    'UpdateService: its network',
    (account) =>
      account.clients.ecs.send(
        new UpdateServiceCommand({
          cluster: CLUSTER,
          service: 'loki',
          networkConfiguration: {
            awsvpcConfiguration: { subnets: [account.world.subnets['private-c']!], securityGroups: [account.group] },
          },
        }),
      ),
  ],
  [
    'TagResource: of a service',
    (account) =>
      account.clients.ecs.send(
        new TagResourceCommand({ resourceArn: SERVICE_ARN, tags: [{ key: 'owner', value: 'somebody' }] }),
      ),
  ],
  [
    'RunTask: a task that has not ended',
    (account) =>
      account.clients.ecs.send(
        new RunTaskCommand({
          cluster: CLUSTER,
          taskDefinition: 'loki:1',
          launchType: 'FARGATE',
          networkConfiguration: {
            awsvpcConfiguration: { subnets: [account.world.subnets['private-a']!], securityGroups: [account.group] },
          },
        }),
      ),
  ],
  [
    'CreateRepository: another',
    (account) => account.clients.ecr.send(new CreateRepositoryCommand({ repositoryName: 'other' })),
  ],
  [
    'PutImageScanningConfiguration',
    (account) =>
      account.clients.ecr.send(
        new PutImageScanningConfigurationCommand({
          repositoryName: 'lgtm-loki',
          imageScanningConfiguration: { scanOnPush: false },
        }),
      ),
  ],
  [
    'PutImageTagMutability',
    (account) =>
      account.clients.ecr.send(
        new PutImageTagMutabilityCommand({ repositoryName: 'lgtm-loki', imageTagMutability: 'IMMUTABLE' }),
      ),
  ],
  [
    'SetRepositoryPolicy',
    (account) =>
      account.clients.ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'lgtm-loki', policyText: POLICY })),
  ],
  [
    'TagResource: of a repository',
    (account) => account.clients.ecr.send(new TagRepositoryCommand({ resourceArn: REPOSITORY_ARN, tags: [OWNER] })),
  ],
  [
    'CreateLogGroup: another',
    (account) => account.clients.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/other' })),
  ],
  [
    'PutRetentionPolicy',
    (account) =>
      account.clients.logs.send(new PutRetentionPolicyCommand({ logGroupName: '/ecs/loki', retentionInDays: 7 })),
  ],
  [
    'TagLogGroup',
    (account) =>
      account.clients.logs.send(new TagLogGroupCommand({ logGroupName: '/ecs/loki', tags: { owner: 'somebody' } })),
  ],
  [
    'DeleteService: its state',
    (account) => account.clients.ecs.send(new DeleteServiceCommand({ cluster: CLUSTER, service: 'other' })),
  ],
  ['DeleteLogGroup', (account) => account.clients.logs.send(new DeleteLogGroupCommand({ logGroupName: '/ecs/other' }))],
  [
    'DeleteRepository',
    (account) => account.clients.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'other', force: true })),
  ],
  ['DeleteCluster', (account) => account.clients.ecs.send(new DeleteClusterCommand({ cluster: 'other' }))],
];
