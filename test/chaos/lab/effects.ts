import type { EmulatedCall } from '../../../lab/emulator';
import { countActions, type Tally } from './moment';

const SAME_VALUES = 'a repeated call writes the values that stand there';
const SAME_STATE = 'a repeated call asks for the state that is there';
const KNOWN = 'AWS knows a repeated call and answers what is there';
const BY_TOKEN = 'AWS knows a repeated call by its token';
const GONE = 'what is gone is not deleted twice: AWS refuses it, the emulator answers as before';
const ONE_NAME = 'its name is unique: there is never a second one';

const EC2 = 'AWSEC2/latest/APIReference';
const ECS = 'AmazonECS/latest/APIReference';
const ELB = 'elasticloadbalancing/latest/APIReference';
const CLOUD_MAP = 'cloud-map/latest/api';
const ROUTE53 = 'Route53/latest/APIReference';

/**
 * Actions that may be answered well more often than in a run to which nothing came, and why nothing is there twice; by
 * the page below docs.aws.amazon.com that says so, or which state the call leads to; read 2026-11. What is not here AWS
 * would do again, so it has to be found before another try (definitions, images, roles), or refuses the second time
 * (rules).
 */
const REPEATABLE: Record<string, string> = {
  'route53:ChangeResourceRecordSets': `${SAME_VALUES} (UPSERT): ${ROUTE53}/API_ChangeResourceRecordSets.html`,
  'ec2:CreateTags': `${SAME_VALUES}: ${EC2}/API_CreateTags.html`,
  'ec2:DeleteTags': `${SAME_STATE}: ${EC2}/API_DeleteTags.html`,
  'iam:PutRolePolicy': `${SAME_VALUES}: IAM/latest/APIReference/API_PutRolePolicy.html`,
  'logs:PutRetentionPolicy': `${SAME_VALUES}: AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html`,
  'elasticloadbalancing:ModifyTargetGroupAttributes': `${SAME_VALUES}: ${ELB}/API_ModifyTargetGroupAttributes.html`,
  'elasticloadbalancing:ModifyLoadBalancerAttributes': `${SAME_VALUES}: ${ELB}/API_ModifyLoadBalancerAttributes.html`,
  'elasticloadbalancing:ModifyListenerAttributes': `${SAME_VALUES}: ${ELB}/API_ModifyListenerAttributes.html`,
  'iam:AttachRolePolicy': `${SAME_STATE}: IAM/latest/APIReference/API_AttachRolePolicy.html`,
  'ecs:UpdateService': `${SAME_VALUES}, and no deployment is forced: ${ECS}/API_UpdateService.html`,
  'ec2:StartInstances': `${SAME_STATE}: ${EC2}/API_StartInstances.html`,
  'ec2:StopInstances': `${SAME_STATE}: ${EC2}/API_StopInstances.html`,
  'ec2:TerminateInstances': `${SAME_STATE} (each call succeeds): ${EC2}/API_TerminateInstances.html`,
  'ecs:DeregisterTaskDefinition': `${SAME_STATE} (INACTIVE): ${ECS}/API_DeregisterTaskDefinition.html`,
  'ecs:DeleteService': `${SAME_STATE} (DRAINING, INACTIVE): ${ECS}/API_DeleteService.html`,
  'ecs:DeleteCluster': `${SAME_STATE} (INACTIVE): ${ECS}/API_DeleteCluster.html`,
  'elasticloadbalancing:DeleteLoadBalancer': `${SAME_STATE} (the call succeeds): ${ELB}/API_DeleteLoadBalancer.html`,
  'secretsmanager:DeleteSecret': `${SAME_STATE} (forced): secretsmanager/latest/apireference/API_DeleteSecret.html`,
  'elasticloadbalancing:DeleteRule': `${GONE}: ${ELB}/API_DeleteRule.html`,
  'elasticloadbalancing:DeleteTargetGroup': `${GONE}: ${ELB}/API_DeleteTargetGroup.html`,
  'servicediscovery:DeleteService': `${GONE}: ${CLOUD_MAP}/API_DeleteService.html`,
  'servicediscovery:DeleteNamespace': `${GONE}: ${CLOUD_MAP}/API_DeleteNamespace.html`,
  'ecs:CreateCluster': `${ONE_NAME}: ${ECS}/API_CreateCluster.html`,
  'ecs:CreateService': `${BY_TOKEN}: ${ECS}/ECS_Idempotency.html`,
  'ecs:RunTask': `${BY_TOKEN}, and a probe changes nothing: ${ECS}/ECS_Idempotency.html`,
  'elasticloadbalancing:CreateListener': `${KNOWN}: ${ELB}/API_CreateListener.html`,
  'elasticloadbalancing:CreateLoadBalancer': `${KNOWN}: ${ELB}/API_CreateLoadBalancer.html`,
  'elasticloadbalancing:CreateTargetGroup': `${KNOWN}: ${ELB}/API_CreateTargetGroup.html`,
  's3:PutObject': `${SAME_VALUES}: AmazonS3/latest/API/API_PutObject.html`,
  's3:DeleteObject': `${SAME_STATE} (the call succeeds): AmazonS3/latest/API/API_DeleteObject.html`,
  'secretsmanager:CreateSecret': `${BY_TOKEN}, the SDK's: secretsmanager/latest/apireference/API_CreateSecret.html`,
  'servicediscovery:CreatePrivateDnsNamespace': `${BY_TOKEN}: ${CLOUD_MAP}/API_CreatePrivateDnsNamespace.html`,
  'servicediscovery:CreateService': `${BY_TOKEN}: ${CLOUD_MAP}/API_CreateService.html`,
  'ssm:SendCommand': 'the scripts read, or find what they have done: containers that run or have stopped',
};

/** Calls that had an effect and were answered so, by their actions. */
export function countEffects(calls: EmulatedCall[]): Tally {
  return countActions(calls.filter(({ mutating, status }) => mutating && status !== null && status < 400));
}

/** Actions that had their effect more often than in a run to which nothing came. */
export function judgeEffects(expected: Tally, calls: EmulatedCall[]): string[] {
  return Object.entries(countEffects(calls)).flatMap(([action, times]) => {
    const wanted = expected[action] ?? 0;
    const isMore = times > wanted && !(action in REPEATABLE);
    return isMore ? [`${action} had its effect ${times} times, not ${wanted}`] : [];
  });
}
