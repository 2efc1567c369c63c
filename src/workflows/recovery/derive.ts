import type { SavedRecord } from '../../contract/records';
import type { Remains, RemainingHost, StandingRecord } from '../../contract/remains';
import type { Undo } from '../../contract/undos';
import { COLLECTOR } from '../../plan/defaults';
import { toMilliseconds } from '../../plan/duration';
import { listSenderNames, nameRecord } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { describeHost, joinIds } from '../moves/hosts';
import { createPairRequests, listRecordUndos } from '../moves/pairs';
import * as texts from './texts';

/** A way back that is made from what stands, where no ledger can be asked. */
export interface Derivation {
  undos: Undo[];
  /** what is not as it was before, or not known to be, in words */
  derived: string[];
}

/** The undos of a run whose ledger is gone: hosts, traffic, tasks and records; nothing that was created is deleted. */
export function deriveUndos(plan: Plan, remains: Remains): Derivation {
  const { records, services } = remains;
  const saved = records.map((record) => markSenders(plan, deriveRecord(plan, record, remains.hosts)));
  const hosts = remains.hosts.filter((host) => hasToStart(host, records));
  const names = services.map(({ service }) => service);
  return {
    undos: [
      ...restoreRecords(plan, remains, saved),
      ...names.map((service) => stopService(plan, service)),
      ...hosts.map((host) => startHost(plan, host)),
    ],
    derived: [
      ...saved.map((record) => tellRecord(plan, record)),
      ...tellUnmarkedCnames(saved),
      ...(names.length > 0 ? [texts.deriveCounts(names)] : []),
      ...hosts.map(({ instanceId }) => texts.deriveContainers(instanceId)),
      ...tellUnknown(plan, remains),
    ],
  };
}

/** Why there is no way back, each with the way out; empty: there is one. */
export function findObstacles({ hosts }: Remains): string[] {
  const ended = hosts.filter(({ state }) => state === 'terminated').map(({ instanceId }) => instanceId);
  return ended.length > 0 ? [texts.tellTerminated(ended)] : [];
}

/** The same of a way back that is derived: a name whose old record is gone takes the address of a host. */
export function findDerivedObstacles(plan: Plan, { records, hosts, loadBalancer, ingest }: Remains): string[] {
  const ofSenders = records.filter(({ name }) => listSenderNames(plan).includes(name)).map(({ name }) => name);
  const lost = records.filter(({ saved }) => saved === undefined).map(({ name }) => name);
  const isKnown = listAddresses(hosts).length > 0;
  const ids = hosts.map(({ instanceId }) => instanceId);
  return [
    ...(records.length > 0 && !loadBalancer ? [texts.tellNoLoadBalancer(plan.loadBalancer.name)] : []),
    ...(ofSenders.length > 0 && !ingest ? [texts.tellNoIngest(ofSenders, plan.ingest?.name)] : []),
    ...(lost.length > 0 && !isKnown ? [texts.tellNoAddress(lost, ids)] : []),
  ];
}

/** A host serves while some of a name leads there; one that a run began to stop may be on its way. */
function hasToStart({ state, run }: RemainingHost, records: StandingRecord[]): boolean {
  const isFolded = records.length > 0 && records.every(({ shape }) => shape === 'fold');
  return state !== 'running' || run !== undefined || isFolded;
}

/** Where users find the hosts: one that is stopped may have had a public address, and have lost it. */
function listAddresses(hosts: RemainingHost[]): string[] {
  const addresses = hosts.map(
    ({ state, publicIp, privateIp }) => publicIp ?? (state === 'running' ? privateIp : undefined),
  );
  return addresses.filter((address) => address !== undefined);
}

/** A pair does not say who comes by it; the plan does. */
function markSenders(plan: Plan, record: SavedRecord): SavedRecord {
  const isForSenders = listSenderNames(plan).includes(record.name);
  return isForSenders
    ? {
        ...record,
        to: 'ingest',
      }
    : record;
}

/** The record before, as far as what stands tells it. */
function deriveRecord({ shift }: Plan, { name, zone, saved }: StandingRecord, hosts: RemainingHost[]): SavedRecord {
  const { ttl } = shift;
  const place =
    zone === undefined
      ? {}
      : {
          zone,
        };
  if (!saved) {
    const values = listAddresses(hosts);
    return {
      name,
      ...place,
      original: {
        name,
        type: 'A',
        ttl,
        values,
      },
    };
  }
  const { original, target } = saved;
  return {
    name,
    ...place,
    original: {
      ...original,
      ttl: original.ttl ?? ttl,
    },
    ...(target && {
      target,
    }),
    ...(saved.moved && {
      moved: saved.moved,
    }),
  };
}

function restoreRecords(plan: Plan, { loadBalancer, ingest }: Remains, saved: SavedRecord[]): Undo[] {
  if (saved.length === 0 || !loadBalancer) return [];
  const pairs = createPairRequests(
    {
      plan,
    },
    saved,
    {
      loadBalancer,
      ...(ingest && { ingest }),
    },
  );
  return listRecordUndos(pairs, plan.source.instances);
}

const stopService = ({ cluster, deploy }: Plan, service: string): Undo => ({
  id: `scale ${service} to 0`,
  stage: 'scale',
  verb: 'restoreService',
  input: {
    cluster,
    service,
    count: 0,
    timeoutMs: toMilliseconds(deploy.steadyTimeout),
  },
});

const startHost = (plan: Plan, host: RemainingHost): Undo => ({
  id: `start ${host.instanceId} and its containers`,
  stage: 'host',
  verb: 'startHost',
  input: describeHost(
    {
      plan,
    },
    host,
  ),
});

function tellRecord({ shift }: Plan, { original, moved, ...record }: SavedRecord): string {
  const name = nameRecord(record);
  const { type, values = [], ttl = shift.ttl } = original;
  if (!moved) return texts.deriveAddress(name, values, ttl);
  return type === 'CNAME' ? texts.deriveCname(name, values.join(), ttl) : texts.deriveTtl(name, ttl);
}

/**
 * A user's name that was a CNAME of a sender's has had the host's addresses in its pair, as one that was an A record:
 * nothing marks which it was.
 */
function tellUnmarkedCnames(saved: SavedRecord[]): string[] {
  const senders = saved.filter(({ to }) => to === 'ingest');
  const users = saved.filter(({ to, moved }) => to === undefined && moved !== undefined);
  return users.flatMap((user) => {
    const sender = senders.find((other) => leadsAlike(user, other));
    return sender ? [texts.deriveUnmarkedCname(nameRecord(user), sender.name)] : [];
  });
}

function leadsAlike({ original }: SavedRecord, other: SavedRecord): boolean {
  const { type, values = [] } = original;
  return type === 'A' && values.length > 0 && values.join() === other.original.values?.join();
}

/** What a ledger would say and the account does not. */
function tellUnknown(plan: Plan, { hosts }: Remains): string[] {
  const { cleanup, grafana, ingestion } = plan;
  const ids = joinIds(hosts);
  return [
    ...(cleanup === 'delete' ? [texts.deriveCleanup()] : []),
    ...(grafana.database === 'move' ? [texts.deriveGrafana(ids)] : []),
    ...(listSenderNames(plan).length > 0 ? [texts.deriveSenders(ids)] : []),
    ...(ingestion.dualWrite ? [texts.deriveDualWrite(COLLECTOR, ids)] : []),
  ];
}
