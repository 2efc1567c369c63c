import { DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { DescribeImagesCommand as DescribeEcrImages, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, DescribeClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeListenerCertificatesCommand, DescribeListenersCommand, DescribeLoadBalancersCommand, DescribeTargetGroupsCommand, type Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRoleCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { paginateListNamespaces, paginateListServices } from '@aws-sdk/client-servicediscovery';
import { repositoryOf, targetGroupOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../aws';
import { isAws } from '../failures';
import { MIGRATION_TAG } from '../owner';
import type { Finding, Owner } from '../types';
import { fail, pass, warn } from './index';

/** Nothing where the thing asked for is not there. */
async function orNothing<T>(ask: Promise<T>, ...names: string[]): Promise<T | undefined> {
  return ask.catch((error: unknown) => {
    if (isAws(error, ...names)) return undefined;
    throw error;
  });
}

/** What is there already: adopted where it fits, a conflict where it differs in a way that matters. */
export async function existingFindings(deps: Deps, plan: Plan, owner: Owner): Promise<Finding[]> {
  return (await Promise.all([hosts(deps, plan, owner), repositories(deps, plan), roles(deps, plan), cluster(deps, plan, owner), discovery(deps, plan), loadBalancer(deps, plan)])).flat();
}

async function hosts({ clients: { ec2 } }: Deps, { source: { instances } }: Plan, owner: Owner): Promise<Finding[]> {
  const { Tags = [] } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: instances }, { Name: 'key', Values: [MIGRATION_TAG] }] }));
  return Tags.filter(({ Value }) => Value !== owner.migration).map(({ ResourceId, Value }) =>
    fail('host', `${ResourceId} carries the mark of another migration, ${Value}`, `let that migration end or roll back first; if it is gone: aws ec2 delete-tags --resources ${ResourceId} --tags Key=${MIGRATION_TAG}`));
}

async function repositories({ clients: { ecr } }: Deps, plan: Plan): Promise<Finding[]> {
  const findings = await Promise.all(Object.entries(plan.services).map(async ([name, service]): Promise<Finding[]> => {
    const repository = repositoryOf(name, service);
    const found = (await orNothing(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] })), 'RepositoryNotFound'))?.repositories?.[0];
    if (!found) return [];
    const images = await orNothing(ecr.send(new DescribeEcrImages({ repositoryName: repository })), 'ImageNotFound');
    return [
      ...(found.imageTagMutability === 'MUTABLE' ? [warn('repository', `repository ${repository} has mutable tags`, 'deploys go by digest; make its tags immutable when you can')] : [pass('repository', `repository ${repository} is there`)]),
      ...((images?.imageDetails ?? []).length === 0 ? [warn('image', `repository ${repository} holds no image`, 'push one; the deploy holds until it is there')] : []),
    ];
  }));
  return findings.flat();
}

async function roles({ clients: { iam } }: Deps, plan: Plan): Promise<Finding[]> {
  const findings = await Promise.all(Object.values(plan.roles).map(async (name): Promise<Finding[]> => {
    const found = (await orNothing(iam.send(new GetRoleCommand({ RoleName: name })), 'NoSuchEntity'))?.Role;
    if (!found) return [];
    if (!decodeURIComponent(found.AssumeRolePolicyDocument ?? '').includes('ecs-tasks.amazonaws.com')) {
      return [fail('role', `role ${name} can't be assumed by ecs-tasks.amazonaws.com`, `add it to the role's trust policy, or name another role`)];
    }
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: name }));
    return [pass('role', `role ${name} is adopted; what it lacks is added as inline policy lgtm-migrate, its ${PolicyNames.length} inline policies stay`)];
  }));
  return findings.flat();
}

async function cluster({ clients: { ecs } }: Deps, plan: Plan, owner: Owner): Promise<Finding[]> {
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [plan.cluster], include: ['TAGS', 'SETTINGS'] }));
  const found = clusters.find(({ status }) => status === 'ACTIVE');
  if (!found) return [];
  const mark = found.tags?.find(({ key }) => key === MIGRATION_TAG)?.value;
  if (mark && mark !== owner.migration) return [fail('cluster', `cluster ${plan.cluster} carries the mark of another migration, ${mark}`, 'name another cluster, or let that migration end first')];
  const findings: Finding[] = [pass('cluster', `cluster ${plan.cluster} is adopted`)];
  if (!found.capacityProviders?.includes('FARGATE')) findings.push(fail('cluster', `cluster ${plan.cluster} has no capacity provider FARGATE`, `aws ecs put-cluster-capacity-providers --cluster ${plan.cluster} --capacity-providers FARGATE FARGATE_SPOT --default-capacity-provider-strategy capacityProvider=FARGATE,weight=1`));
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: plan.cluster, services: Object.keys(plan.services).slice(0, 10), include: ['TAGS'] }));
  for (const service of services.filter(({ status }) => status === 'ACTIVE')) {
    const ours = service.tags?.some(({ key, value }) => key === MIGRATION_TAG && value === owner.migration);
    const wanted = plan.services[service.serviceName!]!.count;
    if (ours) continue;
    const unreached = [plan.services[service.serviceName!]!.expose && !service.loadBalancers?.length ? 'no target group' : '', service.serviceRegistries?.length ? '' : 'no discovery service'].filter(Boolean);
    if (unreached.length > 0) findings.push(fail('service', `service ${service.serviceName} is somebody else's and has ${unreached.join(' and ')}: nobody would reach it`, `aws ecs delete-service --cluster ${plan.cluster} --service ${service.serviceName} --force, if nobody uses it; the run makes it anew`));
    if (service.desiredCount !== wanted) findings.push(fail('service', `service ${service.serviceName} is somebody else's and has ${service.desiredCount} tasks, the plan wants ${wanted}`, `set services.${service.serviceName}.count, or scale it`));
  }
  return findings;
}

/** Peers find each other by A records of all tasks; what an adopted name answers otherwise can't be changed in Cloud Map. */
async function discovery({ clients: { discovery } }: Deps, plan: Plan): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const { Namespaces = [] } of paginateListNamespaces({ client: discovery }, {})) {
    for (const { Id } of Namespaces.filter(({ Name, Type }) => Name === plan.namespace && Type === 'DNS_PRIVATE')) {
      findings.push(pass('namespace', `namespace ${plan.namespace} is adopted`));
      for await (const { Services = [] } of paginateListServices({ client: discovery }, { Filters: [{ Name: 'NAMESPACE_ID', Values: [Id!], Condition: 'EQ' }] })) {
        for (const { Name, Id: service, DnsConfig } of Services.filter(({ Name }) => Name! in plan.services)) {
          const is = `${DnsConfig?.DnsRecords?.map(({ Type, TTL }) => `${Type} TTL ${TTL}`).join(', ') || 'without DNS'}, ${DnsConfig?.RoutingPolicy ?? 'no routing'}`;
          if (is !== 'A TTL 10, MULTIVALUE') findings.push(fail('discovery', `discovery service ${Name}.${plan.namespace} is ${is}; it must be A TTL 10, MULTIVALUE`, `aws servicediscovery delete-service --id ${service}, once nothing is registered; the run makes it anew`));
        }
      }
    }
  }
  return findings;
}

async function certificatesOf(elb: Deps['clients']['elb'], { ListenerArn, Certificates = [] }: Listener): Promise<string[]> {
  const { Certificates: more = [] } = await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn }));
  return [...Certificates, ...more].map(({ CertificateArn }) => CertificateArn!);
}

async function loadBalancer({ clients: { elb } }: Deps, plan: Plan): Promise<Finding[]> {
  const findings: Finding[] = [];
  const balancer = (await orNothing(elb.send(new DescribeLoadBalancersCommand({ Names: [plan.loadBalancer.name] })), 'LoadBalancerNotFound'))?.LoadBalancers?.[0];
  if (balancer) {
    const differs = balancer.Scheme !== plan.loadBalancer.scheme;
    findings.push(differs ? fail('load balancer', `${plan.loadBalancer.name} is ${balancer.Scheme}, the plan says ${plan.loadBalancer.scheme}`, 'change loadBalancer.scheme or the name') : pass('load balancer', `${plan.loadBalancer.name} is adopted`));
    const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }));
    const https = Listeners.find(({ Port }) => Port === 443);
    if (https && https.Protocol !== 'HTTPS') findings.push(fail('listener', `port 443 of ${plan.loadBalancer.name} speaks ${https.Protocol}`, 'make it HTTPS'));
    if (https && !(await certificatesOf(elb, https)).includes(plan.certificate)) findings.push(fail('listener', `port 443 of ${plan.loadBalancer.name} has not the plan's certificate`, `aws elbv2 add-listener-certificates --listener-arn ${https.ListenerArn} --certificates CertificateArn=${plan.certificate}`));
    if (https && https.DefaultActions?.[0]?.Type !== 'fixed-response') findings.push(warn('listener', `the default action of ${plan.loadBalancer.name} is ${https.DefaultActions?.[0]?.Type}`, 'a fixed 503 is safer: Alloy tries it again and drops data on a 404'));
  }
  for (const [name, service] of Object.entries(plan.services).filter(([, { expose }]) => expose)) {
    const group = targetGroupOf(name, service);
    const found = (await orNothing(elb.send(new DescribeTargetGroupsCommand({ Names: [group] })), 'TargetGroupNotFound'))?.TargetGroups?.[0];
    if (found && balancer && found.VpcId !== balancer.VpcId) {
      findings.push(fail('target group', `${group} is in ${found.VpcId}, ${plan.loadBalancer.name} in ${balancer.VpcId}`, 'delete it, or name another in expose.targetGroup'));
    } else if (found && (found.Port !== service.port || found.TargetType !== 'ip')) {
      findings.push(fail('target group', `${group} is for ${found.TargetType} port ${found.Port}, ${name} needs ip port ${service.port}`, 'delete it, or name another in expose.targetGroup'));
    } else if (found && found.HealthCheckPath !== service.health.path) {
      findings.push(fail('target group', `${group} asks ${found.HealthCheckPath} for health, ${name} answers on ${service.health.path}`, `aws elbv2 modify-target-group --target-group-arn ${found.TargetGroupArn} --health-check-path ${service.health.path}`));
    }
  }
  return findings;
}
