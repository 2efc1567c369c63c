import { zoneOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Arns } from './arns';
import { beside, change, look, type Condition, type Need } from './need';

const ELB = 'elasticloadbalancing';
const READS = `
  DescribeLoadBalancers
  DescribeLoadBalancerAttributes
  DescribeListeners
  DescribeListenerCertificates
  DescribeRules
  DescribeTargetGroups
  DescribeTargetGroupAttributes
  DescribeTargetHealth
  DescribeTags
`;

/** Load balancers, records and the names by which peers find each other. */
export function listDoorNeeds(plan: Plan, arns: Arns): Need[] {
  const needs = [...listBalancerNeeds(plan, arns), ...listRecordNeeds(plan, arns), ...listDiscoveryNeeds(arns)];
  return plan.cleanup === 'delete' ? [...needs, ...listCleanup(plan, arns)] : needs;
}

/** Source: AWS, Service Authorization Reference, Elastic Load Balancing V2; "Grant permission to tag resources". */
function listBalancerNeeds({ ingest }: Plan, arns: Arns): Need[] {
  const balancers = arns.balancers('loadbalancer', '/*');
  const listeners = arns.balancers('listener', '/*/*');
  const rules = arns.balancers('listener-rule', '/*/*/*');
  const groups = arns.targetGroups();
  return [
    look(ELB, READS),
    change(ELB, 'CreateLoadBalancer CreateListener ModifyLoadBalancerAttributes', {
      on: balancers,
    }),
    change(ELB, 'CreateRule', {
      on: listeners,
    }),
    change(ELB, 'CreateTargetGroup ModifyTargetGroupAttributes', {
      on: groups,
    }),
    beside(ELB, 'AddTags', {
      on: [...balancers, ...listeners, ...rules, ...groups],
      where: CREATING,
    }),
    ...(ingest ? [change(ELB, 'ModifyListenerAttributes', { on: listeners })] : []),
  ];
}

const CREATING: Condition = {
  StringEquals: {
    'elasticloadbalancing:CreateAction': ['CreateLoadBalancer', 'CreateListener', 'CreateRule', 'CreateTargetGroup'],
  },
};

/** Which private zones answer inside a VPC no plan says: any may be read, and only those of the plan changed. */
function listRecordNeeds(plan: Plan, arns: Arns): Need[] {
  const ids = new Set([plan.hostedZone, ...plan.records.map((record) => zoneOf(plan, record))]);
  const zones = arns.everywhere('route53', '', ...[...ids].map((id) => `hostedzone/${id}`));
  return [
    look('route53', 'GetHostedZone ListResourceRecordSets', {
      on: arns.everywhere('route53', '', 'hostedzone/*'),
    }),
    look('route53', 'ListHostedZonesByVPC'),
    change('route53', 'ChangeResourceRecordSets', {
      on: zones,
      where: namesOf(plan),
    }),
    change('route53', 'GetChange', {
      on: arns.everywhere('route53', '', 'change/*'),
    }),
    change('route53', 'TestDNSAnswer'),
  ];
}

/** Source: AWS, "Using IAM policy conditions for fine-grained access control" of Route 53: in small letters. */
function namesOf({ records }: Plan): Condition {
  const names = [...new Set(records.map(({ name }) => name.toLowerCase()))];
  return {
    'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': names },
  };
}

/** What Cloud Map asks for where it makes a zone. Source: AWS, "AWS Cloud Map API permissions reference". */
function listDiscoveryNeeds(arns: Arns): Need[] {
  const namespaces = arns.own('servicediscovery', 'namespace/*');
  const services = arns.own('servicediscovery', 'service/*');
  return [
    look('servicediscovery', 'ListNamespaces ListServices'),
    look('servicediscovery', 'GetNamespace', {
      on: namespaces,
    }),
    change('servicediscovery', 'CreatePrivateDnsNamespace ListTagsForResource'),
    change('servicediscovery', 'CreateService GetOperation', {
      on: [...namespaces, ...services],
    }),
    change('servicediscovery', 'ListInstances', {
      on: services,
    }),
    beside('servicediscovery', 'TagResource'),
    beside('route53', 'CreateHostedZone ListHostedZonesByName'),
    beside('ec2', 'DescribeRegions'),
  ];
}

function listCleanup({ ingest }: Plan, arns: Arns): Need[] {
  return [
    change(ELB, 'DeleteLoadBalancer', {
      on: arns.balancers('loadbalancer', '/*'),
    }),
    change(ELB, 'DeleteRule', {
      on: arns.balancers('listener-rule', '/*/*/*'),
    }),
    change(ELB, 'DeleteTargetGroup', {
      on: arns.targetGroups(),
    }),
    ...(ingest
      ? [
          change(ELB, 'DeleteListener', {
            on: arns.balancers('listener', '/*/*'),
          }),
        ]
      : []),
    change('servicediscovery', 'DeleteNamespace', {
      on: arns.own('servicediscovery', 'namespace/*'),
    }),
    change('servicediscovery', 'DeleteService', {
      on: arns.own('servicediscovery', 'service/*'),
    }),
    beside('route53', 'DeleteHostedZone', {
      on: arns.everywhere('route53', '', 'hostedzone/*'),
    }),
  ];
}
