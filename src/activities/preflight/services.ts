import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { DescribeServicesCommand, type Service } from '@aws-sdk/client-ecs';
import type { Finding, Network } from '../../contract/findings';
import { isRouted } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from './absence';
import { sayServiceCount, sayServiceElsewhere, sayServiceUnreached, sayServiceWithoutGroup } from './texts/cluster';

/** Services that DescribeServices takes at once. */
const DESCRIBED = 10;

/** The plan's services as ECS has them, with their tags. */
export async function readServices(deps: Deps, { cluster, services }: Plan): Promise<Service[]> {
  const names = Object.keys(services);
  const found: Service[] = [];
  for (let from = 0; from < names.length; from += DESCRIBED) {
    const { ecs } = deps.clients;
    const some = names.slice(from, from + DESCRIBED);
    const asking = ecs.send(
      new DescribeServicesCommand({
        cluster,
        services: some,
        include: ['TAGS'],
      }),
    );
    const answer = await orNothing(asking, 'ClusterNotFound');
    found.push(...(answer?.services ?? []));
  }
  return found;
}

/**
 * A service that somebody made by hand is used as it is: it must be what the run would
 * have made, where that matters.
 */
export async function judgeForeignService(
  deps: Deps,
  plan: Plan,
  service: Service,
  network: Network,
): Promise<Finding[]> {
  const name = service.serviceName!;
  const { count, expose } = plan.services[name]!;
  const findings: Finding[] = [];
  const missing: string[] = [];
  if (isRouted(plan.loadBalancer.scheme, expose) && !service.loadBalancers?.length) {
    missing.push('no target group');
  }
  if (!service.serviceRegistries?.length) {
    missing.push('no discovery service');
  }
  if (missing.length > 0) {
    findings.push(sayServiceUnreached(plan.cluster, name, missing));
  }
  if (service.desiredCount !== count) {
    findings.push(sayServiceCount(name, service.desiredCount, count));
  }
  return [...findings, ...(await judgePlace(deps, plan, service, network))];
}

async function judgePlace(
  deps: Deps,
  { cluster, network: { taskSecurityGroup } }: Plan,
  service: Service,
  { vpcId }: Network,
): Promise<Finding[]> {
  const name = service.serviceName!;
  const { subnets, securityGroups } = readPlace(service);
  if (vpcId === '' || subnets.length === 0) return [];
  const [vpcs, groups] = await Promise.all([listVpcs(deps, subnets), listGroupNames(deps, securityGroups)]);
  const elsewhere = vpcs.find((vpc) => vpc !== vpcId);
  if (elsewhere) return [sayServiceElsewhere(cluster, name, elsewhere, vpcId)];
  if (groups.includes(taskSecurityGroup)) return [];
  return [sayServiceWithoutGroup(cluster, name, taskSecurityGroup)];
}

function readPlace({ networkConfiguration }: Service) {
  const { subnets = [], securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
  return { subnets, securityGroups };
}

/** The VPC of each subnet. */
async function listVpcs(deps: Deps, subnets: string[]): Promise<string[]> {
  const { ec2 } = deps.clients;
  const command = new DescribeSubnetsCommand({ SubnetIds: subnets });
  const { Subnets = [] } = await ec2.send(command);
  return Subnets.map(({ VpcId }) => VpcId!);
}

async function listGroupNames(deps: Deps, ids: string[]): Promise<string[]> {
  const { ec2 } = deps.clients;
  // asked without an id, EC2 lists all of them
  if (ids.length === 0) return [];
  const command = new DescribeSecurityGroupsCommand({ GroupIds: ids });
  const { SecurityGroups = [] } = await ec2.send(command);
  return SecurityGroups.map(({ GroupName }) => GroupName!);
}
