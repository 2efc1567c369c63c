import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { Service } from '@aws-sdk/client-ecs';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { RecordSet } from '../../contract/records';
import type { Remains, RemainingHost, StandingRecord } from '../../contract/remains';
import { nameTargetGroup, zoneOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { findGroup } from '../aws/listener-rule';
import { describeLoadBalancer } from '../aws/load-balancer';
import { readRecordSets } from '../aws/record-change';
import { listEdits } from '../aws/record-restore';
import { findService } from '../aws/service';
import { dimensionOf } from '../aws/target-group';
import type { Deps } from '../clients';
import { findRun, isOurs } from '../owner';
import { collect } from '../pages';
import { orNothing } from '../absence';
import { describeHost } from './hosts';
import { findTrace } from './record-trace';

type Request = InputOf<'findRemains'>;

/** What stands of a run of this stack, in whatever state it was when it ended; what is not there does not stand. */
export async function findRemains(deps: Deps, request: Request): Promise<OutputOf<'findRemains'>> {
  const { plan, restored = [] } = request;
  const balancer = await describeLoadBalancer(deps, plan.loadBalancer.name);
  const ingest = plan.ingest && (await describeLoadBalancer(deps, plan.ingest.name));
  const names = plan.records.map((record) => {
    const found = record.to === 'ingest' ? ingest : balancer;
    return findRecord(deps, plan, record, found?.dnsName.toLowerCase());
  });
  const services = Object.keys(plan.services).map((name) => findStandingService(deps, request, name));
  const [records, running, hosts, edits] = await Promise.all([
    Promise.all(names),
    Promise.all(services),
    findHosts(deps, request),
    Promise.all(restored.map((each) => listEdits(deps, each))),
  ]);
  return {
    records: records.filter((record) => record !== undefined),
    services: running.filter((service) => service !== undefined),
    hosts,
    ...(edits.flat().length > 0 && { edits: edits.flat() }),
    loadBalancer: balancer
      ? {
          dnsName: balancer.dnsName,
          hostedZoneId: balancer.hostedZoneId,
          dimension: balancer.dimension,
        }
      : null,
    ...(ingest && {
      ingest: {
        loadBalancer: {
          dnsName: ingest.dnsName,
          hostedZoneId: ingest.hostedZoneId,
          dimension: ingest.dimension,
        },
      },
    }),
  };
}

async function findRecord(
  deps: Deps,
  plan: Plan,
  { name, zone }: Plan['records'][number],
  balancer: string | undefined,
): Promise<StandingRecord | undefined> {
  const hostedZone = zoneOf(plan, {
    zone,
  });
  const read = (of: string) => orNothing(readRecordSets(deps, hostedZone, of), 'NoSuchHostedZone');
  const trace = findTrace((await read(name)) ?? [], plan.name, balancer);
  if (!trace) return undefined;
  const standing = {
    ...trace,
    ...(zone !== undefined && {
      zone,
    }),
  };
  const target = trace.saved?.target;
  if (!target) return standing;
  const [found = target] = (await read(target.name)) ?? ([] as RecordSet[]);
  return {
    ...standing,
    saved: {
      ...trace.saved!,
      target: found,
    },
  };
}

async function findStandingService(
  deps: Deps,
  { plan: { cluster, services }, owner }: Request,
  name: string,
): Promise<Remains['services'][number] | undefined> {
  const found = await orNothing(findService(deps, cluster, name), 'ClusterNotFound');
  if (found?.status !== 'ACTIVE' || !isOurs(found.tags, owner)) return undefined;
  return describeTasks(found, services[name] && nameTargetGroup(name, services[name]));
}

/**
 * undefined: none is there or asked for.
 * @param group name of the load balancer's; others are the ingest's
 */
function describeTasks(found: Service, group?: string): Remains['services'][number] | undefined {
  const { desiredCount = 0, runningCount = 0, loadBalancers } = found;
  const count = Math.max(desiredCount, runningCount);
  if (count === 0) return undefined;
  const arn = group === undefined ? undefined : findGroup(loadBalancers, group);
  return {
    service: found.serviceName!,
    count,
    run: findRun(found.tags) ?? 'unknown',
    ...(arn !== undefined && {
      targetGroup: dimensionOf(arn),
    }),
  };
}

/** By filter: one that EC2 has forgotten is no error, and gone. */
async function findHosts(deps: Deps, { plan, owner }: Request): Promise<RemainingHost[]> {
  const ids = plan.source.instances;
  const Reservations = await collect(
    paginateDescribeInstances(
      { client: deps.clients.ec2 },
      {
        Filters: [
          {
            Name: 'instance-id',
            Values: ids,
          },
        ],
      },
    ),
    (page) => page.Reservations,
  );
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  return Promise.all(
    ids.map(async (instanceId) => {
      const instance = instances.find(({ InstanceId }) => InstanceId === instanceId);
      if (!instance)
        return {
          instanceId,
          state: 'terminated',
        };
      const { state, publicIp, privateIp } = await describeHost(deps, instance);
      const run = isOurs(instance.Tags, owner) ? findRun(instance.Tags) : undefined;
      return {
        instanceId,
        state,
        ...(run !== undefined && {
          run,
        }),
        ...(publicIp !== undefined && {
          publicIp,
        }),
        ...(privateIp !== undefined && {
          privateIp,
        }),
      };
    }),
  );
}
