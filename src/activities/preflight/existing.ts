import { DescribeImagesCommand as DescribeEcrImages, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, DescribeClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeListenersCommand, DescribeLoadBalancersCommand, DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRoleCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
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
  return (await Promise.all([repositories(deps, plan), roles(deps, plan), cluster(deps, plan, owner), loadBalancer(deps, plan)])).flat();
}

async function repositories({ clients: { ecr } }: Deps, plan: Plan): Promise<Finding[]> {
  const findings = await Promise.all(Object.entries(plan.services).map(async ([name, service]): Promise<Finding[]> => {
    const repository = service.repository ?? `lgtm-${name}`;
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
    if (!ours && service.desiredCount !== wanted) findings.push(fail('service', `service ${service.serviceName} is somebody else's and has ${service.desiredCount} tasks, the plan wants ${wanted}`, `set services.${service.serviceName}.count, or scale it`));
  }
  return findings;
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
    if (https && https.DefaultActions?.[0]?.Type !== 'fixed-response') findings.push(warn('listener', `the default action of ${plan.loadBalancer.name} is ${https.DefaultActions?.[0]?.Type}`, 'a fixed 503 is safer: Alloy tries it again and drops data on a 404'));
  }
  for (const [name, service] of Object.entries(plan.services).filter(([, { expose }]) => expose)) {
    const group = service.expose!.targetGroup ?? `lgtm-${name}-tg`;
    const found = (await orNothing(elb.send(new DescribeTargetGroupsCommand({ Names: [group] })), 'TargetGroupNotFound'))?.TargetGroups?.[0];
    if (found && (found.Port !== service.port || found.TargetType !== 'ip')) {
      findings.push(fail('target group', `${group} is for ${found.TargetType} port ${found.Port}, ${name} needs ip port ${service.port}`, 'delete it, or name another in expose.targetGroup'));
    }
  }
  return findings;
}
