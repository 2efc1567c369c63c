import {
  ChangeResourceRecordSetsCommand,
  type ChangeResourceRecordSetsCommandInput,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  DeleteNamespaceCommand,
  DeleteServiceCommand,
  ListServicesCommand,
  RegisterInstanceCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-servicediscovery';
import type { Account, Change } from './account';

const OWNER = { Key: 'owner', Value: 'somebody' };

function change(
  { world }: Account,
  Action: 'CREATE' | 'UPSERT',
  record: Partial<ResourceRecordSet>,
): ChangeResourceRecordSetsCommandInput {
  const ResourceRecordSet = {
    Name: 'grafana.example.com',
    Type: 'CNAME' as const,
    TTL: 60,
    ResourceRecords: [{ Value: 'a.example.com' }],
    ...record,
  };
  return {
    HostedZoneId: world.hostedZoneId,
    ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
  };
}

/** Of names: Route 53 and Cloud Map: each changes one attribute, on what the ones before have left. */
export const NAME_CHANGES: Change[] = [
  [
    'ChangeResourceRecordSets: a TTL',
    (account) =>
      account.clients.route53.send(new ChangeResourceRecordSetsCommand(change(account, 'UPSERT', { TTL: 61 }))),
  ],
  [
    'ChangeResourceRecordSets: a value',
    (account) =>
      account.clients.route53.send(
        new ChangeResourceRecordSetsCommand(
          change(account, 'UPSERT', { TTL: 61, ResourceRecords: [{ Value: 'b.example.com' }] }),
        ),
      ),
  ],
  [
    'ChangeResourceRecordSets: a weighted record',
    (account) =>
      account.clients.route53.send(
        new ChangeResourceRecordSetsCommand(
          change(account, 'CREATE', {
            Name: 'w.example.com',
            SetIdentifier: 'a',
            Weight: 1,
          }),
        ),
      ),
  ],
  [
    'ChangeResourceRecordSets: a weight',
    (account) =>
      account.clients.route53.send(
        new ChangeResourceRecordSetsCommand(
          change(account, 'UPSERT', {
            Name: 'w.example.com',
            SetIdentifier: 'a',
            Weight: 2,
          }),
        ),
      ),
  ],
  [
    'ChangeResourceRecordSets: a set identifier',
    (account) =>
      account.clients.route53.send(
        new ChangeResourceRecordSetsCommand(
          change(account, 'CREATE', {
            Name: 'w.example.com',
            SetIdentifier: 'b',
            Weight: 2,
          }),
        ),
      ),
  ],
  [
    'ChangeResourceRecordSets: a health check',
    (account) =>
      account.clients.route53.send(
        new ChangeResourceRecordSetsCommand(
          change(account, 'UPSERT', {
            Name: 'w.example.com',
            SetIdentifier: 'b',
            Weight: 2,
            HealthCheckId: 'a',
          }),
        ),
      ),
  ],
  [
    'CreateService: another in Cloud Map',
    (account) =>
      account.clients.discovery.send(new CreateServiceCommand({ Name: 'other', NamespaceId: account.namespace })),
  ],
  [
    'UpdateService: its TTL in Cloud Map',
    (account) =>
      account.clients.discovery.send(
        new UpdateServiceCommand({
          Id: account.discovered,
          Service: { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 11 }] } },
        }),
      ),
  ],
  [
    'RegisterInstance',
    (account) =>
      account.clients.discovery.send(
        new RegisterInstanceCommand({
          ServiceId: account.discovered,
          InstanceId: 'a',
          Attributes: { AWS_INSTANCE_IPV4: '10.0.2.9' },
        }),
      ),
  ],
  [
    'TagResource: of a service in Cloud Map',
    (account) =>
      account.clients.discovery.send(new TagResourceCommand({ ResourceARN: account.discoveredArn, Tags: [OWNER] })),
  ],
  [
    'DeleteService: of Cloud Map',
    (account) => account.clients.discovery.send(new DeleteServiceCommand({ Id: account.discovered })),
  ],
  [
    'DeleteService: all others of Cloud Map, which keep their namespace',
    async ({ clients: { discovery } }) => {
      const { Services = [] } = await discovery.send(new ListServicesCommand({}));
      for (const { Id } of Services) await discovery.send(new DeleteServiceCommand({ Id }));
    },
  ],
  [
    'DeleteNamespace',
    (account) => account.clients.discovery.send(new DeleteNamespaceCommand({ Id: account.namespace })),
  ],
  [
    'CreatePrivateDnsNamespace: another',
    (account) =>
      account.clients.discovery.send(
        new CreatePrivateDnsNamespaceCommand({ Name: 'other.local', Vpc: account.world.vpcId }),
      ),
  ],
];
