import {
  ModifyLoadBalancerAttributesCommand,
  type LoadBalancerAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Deps } from '../clients';

/** Sets an attribute of a load balancer; the same again changes nothing. */
export async function setAttribute({ clients }: Deps, arn: string, attribute: LoadBalancerAttribute): Promise<void> {
  const command = new ModifyLoadBalancerAttributesCommand({
    LoadBalancerArn: arn,
    Attributes: [attribute],
  });
  await clients.elb.send(command);
}
