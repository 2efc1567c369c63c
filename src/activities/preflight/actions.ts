import type { Plan } from '../../plan/schema';

/** What a run calls from its first effect to the last undo, and deployments afterwards, by IAM's names. */
const ACTIONS: Record<string, string> = {
  ecr: `
    CreateRepository DescribeRepositories DescribeImages DescribeImageScanFindings TagResource
    ListTagsForResource
  `,
  iam: `
    CreateRole GetRole TagRole PassRole AttachRolePolicy ListAttachedRolePolicies PutRolePolicy
    GetRolePolicy ListRolePolicies DeleteRolePolicy
  `,
  secretsmanager: 'DescribeSecret CreateSecret TagResource',
  logs: `
    CreateLogGroup DescribeLogGroups PutRetentionPolicy TagResource ListTagsForResource
    DescribeLogStreams GetLogEvents
  `,
  ecs: `
    RunTask CreateCluster DescribeClusters RegisterTaskDefinition DescribeTaskDefinition
    CreateService UpdateService DescribeServices ListTasks DescribeTasks TagResource
    ListTaskDefinitions DeregisterTaskDefinition
  `,
  servicediscovery: `
    CreatePrivateDnsNamespace ListNamespaces GetNamespace CreateService ListServices GetService
    GetOperation ListInstances TagResource ListTagsForResource
  `,
  elasticloadbalancing: `
    CreateLoadBalancer DescribeLoadBalancers CreateTargetGroup DescribeTargetGroups
    ModifyLoadBalancerAttributes ModifyTargetGroupAttributes CreateListener DescribeListeners DescribeListenerCertificates
    CreateRule DescribeRules DescribeTargetHealth AddTags DescribeTags
  `,
  route53: `
    ChangeResourceRecordSets ListResourceRecordSets GetChange GetHostedZone ListHostedZonesByVPC
    TestDNSAnswer
  `,
  cloudwatch: 'GetMetricData',
  ec2: `
    CreateSecurityGroup AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress
    DescribeSecurityGroups DescribeSecurityGroupRules DescribeSubnets DescribeInstances
    DescribeAddresses     StopInstances StartInstances TerminateInstances CreateImage DescribeImages DescribeSnapshots
    CreateTags DeleteTags
  `,
  s3: 'ListBucket GetBucketPolicy',
  ssm: 'SendCommand GetCommandInvocation ListCommandInvocations',
};
/** Only where senders have an ingest. */
const INGEST: Record<string, string> = {
  elasticloadbalancing: 'ModifyListenerAttributes',
};
/** Only with cleanup: delete. */
const CLEANUP: Record<string, string> = {
  ecr: 'DeleteRepository',
  iam: 'DeleteRole DetachRolePolicy',
  secretsmanager: 'DeleteSecret',
  logs: 'DeleteLogGroup',
  ecs: 'DeleteCluster DeleteService',
  servicediscovery: 'DeleteNamespace DeleteService',
  elasticloadbalancing: 'DeleteLoadBalancer DeleteTargetGroup DeleteRule DeleteListener',
  ec2: 'DeleteSecurityGroup',
};

/** The actions of IAM that a run of this plan needs. */
export function actionsOf({ grafana, ingest, cleanup }: Plan): string[] {
  return [
    ...named(ACTIONS),
    ...(grafana.database === 'move' ? ['ec2:DescribeNetworkInterfaces'] : []),
    ...(ingest ? named(INGEST) : []),
    ...(cleanup === 'delete' ? named(CLEANUP) : []),
  ];
}

function named(actions: Record<string, string>): string[] {
  return Object.entries(actions).flatMap(([service, verbs]) =>
    verbs
      .trim()
      .split(/\s+/)
      .map((verb) => `${service}:${verb}`),
  );
}
