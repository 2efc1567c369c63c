import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  type LoadBalancer as AwsLoadBalancer,
  type LoadBalancerSchemeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ApplicationFailure } from '@temporalio/activity';
import type { LoadBalancer, LoadBalancerRequest } from '../../contract/load-balancers';
import type { OwnedName, Owner, Ownership } from '../../contract/resources';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { isOurs, ownershipOf, tagsOf } from '../owner';
import { pollUntil } from '../pacing';
import { setAttribute } from './balancer-attributes';
import { balancerFailed, balancerLate } from './texts';

const POLL_MS = 500;

/**
 * Grafana lets a query take minutes; AWS's default ends the connection after 60 s.
 * Source: AWS, "Application Load Balancer attributes": idle_timeout.timeout_seconds.
 */
export const IDLE_TIMEOUT = {
  Key: 'idle_timeout.timeout_seconds',
  Value: '300',
};

/** Finds the load balancer, or creates it, and waits until it is active. */
export async function ensureLoadBalancer(deps: Deps, request: LoadBalancerRequest): Promise<LoadBalancer> {
  const { owner, name } = request;
  const found = await findLoadBalancer(deps, name);
  const arn = found?.LoadBalancerArn ?? (await createLoadBalancer(deps, request));
  const active = await waitUntilActive(deps, name);
  const ownership = found ? await readOwnership(deps, arn, owner) : 'created';
  // of a found one too: the attempt that created it may have ended before this
  if (ownership === 'created') await setAttribute(deps, arn, IDLE_TIMEOUT);
  return {
    ...describe(active),
    ownership,
  };
}

/** A load balancer as it is, whoever made it; undefined: there is none of this name. */
export async function describeLoadBalancer(
  deps: Deps,
  name: string,
): Promise<Omit<LoadBalancer, 'ownership'> | undefined> {
  const found = await findLoadBalancer(deps, name);
  return found && describe(found);
}

/** What the contract has of a load balancer. */
export function describe(found: AwsLoadBalancer): Omit<LoadBalancer, 'ownership'> {
  const id = found.LoadBalancerArn!;
  return {
    id,
    dnsName: found.DNSName!,
    hostedZoneId: found.CanonicalHostedZoneId!,
    dimension: dimensionOf(id),
    ...(found.State?.Code === IMPAIRED && { impaired: found.State.Reason ?? '' }),
  };
}

/** Deletes the load balancer if this run created it. */
export async function removeLoadBalancer(deps: Deps, { owner, name }: OwnedName): Promise<void> {
  const found = await findLoadBalancer(deps, name);
  if (!found) return;
  const ownership = await readOwnership(deps, found.LoadBalancerArn!, owner);
  if (ownership !== 'created') return;
  const command = new DeleteLoadBalancerCommand({
    LoadBalancerArn: found.LoadBalancerArn,
  });
  await deps.clients.elb.send(command);
}

/** Whose a load balancer, a target group, a listener or a rule is, by its tags. */
export async function readOwnership(deps: Deps, arn: string, owner: Owner): Promise<Ownership> {
  const { elb } = deps.clients;
  const command = new DescribeTagsCommand({
    ResourceArns: [arn],
  });
  const { TagDescriptions = [] } = await elb.send(command);
  return ownershipOf(TagDescriptions[0]?.Tags, owner);
}

/** Whether this migration made one, in this run or one before. */
export async function readOwner({ clients }: Deps, arn: string, owner: Owner): Promise<boolean> {
  const { TagDescriptions = [] } = await clients.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  return isOurs(TagDescriptions[0]?.Tags, owner);
}

/** A load balancer by its name, of whatever kind. */
export async function findLoadBalancer(deps: Deps, name: string): Promise<AwsLoadBalancer | undefined> {
  const { elb } = deps.clients;
  try {
    const command = new DescribeLoadBalancersCommand({
      Names: [name],
    });
    const { LoadBalancers } = await elb.send(command);
    return LoadBalancers?.[0];
  } catch (error) {
    if (isAws(error, 'LoadBalancerNotFound')) return undefined;
    throw error;
  }
}

async function createLoadBalancer(deps: Deps, request: LoadBalancerRequest): Promise<string> {
  const command = new CreateLoadBalancerCommand({
    Name: request.name,
    Subnets: request.subnets,
    SecurityGroups: [request.securityGroup],
    Scheme: request.scheme as LoadBalancerSchemeEnum,
    Type: 'application',
    Tags: tagsOf(request.owner),
  });
  const { LoadBalancers } = await deps.clients.elb.send(command);
  return LoadBalancers![0]!.LoadBalancerArn!;
}

/** It serves, and lacks what it needs to scale. Source: AWS, API reference of LoadBalancerState. */
export const IMPAIRED = 'active_impaired';

/** AWS takes some minutes; what takes longer is a human's to look at. */
const LONGEST_MS = 15 * 60_000;

/**
 * Until it takes connections.
 * @throws LoadBalancerFailed where AWS could not set it up; LoadBalancerLate where it takes longer than it may
 */
export function waitUntilActive(deps: Deps, name: string, mostMs = LONGEST_MS): Promise<AwsLoadBalancer> {
  const began = Date.now();
  const look = async () => {
    const found = await findLoadBalancer(deps, name);
    const { Code, Reason } = found?.State ?? {};
    if (Code === 'failed') throw ApplicationFailure.nonRetryable(balancerFailed(name, Reason), 'LoadBalancerFailed');
    if (Code === 'active' || Code === IMPAIRED) return found;
    if (Date.now() - began <= mostMs) return undefined;
    throw ApplicationFailure.nonRetryable(balancerLate(name, Code, mostMs), 'LoadBalancerLate');
  };
  return pollUntil(look, POLL_MS, () => ({
    name,
    waiting: 'active',
  }));
}

/** `app/<name>/<id>`, `net/<name>/<id>`: how CloudWatch names a load balancer. */
function dimensionOf(arn: string): string {
  return arn.split('loadbalancer/')[1]!;
}
