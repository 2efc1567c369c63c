import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  ModifyListenerCommand,
  ModifyListenerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  SetRulePrioritiesCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Account, Change } from './account';

const OWNER = { Key: 'owner', Value: 'somebody' };

const forward = ({ targetGroup }: Account) => ({
  Type: 'forward' as const,
  TargetGroupArn: targetGroup,
});

/** Of load balancers: each changes one attribute, on what the ones before have left. */
export const BALANCER_CHANGES: Change[] = [
  [
    'CreateLoadBalancer: another',
    (account) =>
      account.clients.elb.send(
        new CreateLoadBalancerCommand({
          Name: 'other',
          Subnets: [account.world.subnets['public-a']!],
        }),
      ),
  ],
  [
    'ModifyLoadBalancerAttributes',
    (account) =>
      account.clients.elb.send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: account.balancer,
          Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '61' }],
        }),
      ),
  ],
  [
    'SetSecurityGroups',
    (account) =>
      account.clients.elb.send(
        new SetSecurityGroupsCommand({
          LoadBalancerArn: account.balancer,
          SecurityGroups: [],
        }),
      ),
  ],
  [
    'CreateListener: another',
    (account) =>
      account.clients.elb.send(
        new CreateListenerCommand({
          LoadBalancerArn: account.balancer,
          Protocol: 'HTTP',
          Port: 80,
          DefaultActions: [forward(account)],
        }),
      ),
  ],
  [
    'ModifyListener: its policy',
    (account) =>
      account.clients.elb.send(
        new ModifyListenerCommand({
          ListenerArn: account.listener,
          SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        }),
      ),
  ],
  [
    'ModifyListener: its default',
    (account) =>
      account.clients.elb.send(
        new ModifyListenerCommand({
          ListenerArn: account.listener,
          DefaultActions: [forward(account)],
        }),
      ),
  ],
  [
    'CreateRule: another',
    (account) =>
      account.clients.elb.send(
        new CreateRuleCommand({
          ListenerArn: account.listener,
          Priority: 9,
          Conditions: [{ Field: 'path-pattern', Values: ['/a'] }],
          Actions: [forward(account)],
        }),
      ),
  ],
  [
    'ModifyRule: its conditions',
    (account) =>
      account.clients.elb.send(
        new ModifyRuleCommand({
          RuleArn: account.rule,
          Conditions: [
            {
              Field: 'source-ip',
              SourceIpConfig: { Values: ['10.0.0.0/8'] },
            },
          ],
        }),
      ),
  ],
  [
    'ModifyRule: its action',
    (account) =>
      account.clients.elb.send(
        new ModifyRuleCommand({
          RuleArn: account.rule,
          Actions: [
            {
              Type: 'fixed-response',
              FixedResponseConfig: { StatusCode: '503' },
            },
          ],
        }),
      ),
  ],
  [
    'SetRulePriorities',
    (account) =>
      account.clients.elb.send(
        new SetRulePrioritiesCommand({
          RulePriorities: [
            {
              RuleArn: account.rule,
              Priority: 30,
            },
          ],
        }),
      ),
  ],
  [
    'CreateTargetGroup: another',
    (account) =>
      account.clients.elb.send(
        new CreateTargetGroupCommand({
          Name: 'other',
          Protocol: 'HTTP',
          Port: 1,
          VpcId: account.world.vpcId,
          TargetType: 'ip',
        }),
      ),
  ],
  [
    'ModifyTargetGroup: its health check',
    (account) =>
      account.clients.elb.send(
        new ModifyTargetGroupCommand({
          TargetGroupArn: account.targetGroup,
          HealthCheckPath: '/other',
        }),
      ),
  ],
  [
    'ModifyTargetGroupAttributes: its delay',
    (account) =>
      account.clients.elb.send(
        new ModifyTargetGroupAttributesCommand({
          TargetGroupArn: account.targetGroup,
          Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '7' }],
        }),
      ),
  ],
  [
    'RegisterTargets',
    (account) =>
      account.clients.elb.send(
        new RegisterTargetsCommand({
          TargetGroupArn: account.targetGroup,
          Targets: [{ Id: '10.0.2.9', Port: 1 }],
        }),
      ),
  ],
  [
    'AddTags: of a balancer',
    (account) =>
      account.clients.elb.send(
        new AddTagsCommand({
          ResourceArns: [account.balancer],
          Tags: [OWNER],
        }),
      ),
  ],
  [
    'AddTags: of a listener',
    (account) =>
      account.clients.elb.send(
        new AddTagsCommand({
          ResourceArns: [account.listener],
          Tags: [OWNER],
        }),
      ),
  ],
  [
    'AddTags: of a rule',
    (account) =>
      account.clients.elb.send(
        new AddTagsCommand({
          ResourceArns: [account.rule],
          Tags: [OWNER],
        }),
      ),
  ],
  [
    'AddTags: of a target group',
    (account) =>
      account.clients.elb.send(
        new AddTagsCommand({
          ResourceArns: [account.targetGroup],
          Tags: [OWNER],
        }),
      ),
  ],
  [
    'ModifyListenerAttributes',
    (account) =>
      account.clients.elb.send(
        new ModifyListenerAttributesCommand({
          ListenerArn: account.listener,
          Attributes: [{ Key: 'routing.http.response.server.enabled', Value: 'false' }],
        }),
      ),
  ],
  ['DeleteRule', (account) => account.clients.elb.send(new DeleteRuleCommand({ RuleArn: account.rule }))],
  [
    'DeleteListener',
    (account) => account.clients.elb.send(new DeleteListenerCommand({ ListenerArn: account.listener })),
  ],
  [
    'DeleteLoadBalancer',
    (account) => account.clients.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: account.balancer })),
  ],
  [
    'DeleteTargetGroup',
    (account) => account.clients.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: account.targetGroup })),
  ],
];
