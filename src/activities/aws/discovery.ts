import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  DeleteNamespaceCommand,
  DeleteServiceCommand,
  GetOperationCommand,
  ListTagsForResourceCommand,
  paginateListNamespaces,
  paginateListServices,
  type DnsConfig,
  type HealthCheckCustomConfig,
  type ServiceFilter,
} from '@aws-sdk/client-servicediscovery';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { OwnedName, Owner, Ownership, Resource } from '../../contract/resources';
import type { Deps } from '../clients';
import { buildToken, ownershipOf, tagsOf } from '../owner';
import { pollUntil } from '../pacing';
import { cloudMapFailed, cloudMapLate } from './texts';

const POLL_MS = 500;
/** A namespace takes about a minute; what takes longer is a human's to look at. */
const LONGEST_MS = 10 * 60_000;

/**
 * Cloud Map answers with up to 8 addresses at once;
 * WEIGHTED would give memberlist one peer at a time.
 */
const DNS_CONFIG: DnsConfig = {
  RoutingPolicy: 'MULTIVALUE',
  DnsRecords: [
    {
      Type: 'A',
      TTL: 10,
    },
  ],
};

/**
 * ECS tells Cloud Map which tasks are healthy, and only those are answered with; without it all of them are. It can't be
 * added later. Source: AWS, "AWS Cloud Map service health check configuration"; API reference of HealthCheckCustomConfig.
 */
const HEALTH_CHECK: HealthCheckCustomConfig = { FailureThreshold: 1 };

/** A discovery service; `id` is its ARN, and Cloud Map deletes by `serviceId`. */
interface DiscoveryService extends Resource {
  serviceId: string;
}

/** Finds Cloud Map's private namespace, or creates it and waits for it, so many milliseconds at most. */
export async function ensureNamespace(
  deps: Deps,
  input: InputOf<'ensureNamespace'>,
  mostMs = LONGEST_MS,
): Promise<Resource> {
  const { owner, name, vpcId } = input;
  const found = await findNamespace(deps, input);
  if (found) return found;
  const command = new CreatePrivateDnsNamespaceCommand({
    Name: name,
    Vpc: vpcId,
    Description: 'LGTM Stack Service Discovery',
    CreatorRequestId: buildToken(owner, name),
    Tags: tagsOf(owner),
  });
  const { OperationId } = await deps.clients.discovery.send(command);
  await waitForOperation(deps, OperationId!, mostMs);
  const created = await findNamespace(deps, input);
  return {
    ...created!,
    ownership: 'created',
  };
}

/** Deletes the namespace if this run created it. */
export async function removeNamespace(deps: Deps, input: OwnedName): Promise<void> {
  const found = await findNamespace(deps, input);
  if (found?.ownership !== 'created') return;
  await deps.clients.discovery.send(new DeleteNamespaceCommand({ Id: found.id }));
}

/** Finds a service's name in the namespace, or creates it. */
export async function ensureDiscoveryService(deps: Deps, input: InputOf<'ensureDiscoveryService'>): Promise<Resource> {
  const { owner, name, namespaceId } = input;
  const found = await findDiscoveryService(deps, input, namespaceId);
  if (found)
    return {
      id: found.id,
      ownership: found.ownership,
    };
  const command = new CreateServiceCommand({
    Name: name,
    NamespaceId: namespaceId,
    CreatorRequestId: buildToken(owner, name),
    Tags: tagsOf(owner),
    DnsConfig: DNS_CONFIG,
    HealthCheckCustomConfig: HEALTH_CHECK,
  });
  const { Service } = await deps.clients.discovery.send(command);
  return {
    id: Service!.Arn!,
    ownership: 'created',
  };
}

/** Deletes a service's name from the namespace if this run created it. */
export async function removeDiscoveryService(deps: Deps, input: InputOf<'removeDiscoveryService'>): Promise<void> {
  const namespace = await findNamespace(deps, {
    owner: input.owner,
    name: input.namespace,
  });
  const found = namespace && (await findDiscoveryService(deps, input, namespace.id));
  if (found?.ownership !== 'created') return;
  const command = new DeleteServiceCommand({ Id: found.serviceId });
  await deps.clients.discovery.send(command);
}

async function findNamespace(deps: Deps, { owner, name }: OwnedName): Promise<Resource | undefined> {
  const { discovery } = deps.clients;
  for await (const { Namespaces = [] } of paginateListNamespaces({ client: discovery }, {})) {
    const found = Namespaces.find(({ Name, Type }) => Name === name && Type === 'DNS_PRIVATE');
    if (!found) continue;
    const ownership = await readOwnership(deps, found.Arn!, owner);
    return {
      id: found.Id!,
      ownership,
    };
  }
  return undefined;
}

async function findDiscoveryService(
  deps: Deps,
  { owner, name }: OwnedName,
  namespaceId: string,
): Promise<DiscoveryService | undefined> {
  const { discovery } = deps.clients;
  const inNamespace: ServiceFilter = {
    Name: 'NAMESPACE_ID',
    Values: [namespaceId],
    Condition: 'EQ',
  };
  const pages = paginateListServices({ client: discovery }, { Filters: [inNamespace] });
  for await (const { Services = [] } of pages) {
    const found = Services.find(({ Name }) => Name === name);
    if (!found) continue;
    const ownership = await readOwnership(deps, found.Arn!, owner);
    return {
      id: found.Arn!,
      serviceId: found.Id!,
      ownership,
    };
  }
  return undefined;
}

async function readOwnership(deps: Deps, arn: string, owner: Owner): Promise<Ownership> {
  const { discovery } = deps.clients;
  const command = new ListTagsForResourceCommand({ ResourceARN: arn });
  const { Tags } = await discovery.send(command);
  return ownershipOf(Tags, owner);
}

/** @throws with Cloud Map's own reason and type; CloudMapLate where it takes longer than it may */
async function waitForOperation(deps: Deps, operationId: string, mostMs: number): Promise<void> {
  const { discovery } = deps.clients;
  const began = Date.now();
  const look = async () => {
    const command = new GetOperationCommand({ OperationId: operationId });
    const { Operation } = await discovery.send(command);
    if (Operation?.Status === 'FAIL') {
      const type = Operation.ErrorCode ?? 'CloudMapFailed';
      throw ApplicationFailure.nonRetryable(cloudMapFailed(Operation.ErrorMessage), type);
    }
    if (Operation?.Status === 'SUCCESS') return true;
    if (Date.now() - began <= mostMs) return undefined;
    throw ApplicationFailure.nonRetryable(cloudMapLate(operationId, mostMs), 'CloudMapLate');
  };
  await pollUntil(look, POLL_MS, () => ({ operationId }));
}
