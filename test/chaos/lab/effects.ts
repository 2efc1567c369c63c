import type { EmulatedCall } from '../../../lab/emulator';
import { countActions, type Tally } from './moment';

const SAME_VALUES = 'a repeated call writes the values that stand there';
const SAME_STATE = 'a repeated call asks for the state that is there';
const KNOWN = 'AWS knows a repeated call, by its token or its name, and answers what is there';

/**
 * Actions that may be answered well more often than in a run to which nothing came, and why nothing is there twice.
 * What is not here AWS would do again, so it has to be found before another try: definitions, images, roles, rules.
 */
const REPEATABLE: Record<string, string> = {
  'route53:ChangeResourceRecordSets': `${SAME_VALUES}, to learn the change that has to be waited for`,
  'ec2:CreateTags': SAME_VALUES,
  'ec2:DeleteTags': SAME_VALUES,
  'iam:PutRolePolicy': SAME_VALUES,
  'logs:PutRetentionPolicy': SAME_VALUES,
  'elasticloadbalancing:ModifyTargetGroupAttributes': SAME_VALUES,
  'ecs:UpdateService': SAME_VALUES,
  'ec2:StartInstances': SAME_STATE,
  'ec2:StopInstances': SAME_STATE,
  'ec2:TerminateInstances': SAME_STATE,
  'ecs:DeregisterTaskDefinition': SAME_STATE,
  'ecs:DeleteService': SAME_STATE,
  'ecs:DeleteCluster': SAME_STATE,
  'elasticloadbalancing:DeleteRule': SAME_STATE,
  'elasticloadbalancing:DeleteLoadBalancer': SAME_STATE,
  'elasticloadbalancing:DeleteTargetGroup': SAME_STATE,
  'secretsmanager:DeleteSecret': SAME_STATE,
  'servicediscovery:DeleteService': SAME_STATE,
  'servicediscovery:DeleteNamespace': SAME_STATE,
  'ecs:CreateCluster': KNOWN,
  'ecs:CreateService': KNOWN,
  'elasticloadbalancing:CreateListener': KNOWN,
  'elasticloadbalancing:CreateLoadBalancer': KNOWN,
  'elasticloadbalancing:CreateTargetGroup': KNOWN,
  'secretsmanager:CreateSecret': KNOWN,
  'servicediscovery:CreatePrivateDnsNamespace': KNOWN,
  'servicediscovery:CreateService': KNOWN,
  'ssm:SendCommand': 'the scripts read, or find what they have done: containers that run or have stopped',
  'ecs:RunTask': 'a probe changes nothing, and its task ends by itself',
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
