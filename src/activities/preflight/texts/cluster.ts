/**
 * What preflight says of what is there already: marks of other migrations, ECR, ECS and
 * Cloud Map.
 */
import type { Finding } from '../../../contract/findings';
import { MIGRATION_TAG } from '../../owner';
import { fail, pass, warn } from '../finding';

export function sayHostIsAnothers(instanceId: string, mark: string | undefined): Finding {
  const command = `aws ec2 delete-tags --resources ${instanceId} --tags Key=${MIGRATION_TAG}`;
  return fail(
    'host',
    `${instanceId} carries the mark of another migration, ${mark}`,
    `let that migration end or roll back first; if it is gone: ${command}`,
  );
}

export function sayRepository(repository: string): Finding {
  return pass('repository', `repository ${repository} is there`);
}

export function sayTagsMutable(repository: string): Finding {
  return warn(
    'repository',
    `repository ${repository} has mutable tags`,
    'deploys go by digest; make its tags immutable when you can',
  );
}

export function sayNoImage(repository: string): Finding {
  return warn('image', `repository ${repository} holds no image`, 'push one; the deploy holds until it is there');
}

export function sayCluster(cluster: string): Finding {
  return pass('cluster', `cluster ${cluster} is adopted`);
}

export function sayClusterIsAnothers(cluster: string, mark: string): Finding {
  return fail(
    'cluster',
    `cluster ${cluster} carries the mark of another migration, ${mark}`,
    'name another cluster, or let that migration end first',
  );
}

export function sayClusterWithoutFargate(cluster: string): Finding {
  const providers = '--capacity-providers FARGATE FARGATE_SPOT';
  const strategy = '--default-capacity-provider-strategy capacityProvider=FARGATE,weight=1';
  return fail(
    'cluster',
    `cluster ${cluster} has no capacity provider FARGATE`,
    `aws ecs put-cluster-capacity-providers --cluster ${cluster} ${providers} ${strategy}`,
  );
}

/** @param run that has made it */
export function sayServiceRuns(service: string, count: number, run = 'unknown'): Finding {
  return pass('service', `${service} runs ${count} of an earlier run of this stack (${run}), and is taken over`);
}

/** @param differences in words: the run uses it, and changes nothing of it */
export function sayServiceDiffers(cluster: string, service: string, differences: string[]): Finding {
  return fail(
    'service',
    `service ${service} is somebody else's and differs: ${differences.join('; ')}`,
    makeServiceAnew(cluster, service),
  );
}

/** @param signals of the plan that read what only it publishes */
export function sayNoInsights(cluster: string, signals: string[]): Finding {
  const settings = '--settings name=containerInsights,value=enabled';
  return fail(
    'cluster',
    `cluster ${cluster} has no Container Insights: ${signals.join(', ')} would never have data, and its gate hold for ever`,
    `aws ecs update-cluster-settings --cluster ${cluster} ${settings}`,
  );
}

/** @param missing in words: `no target group` */
export function sayServiceUnreached(cluster: string, service: string, missing: string[]): Finding {
  return fail(
    'service',
    `service ${service} is somebody else's and has ${missing.join(' and ')}: nobody would reach it`,
    makeServiceAnew(cluster, service),
  );
}

export function sayServiceCount(service: string, tasks: number | undefined, wanted: number): Finding {
  return fail(
    'service',
    `service ${service} is somebody else's and has ${tasks} tasks, the plan wants ${wanted}`,
    `set services.${service}.count, or scale it`,
  );
}

export function sayServiceElsewhere(cluster: string, service: string, vpc: string, wanted: string): Finding {
  return fail(
    'service',
    `service ${service} is somebody else's and runs in ${vpc}, the others will in ${wanted}`,
    makeServiceAnew(cluster, service),
  );
}

export function sayServiceWithoutGroup(cluster: string, service: string, group: string): Finding {
  const effect = 'neither its peers nor the load balancer reach it';
  return fail(
    'service',
    `service ${service} is somebody else's and does not have security group ${group}: ${effect}`,
    makeServiceAnew(cluster, service),
  );
}

function makeServiceAnew(cluster: string, service: string): string {
  const command = `aws ecs delete-service --cluster ${cluster} --service ${service} --force`;
  return `${command}, if nobody uses it; the run makes it anew`;
}

export function sayNamespace(namespace: string): Finding {
  return pass('namespace', `namespace ${namespace} is adopted`);
}

/** A private namespace, and where it has to be answered. */
export interface NamespacePlace {
  namespace: string;
  zone: string | undefined;
  region: string;
  vpcId: string;
}

export function sayNamespaceElsewhere(place: NamespacePlace, vpcs: (string | undefined)[]): Finding {
  const { namespace, zone, region, vpcId } = place;
  const command = `aws route53 associate-vpc-with-hosted-zone --hosted-zone-id ${zone}`;
  return fail(
    'namespace',
    `namespace ${namespace} answers in ${vpcs.join(', ') || 'no VPC'}, the tasks will be in ${vpcId}`,
    `${command} --vpc VPCRegion=${region},VPCId=${vpcId}`,
  );
}

export function sayNamespaceTaken(namespace: string, zone: string, vpc: string): Finding {
  return fail(
    'namespace',
    `${vpc} has a private zone of the name ${namespace} already, ${zone}: Cloud Map can't make its own`,
    'take another namespace, or delete that zone where nobody needs it',
  );
}

/** @param records what it answers, in words */
export function sayDiscoveryDiffers(name: string, id: string | undefined, records: string, wanted: string): Finding {
  return fail('discovery', `discovery service ${name} is ${records}; it must be ${wanted}`, remakeDiscovery(id));
}

export function sayDiscoveryUnchecked(name: string, id: string | undefined): Finding {
  const effect = 'it answers with tasks that are not healthy yet, or no more';
  return warn('discovery', `discovery service ${name} has no HealthCheckCustomConfig: ${effect}`, remakeDiscovery(id));
}

function remakeDiscovery(id: string | undefined): string {
  return `aws servicediscovery delete-service --id ${id}, once nothing is registered; the run makes it anew`;
}
