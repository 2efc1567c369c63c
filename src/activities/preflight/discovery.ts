import {
  GetNamespaceCommand,
  paginateListNamespaces,
  paginateListServices,
  type DnsConfig,
  type ServiceFilter,
  type ServiceSummary,
} from '@aws-sdk/client-servicediscovery';
import type { Finding, Network } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import { describeHostedZone } from '../aws/hosted-zone';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { listZones } from './private-zones';
import { findingsOf, unlessDenied } from './reading';
import {
  sayDiscoveryDiffers,
  sayDiscoveryUnchecked,
  sayNamespace,
  sayNamespaceElsewhere,
  sayNamespaceTaken,
} from './texts/cluster';

/** Peers find each other by A records of all tasks. */
const WANTED = 'A TTL 10, MULTIVALUE';

/**
 * The namespace and its services, where they are there already: what they answer otherwise
 * can't be changed in Cloud Map.
 */
export async function lookAtDiscovery(deps: Deps, plan: Plan, network: Network): Promise<Look> {
  const findings: Finding[] = [];
  const namespaces = await listNamespaces(deps, plan.namespace);
  if (namespaces.length === 0) findings.push(...(await findingsOf(findOtherZone(deps, plan, network))));
  for (const id of namespaces) {
    const ofNamespace = await unlessDenied(judgeNamespace(deps, plan, id, network));
    if (ofNamespace) findings.push(ofNamespace);
    const services = await unlessDenied(listServices(deps, id));
    for (const service of services ?? []) {
      const isPlans = service.Name! in plan.services;
      if (isPlans) findings.push(...judgeService(plan, service));
    }
  }
  return {
    findings,
  };
}

/** ARNs of the discovery services of the plan's namespace, by name. */
export async function listRegistries(deps: Deps, { namespace }: Plan): Promise<Map<string, string>> {
  const ids = await listNamespaces(deps, namespace);
  const services = await Promise.all(ids.map((id) => listServices(deps, id)));
  return new Map(services.flat().map(({ Name, Arn }) => [Name!, Arn!]));
}

/** A private zone of the namespace's name that is not Cloud Map's: it takes the place of the one that it would make. */
async function findOtherZone(deps: Deps, { namespace, region }: Plan, { vpcId }: Network): Promise<Finding[]> {
  if (vpcId === '') return [];
  const zones = await listZones(deps, region, vpcId);
  const taken = zones.filter(({ name }) => name === namespace);
  return taken.map(({ id }) => sayNamespaceTaken(namespace, id, vpcId));
}

async function listNamespaces(deps: Deps, name: string): Promise<string[]> {
  const { discovery } = deps.clients;
  const ids: string[] = [];
  for await (const page of paginateListNamespaces(
    {
      client: discovery,
    },
    {},
  )) {
    for (const { Id, Name, Type } of page.Namespaces ?? []) {
      if (Name === name && Type === 'DNS_PRIVATE') ids.push(Id!);
    }
  }
  return ids;
}

async function judgeNamespace(deps: Deps, plan: Plan, id: string, { vpcId }: Network): Promise<Finding> {
  const { namespace, region } = plan;
  const zone = await findZone(deps, id);
  const vpcs = zone ? (await describeHostedZone(deps, zone)).vpcs : [];
  if (vpcId === '' || vpcs.includes(vpcId)) return sayNamespace(namespace);
  return sayNamespaceElsewhere(
    {
      namespace,
      zone,
      region,
      vpcId,
    },
    vpcs,
  );
}

/** The hosted zone that answers for a namespace. */
async function findZone(deps: Deps, namespaceId: string): Promise<string | undefined> {
  const { discovery } = deps.clients;
  const command = new GetNamespaceCommand({
    Id: namespaceId,
  });
  const { Namespace } = await discovery.send(command);
  return Namespace?.Properties?.DnsProperties?.HostedZoneId;
}

async function listServices(deps: Deps, namespaceId: string): Promise<ServiceSummary[]> {
  const { discovery } = deps.clients;
  const services: ServiceSummary[] = [];
  const inNamespace: ServiceFilter = {
    Name: 'NAMESPACE_ID',
    Values: [namespaceId],
    Condition: 'EQ',
  };
  const pages = paginateListServices(
    {
      client: discovery,
    },
    {
      Filters: [inNamespace],
    },
  );
  for await (const { Services = [] } of pages) services.push(...Services);
  return services;
}

function judgeService(plan: Plan, service: ServiceSummary): Finding[] {
  const { Name, Id, DnsConfig: config, HealthCheckCustomConfig: check } = service;
  const records = describeRecords(config);
  const name = `${Name}.${plan.namespace}`;
  if (records !== WANTED) return [sayDiscoveryDiffers(name, Id, records, WANTED)];
  return check ? [] : [sayDiscoveryUnchecked(name, Id)];
}

function describeRecords(config: DnsConfig | undefined): string {
  const records = config?.DnsRecords ?? [];
  const texts = records.map(({ Type, TTL }) => `${Type} TTL ${TTL}`);
  const answers = texts.join(', ') || 'without DNS';
  const routing = config?.RoutingPolicy ?? 'no routing';
  return `${answers}, ${routing}`;
}
