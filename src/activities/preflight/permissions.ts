import { GetRoleCommand, paginateSimulatePrincipalPolicy, type EvaluationResult } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import type { Finding } from '../../contract/findings';
import { fail, pass, warn } from './index';

/** What a run calls from its first effect to the last undo, by IAM's names. */
const ACTIONS: Record<string, string> = {
  ecr: 'CreateRepository DescribeRepositories DescribeImages DescribeImageScanFindings TagResource ListTagsForResource',
  iam: 'CreateRole GetRole TagRole PassRole AttachRolePolicy ListAttachedRolePolicies PutRolePolicy GetRolePolicy ListRolePolicies DeleteRolePolicy',
  secretsmanager: 'DescribeSecret CreateSecret TagResource',
  logs: 'CreateLogGroup DescribeLogGroups PutRetentionPolicy TagResource ListTagsForResource DescribeLogStreams GetLogEvents',
  ecs: 'RunTask CreateCluster DescribeClusters RegisterTaskDefinition DescribeTaskDefinition CreateService UpdateService DescribeServices ListTasks DescribeTasks TagResource',
  servicediscovery:
    'CreatePrivateDnsNamespace ListNamespaces GetNamespace CreateService ListServices GetOperation ListInstances TagResource ListTagsForResource',
  elasticloadbalancing:
    'CreateLoadBalancer DescribeLoadBalancers CreateTargetGroup DescribeTargetGroups ModifyTargetGroupAttributes CreateListener DescribeListeners DescribeListenerCertificates CreateRule DescribeRules DescribeTargetHealth AddTags DescribeTags',
  route53: 'ChangeResourceRecordSets ListResourceRecordSets GetChange GetHostedZone',
  cloudwatch: 'GetMetricData',
  ec2: 'CreateSecurityGroup AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress DescribeSecurityGroups DescribeSecurityGroupRules DescribeSubnets DescribeInstances StopInstances StartInstances TerminateInstances CreateImage DescribeImages DescribeSnapshots CreateTags DeleteTags',
  s3: 'ListBucket GetBucketPolicy',
  ssm: 'SendCommand GetCommandInvocation ListCommandInvocations',
};
/** Only with cleanup: delete. */
const CLEANUP: Record<string, string> = {
  ecr: 'DeleteRepository',
  iam: 'DeleteRole DetachRolePolicy',
  secretsmanager: 'DeleteSecret',
  logs: 'DeleteLogGroup',
  ecs: 'DeleteCluster DeleteService DeregisterTaskDefinition ListTaskDefinitions',
  servicediscovery: 'DeleteNamespace DeleteService',
  elasticloadbalancing: 'DeleteLoadBalancer DeleteTargetGroup DeleteRule',
  ec2: 'DeleteSecurityGroup',
};

const named = (actions: Record<string, string>) =>
  Object.entries(actions).flatMap(([service, verbs]) => verbs.split(' ').map((verb) => `${service}:${verb}`));

/**
 * What IAM says that the worker's identity may do. It is asked about all resources at once, so that a policy for some
 * looks like none: only an explicit deny is a failure.
 */
export async function permissionFindings(deps: Deps, plan: Plan): Promise<Finding[]> {
  const { iam, sts } = deps.clients;
  const actions = [
    ...named(ACTIONS),
    ...(plan.grafana.database === 'move' ? ['ec2:DescribeNetworkInterfaces'] : []),
    ...(plan.cleanup === 'delete' ? named(CLEANUP) : []),
  ];
  const results: EvaluationResult[] = [];
  let identity = '';
  try {
    identity = await principalOf(deps, (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? '');
    if (identity.endsWith(':root'))
      return [warn('permissions', 'the worker acts as the account itself', 'give it a role of its own')];
    for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy(
      { client: iam },
      { PolicySourceArn: identity, ActionNames: actions },
    ))
      results.push(...EvaluationResults);
  } catch (error) {
    if (!isAws(error)) throw error;
    return [
      warn(
        'permissions',
        `IAM does not say what ${identity || 'the worker'} may do: ${error.name}`,
        `allow iam:SimulatePrincipalPolicy and iam:GetRole, or check these by hand: ${actions.join(' ')}`,
      ),
    ];
  }
  const refused = (decision: EvaluationResult['EvalDecision']) =>
    results
      .filter(({ EvalDecision }) => EvalDecision === decision)
      .map(({ EvalActionName }) => EvalActionName)
      .join(', ');
  const [denied, missing] = [refused('explicitDeny'), refused('implicitDeny')];
  return [
    ...(denied
      ? [
          fail(
            'permissions',
            `${identity} is denied ${denied}`,
            'take the deny out of its policies, its boundary or the organization',
          ),
        ]
      : []),
    ...(missing
      ? [
          warn(
            'permissions',
            `${identity} is not allowed ${missing} on all resources`,
            'allow them on what the plan names; a phase holds for a retry where one is missing',
          ),
        ]
      : []),
    ...(denied || missing ? [] : [pass('permissions', `${identity} may call the ${actions.length} actions of a run`)]),
  ];
}

/** A session's ARN names its role without the role's path; IAM wants the role itself. */
async function principalOf({ clients: { iam } }: Deps, arn: string): Promise<string> {
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (!role) return arn;
  return (await iam.send(new GetRoleCommand({ RoleName: role }))).Role!.Arn!;
}
