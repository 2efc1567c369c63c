import {
  CreateLoadBalancerCommand,
  type LoadBalancer as AwsLoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ApplicationFailure } from '@temporalio/activity';
import type { IngestBalancerRequest } from '../../contract/ingest';
import type { LoadBalancer } from '../../contract/load-balancers';
import type { Deps } from '../clients';
import { tagsOf } from '../owner';
import { setAttribute } from './balancer-attributes';
import { describe, findLoadBalancer, readOwnership, waitUntilActive } from './load-balancer';
import { noNetworkBalancer } from './texts';

/** A task in one zone takes what comes in by the other, as it is with a single task. */
export const CROSS_ZONE = {
  Key: 'load_balancing.cross_zone.enabled',
  Value: 'true',
};

/**
 * Finds the network load balancer, or creates it, and waits until it is active.
 * @throws Conflict where another kind of load balancer has its name
 */
export async function ensureIngestBalancer(deps: Deps, request: IngestBalancerRequest): Promise<LoadBalancer> {
  const { owner, name } = request;
  const found = await findLoadBalancer(deps, name);
  if (found) requireNetwork(name, found);
  const arn = found?.LoadBalancerArn ?? (await createBalancer(deps, request));
  const ownership = found ? await readOwnership(deps, arn, owner) : 'created';
  // of a found one too: the attempt that created it may have ended before this
  if (ownership === 'created') await setAttribute(deps, arn, CROSS_ZONE);
  const active = await waitUntilActive(deps, name);
  return {
    ...describe(active),
    ownership,
  };
}

function requireNetwork(name: string, { Type }: AwsLoadBalancer): void {
  if (Type !== 'network') throw ApplicationFailure.nonRetryable(noNetworkBalancer(name, Type), 'Conflict');
}

/** Its security group is given here: one that is made without can have none later. */
async function createBalancer(deps: Deps, request: IngestBalancerRequest): Promise<string> {
  const command = new CreateLoadBalancerCommand({
    Name: request.name,
    Subnets: request.subnets,
    SecurityGroups: [request.securityGroup],
    Scheme: 'internal',
    Type: 'network',
    Tags: tagsOf(request.owner),
  });
  const { LoadBalancers } = await deps.clients.elb.send(command);
  return LoadBalancers![0]!.LoadBalancerArn!;
}
