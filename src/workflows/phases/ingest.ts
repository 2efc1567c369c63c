import type { IngestSurvey, Ingest, IngestGroup } from '../../contract/ingest';
import type { Network } from '../../contract/findings';
import type { LoadBalancer } from '../../contract/load-balancers';
import type { Resource, TaskGroupRequest } from '../../contract/resources';
import type { IngestPort } from '../../plan/ingest';
import { nameIngestGroup } from '../../plan/names';
import { ensureResource } from '../engine/resource';
import type { Run } from '../engine/run';

/** What the hosts let in at their ports, the ingest lets in. */
export function ensureIngestSecurityGroup(run: Run, vpcId: string, { sources }: IngestSurvey): Promise<Resource> {
  const name = run.plan.ingest!.securityGroup;
  const owned = {
    owner: run.owner,
    name,
    vpcId,
  };
  run.writeUndo({
    id: `take our own rules off security group ${name}`,
    stage: 'restore',
    verb: 'removeSecurityGroupRules',
    input: owned,
  });
  return ensureResource(run, {
    name: `security group ${name}`,
    ensure: 'ensureIngestSecurityGroup',
    input: {
      ...owned,
      sources,
    },
    removal: {
      verb: 'removeSecurityGroup',
      input: owned,
    },
  });
}

/** Where it sends what comes in, and where it asks who is ready. */
export function describeArrivals(
  run: Run,
  group: Resource,
  { ports }: IngestSurvey,
): NonNullable<TaskGroupRequest['ingest']> {
  const arrivals = ports.flatMap(({ service, targetPort, protocol }) => [
    {
      port: targetPort,
      protocol,
    },
    {
      port: run.plan.services[service]!.port,
      protocol: 'tcp' as const,
    },
  ]);
  const byPort = new Map(arrivals.map((arrival) => [`${arrival.port}/${arrival.protocol}`, arrival]));
  return {
    securityGroup: group.id,
    ports: [...byPort.values()],
  };
}

/** The ports at which senders reached the hosts, on a load balancer of their own. */
export async function ensureIngest(
  run: Run,
  network: Network,
  { ports }: IngestSurvey,
  securityGroup: Promise<Resource>,
): Promise<Ingest> {
  const balancing = ensureBalancer(run, network, await securityGroup);
  const groups = ports.map((port) => ensureGroup(run, network, port));
  const loadBalancer = await balancing;
  const made = await Promise.all(groups);
  await Promise.all(made.map((group) => ensureListener(run, loadBalancer, group)));
  return {
    loadBalancer,
    groups: made,
  };
}

function ensureBalancer(run: Run, network: Network, securityGroup: Resource): Promise<LoadBalancer> {
  const owned = {
    owner: run.owner,
    name: run.plan.ingest!.name,
  };
  return ensureResource(run, {
    name: `load balancer ${owned.name}`,
    ensure: 'ensureIngestBalancer',
    input: {
      ...owned,
      subnets: network.privateSubnets,
      securityGroup: securityGroup.id,
    },
    removal: {
      verb: 'removeLoadBalancer',
      input: owned,
    },
  });
}

function ensureGroup(run: Run, { vpcId }: Network, port: IngestPort): Promise<IngestGroup> {
  const { services, ingest } = run.plan;
  const service = services[port.service]!;
  const owned = {
    owner: run.owner,
    name: nameIngestGroup(ingest!.name, port),
  };
  return ensureResource(run, {
    name: `target group ${owned.name}`,
    ensure: 'ensureIngestGroup',
    input: {
      ...owned,
      vpcId,
      port,
      health: {
        port: service.port,
        path: service.health.path,
      },
    },
    removal: {
      verb: 'removeTargetGroup',
      input: owned,
    },
  });
}

function ensureListener(run: Run, { id }: LoadBalancer, group: IngestGroup): Promise<Resource> {
  const { port, protocol, service } = group;
  const listener = {
    owner: run.owner,
    loadBalancer: id,
    port: {
      port,
      protocol,
    },
  };
  return ensureResource(run, {
    name: `listener ${port}/${protocol}`,
    ensure: 'ensureIngestListener',
    input: {
      ...listener,
      targetGroup: group.id,
    },
    summary: `port ${port} → ${service}`,
    removal: {
      verb: 'removeIngestListener',
      input: listener,
    },
  });
}
