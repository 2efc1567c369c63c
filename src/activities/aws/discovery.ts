import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  DeleteNamespaceCommand,
  DeleteServiceCommand,
  GetOperationCommand,
  ListTagsForResourceCommand,
  paginateListNamespaces,
  paginateListServices,
} from '@aws-sdk/client-servicediscovery';
import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { until } from '../pacing';
import { ownershipOf, tagsOf } from '../owner';
import type { Activities } from '../../contract/activities';
import type { Resource, Owner } from '../../contract/resources';

const POLL_MS = 500;

/** Cloud Map: the private namespace and a discovery service per ECS service. `id` of a service is its ARN. */
export function discoveryActivities({ clients: { discovery } }: Deps) {
  async function owned(arn: string, owner: Owner): Promise<Resource['ownership']> {
    const { Tags } = await discovery.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    return ownershipOf(Tags, owner);
  }

  async function findNamespace(name: string, owner: Owner): Promise<Resource | undefined> {
    for await (const { Namespaces = [] } of paginateListNamespaces({ client: discovery }, {})) {
      const found = Namespaces.find((entry) => entry.Name === name && entry.Type === 'DNS_PRIVATE');
      if (found) return { id: found.Id!, ownership: await owned(found.Arn!, owner) };
    }
    return undefined;
  }

  async function findService(
    name: string,
    namespaceId: string,
    owner: Owner,
  ): Promise<(Resource & { serviceId: string }) | undefined> {
    const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [namespaceId], Condition: 'EQ' as const }];
    for await (const { Services = [] } of paginateListServices({ client: discovery }, { Filters })) {
      const found = Services.find((entry) => entry.Name === name);
      if (found) return { id: found.Arn!, serviceId: found.Id!, ownership: await owned(found.Arn!, owner) };
    }
    return undefined;
  }

  async function done(operationId: string): Promise<void> {
    await until(
      async () => {
        const { Operation } = await discovery.send(new GetOperationCommand({ OperationId: operationId }));
        if (Operation?.Status === 'FAIL')
          throw ApplicationFailure.nonRetryable(
            `Cloud Map: ${Operation.ErrorMessage}`,
            Operation.ErrorCode ?? 'CloudMapFailed',
          );
        return Operation?.Status === 'SUCCESS' ? true : undefined;
      },
      POLL_MS,
      () => ({ operationId }),
    );
  }

  return {
    async ensureNamespace({ owner, name, vpcId }) {
      const found = await findNamespace(name, owner);
      if (found) return found;
      const { OperationId } = await discovery.send(
        new CreatePrivateDnsNamespaceCommand({
          Name: name,
          Vpc: vpcId,
          Description: 'LGTM Stack Service Discovery',
          CreatorRequestId: `${owner.run}-${name}`,
          Tags: tagsOf(owner),
        }),
      );
      await done(OperationId!);
      return { ...(await findNamespace(name, owner))!, ownership: 'created' };
    },

    async removeNamespace({ owner, name }) {
      const found = await findNamespace(name, owner);
      if (found?.ownership === 'created') await discovery.send(new DeleteNamespaceCommand({ Id: found.id }));
    },

    async ensureDiscoveryService({ owner, name, namespaceId }) {
      const found = await findService(name, namespaceId, owner);
      if (found) return { id: found.id, ownership: found.ownership };
      const { Service } = await discovery.send(
        new CreateServiceCommand({
          Name: name,
          NamespaceId: namespaceId,
          CreatorRequestId: `${owner.run}-${name}`,
          Tags: tagsOf(owner),
          // up to 8 addresses in one answer: WEIGHTED would give memberlist one peer at a time
          DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 10 }] },
        }),
      );
      return { id: Service!.Arn!, ownership: 'created' };
    },

    async removeDiscoveryService({ owner, name, namespace }) {
      const space = await findNamespace(namespace, owner);
      const found = space && (await findService(name, space.id, owner));
      if (found?.ownership === 'created') await discovery.send(new DeleteServiceCommand({ Id: found.serviceId }));
    },
  } satisfies Partial<Activities>;
}
