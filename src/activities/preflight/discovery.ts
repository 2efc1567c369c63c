import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import {
  GetNamespaceCommand,
  paginateListNamespaces,
  paginateListServices,
  type DnsConfig,
  type ServiceSummary,
} from '@aws-sdk/client-servicediscovery';
import type { Finding, Network } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { sayDiscoveryDiffers, sayNamespace, sayNamespaceElsewhere } from './texts/cluster';

/** Peers find each other by A records of all tasks. */
const WANTED = 'A TTL 10, MULTIVALUE';

/** The namespace and its services, where they are there already: what they answer otherwise can't be changed in Cloud Map. */
export async function lookAtDiscovery(deps: Deps, plan: Plan, network: Network): Promise<Look> {
  const findings: Finding[] = [];
  for (const id of await listNamespaces(deps, plan.namespace)) {
    findings.push(await judgeNamespace(deps, plan, id, network));
    const services = await listServices(deps, id);
    const own = services.filter(({ Name }) => Name! in plan.services);
    findings.push(...own.flatMap((service) => judgeService(plan, service)));
  }
  return { findings };
}

async function listNamespaces({ clients: { discovery } }: Deps, name: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { Namespaces = [] } of paginateListNamespaces({ client: discovery }, {})) {
    const own = Namespaces.filter(({ Name, Type }) => Name === name && Type === 'DNS_PRIVATE');
    ids.push(...own.map(({ Id }) => Id!));
  }
  return ids;
}

async function judgeNamespace(deps: Deps, plan: Plan, id: string, { vpcId }: Network): Promise<Finding> {
  const { discovery, route53 } = deps.clients;
  const { Namespace } = await discovery.send(new GetNamespaceCommand({ Id: id }));
  const zone = Namespace?.Properties?.DnsProperties?.HostedZoneId;
  const { VPCs = [] } = zone ? await route53.send(new GetHostedZoneCommand({ Id: zone })) : {};
  const vpcs = VPCs.map(({ VPCId }) => VPCId);
  if (vpcId === '' || vpcs.includes(vpcId as (typeof vpcs)[number])) return sayNamespace(plan.namespace);
  const place = { namespace: plan.namespace, zone, region: plan.region, vpcId };
  return sayNamespaceElsewhere(place, vpcs);
}

async function listServices({ clients: { discovery } }: Deps, namespaceId: string): Promise<ServiceSummary[]> {
  const services: ServiceSummary[] = [];
  const pages = paginateListServices(
    { client: discovery },
    { Filters: [{ Name: 'NAMESPACE_ID', Values: [namespaceId], Condition: 'EQ' }] },
  );
  for await (const { Services = [] } of pages) services.push(...Services);
  return services;
}

function judgeService(plan: Plan, { Name, Id, DnsConfig: config }: ServiceSummary): Finding[] {
  const records = describeRecords(config);
  if (records === WANTED) return [];
  return [sayDiscoveryDiffers(`${Name}.${plan.namespace}`, Id, records, WANTED)];
}

function describeRecords(config: DnsConfig | undefined): string {
  const records = config?.DnsRecords?.map(({ Type, TTL }) => `${Type} TTL ${TTL}`);
  return `${records?.join(', ') || 'without DNS'}, ${config?.RoutingPolicy ?? 'no routing'}`;
}
