import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import type { Service } from '@aws-sdk/client-ecs';
import type { Finding, Network } from '../../contract/findings';
import { isRouted } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from '../absence';
import { describeServices } from '../aws/service';
import { listDifferences, type WantedService } from './foreign-service';
import { findingsOf, unlessDenied } from './reading';
import {
  sayServiceCount,
  sayServiceDiffers,
  sayServiceElsewhere,
  sayServiceUnreached,
  sayServiceWithoutGroup,
} from './texts/cluster';

/** The plan's services as ECS has them, with their tags; none without their cluster. */
export async function readServices(deps: Deps, { cluster, services }: Plan): Promise<Service[]> {
  const asking = describeServices(deps, cluster, Object.keys(services));
  return (await orNothing(asking, 'ClusterNotFound')) ?? [];
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
  wanted: WantedService,
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
  const differences = (await unlessDenied(listDifferences(deps, plan, service, wanted))) ?? [];
  if (differences.length > 0) {
    findings.push(sayServiceDiffers(plan.cluster, name, differences));
  }
  return [...findings, ...(await findingsOf(judgePlace(deps, plan, service, network)))];
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
  return {
    subnets,
    securityGroups,
  };
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
