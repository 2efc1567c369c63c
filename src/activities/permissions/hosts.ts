import type { Plan } from '../../plan/schema';
import { MIGRATION_TAG } from '../owner';
import type { Arns } from './arns';
import { beside, change, look, type Need } from './need';

const READS = `
  DescribeInstances
  DescribeInstanceTypes
  DescribeAddresses
  DescribeVpcs
  DescribeSubnets
  DescribeRouteTables
  DescribeNatGateways
  DescribeVpcEndpoints
  DescribeSecurityGroups
  DescribeManagedPrefixLists
  DescribeTags
`;

/** The hosts, their images, and the security groups around the tasks. */
export function listHostNeeds(plan: Plan, arns: Arns): Need[] {
  const needs = [
    look('ec2', READS),
    look('ec2', 'DescribeInstanceAttribute', {
      on: arns.hosts(),
    }),
    look('ec2', 'GetManagedPrefixListEntries', {
      on: arns.ofAnybody('ec2', 'prefix-list/*'),
    }),
    look('ec2', 'DescribeVpcAttribute', {
      on: arns.ofAnybody('ec2', 'vpc/*'),
    }),
    look('autoscaling', 'DescribeAutoScalingInstances'),
    ...listCommandNeeds(arns),
    change('ec2', 'StopInstances StartInstances TerminateInstances DeleteTags', {
      on: arns.hosts(),
    }),
    change('ec2', 'DescribeImages DescribeSnapshots DescribeSecurityGroupRules'),
    ...listImageNeeds(arns),
    ...listGroupNeeds(arns),
    ...listTagNeeds(arns),
  ];
  return [...needs, ...listFurther(plan, arns)];
}

/** Of the instance and of what comes of it. Source: AWS, Service Authorization Reference, Amazon EC2. */
function listImageNeeds(arns: Arns): Need[] {
  const made = arns.ofNobody('ec2', 'image/*', 'snapshot/*');
  return [
    change('ec2', 'CreateImage', {
      on: [...arns.hosts(), ...made],
    }),
  ];
}

function listGroupNeeds(arns: Arns): Need[] {
  const groups = arns.own('ec2', 'security-group/*');
  const rules = arns.own('ec2', 'security-group-rule/*');
  return [
    change('ec2', 'CreateSecurityGroup', {
      on: [...groups, ...arns.own('ec2', 'vpc/*')],
    }),
    change('ec2', 'AuthorizeSecurityGroupIngress', {
      on: [...groups, ...rules],
    }),
    change('ec2', 'RevokeSecurityGroupIngress', {
      on: groups,
    }),
  ];
}

/** What is made is tagged as it is made; the hosts themselves carry a mark while they are stopped. */
function listTagNeeds(arns: Arns): Need[] {
  const made = [
    ...arns.own('ec2', 'security-group/*', 'security-group-rule/*'),
    ...arns.ofNobody('ec2', 'image/*', 'snapshot/*'),
  ];
  const creating = ['CreateSecurityGroup', 'AuthorizeSecurityGroupIngress', 'CreateImage'];
  return [
    change('ec2', 'CreateTags', {
      on: arns.hosts(),
    }),
    beside('ec2', 'CreateTags', {
      on: made,
      where: { StringEquals: { 'ec2:CreateAction': creating } },
    }),
  ];
}

/** Source: AWS, Service Authorization Reference, AWS Systems Manager: a command's answers take no resource. */
function listCommandNeeds(arns: Arns): Need[] {
  return [
    look('ssm', 'SendCommand', {
      on: [...arns.script(), ...arns.hosts()],
    }),
    look('ssm', 'GetCommandInvocation ListCommandInvocations'),
  ];
}

function listFurther({ name, grafana, cleanup }: Plan, arns: Arns): Need[] {
  const ours = { StringEquals: { [`aws:ResourceTag/${MIGRATION_TAG}`]: name } };
  return [
    ...(grafana.database === 'move' ? [look('ec2', 'DescribeNetworkInterfaces')] : []),
    ...(cleanup === 'delete'
      ? [
          change('ec2', 'DeleteSecurityGroup', {
            on: arns.own('ec2', 'security-group/*'),
            where: ours,
          }),
        ]
      : []),
  ];
}
