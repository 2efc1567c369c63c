import { DescribeSubnetsCommand, type Subnet } from '@aws-sdk/client-ec2';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../contract/findings';
import type { Deps } from '../clients';
import { sayZonesUnserved } from './texts/network';

/** Subnets by their ids; at least one. */
export async function readSubnets({ clients }: Deps, ids: string[]): Promise<Subnet[]> {
  const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: ids }));
  return Subnets;
}

/**
 * A load balancer sends nothing to tasks in a zone that it does not serve.
 * @param subnets those of the tasks
 */
export function judgeZones(name: string, balancer: LoadBalancer, subnets: Subnet[]): Finding[] {
  const { AvailabilityZones = [], LoadBalancerArn } = balancer;
  const served = AvailabilityZones.map(({ ZoneName }) => ZoneName);
  const zones = subnets.map(({ AvailabilityZone }) => AvailabilityZone);
  const unserved = zones.filter((zone) => !served.includes(zone));
  if (unserved.length === 0) return [];
  return [sayZonesUnserved(name, LoadBalancerArn, served, unserved)];
}
