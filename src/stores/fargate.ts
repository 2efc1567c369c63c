import type { Settings } from './settings';

/** What a configuration must say on Fargate, whatever it said on a host. */
export interface FargateEdit {
  /** `**` stands for whatever leads there; such a path is edited only where it is given */
  path: string;
  /** absent: it may not be given */
  value?: string | number | boolean | string[];
  /** what holds without it: where that is right nothing is written */
  byDefault?: string;
  /** flags that set it, where they are not called as the path; `*` for any beginning */
  flags?: string[];
  /** only where it is given, or its block is */
  only?: 'given' | 'block given';
  /** the first version that has the key */
  since?: string;
  /** stands beside the edit, and in the report */
  why: string;
}

/** All that Fargate demands of a store. */
export interface Fargate {
  edits(settings: Settings): FargateEdit[];
  /** by which data that is not in S3 of AWS would be written there from now on: only after its loss was accepted */
  moveToS3(settings: Settings): FargateEdit[];
  /** keys that name a folder of files which come along: rules, templates */
  folders: string[];
  /** where its image works, which relative paths start from */
  directory: string;
  /**
   * Lines of its entrypoint's switches.sh: what only one of two stacks may do is left out by a flag, which comes last
   * and so overrules both the file and the flags that come along.
   */
  switches(settings: Settings): string[];
}

const OWN_ADDRESS = 'eth0 of a task is link-local: only the task knows by which address the others reach it';
const OWN_RING = 'the tasks gossip among themselves and never join a ring of the host';
const OWN_NAME = 'each task has a name of its own in the ring: two of one name push each other out';
const NO_ZONE = 'no task is told its zone: with awareness of zones none would be found for a copy';
const OWN_COPIES = 'as many copies as there are tasks to hold them';
const PLAN_PORT = 'the port at which the plan, its health check and the other services look for it';
const EVERYWHERE = 'the load balancer and the other tasks come by the address of the task';
const TOGETHER = 'tasks that start together find no records yet, and look again';

export const ALONE = 'every task does all of it: there is no other service of it to go to';
export const ONE_TASK = 'one task is a ring by itself';
export const FLUSHED = "a task's disk is lost with it: what it holds goes to S3 before it ends";
export const SEEN_AT_ONCE = 'what a stopped task has shipped must be found again at once';
export const LEAVES = 'a task that ends never comes back under its name';

/** What a task does; the entrypoint says it. */
export const TARGET: FargateEdit = {
  path: 'target',
  value: '${LGTM_TARGET}',
  why: `${ALONE}, but for what another stack still does`,
};

/** Where it listens. Source: grafana/dskit server/server.go, RegisterFlags. */
export function listen(port: number): FargateEdit[] {
  const removals = ['http_listen_address', 'grpc_listen_address'];
  return [
    {
      path: 'server.http_listen_port',
      value: port,
      why: PLAN_PORT,
    },
    {
      path: 'server.grpc_listen_port',
      value: 9095,
      byDefault: '9095',
      why: PLAN_PORT,
    },
    ...removals.map((key) => ({
      path: `server.${key}`,
      why: EVERYWHERE,
    })),
  ];
}

/** How tasks find each other. Source: grafana/dskit kv/memberlist/memberlist_client.go, RegisterFlagsWithPrefix. */
export function gossip(name: string): FargateEdit[] {
  const removals = ['node_name', 'bind_addr', 'advertise_port'];
  return [
    {
      path: 'memberlist.cluster_label',
      value: `lgtm-${name}`,
      why: OWN_RING,
    },
    {
      path: 'memberlist.join_members',
      value: [`dns+${name}.\${DOMAIN}:7946`],
      flags: ['memberlist.join'],
      why: OWN_RING,
    },
    {
      path: 'memberlist.advertise_addr',
      value: '${TASK_IP}',
      why: OWN_ADDRESS,
    },
    {
      path: 'memberlist.bind_port',
      value: 7946,
      byDefault: '7946',
      why: PLAN_PORT,
    },
    {
      path: 'memberlist.rejoin_interval',
      value: '30s',
      why: TOGETHER,
    },
    {
      path: 'memberlist.abort_if_cluster_join_fails',
      value: false,
      byDefault: 'false',
      flags: ['memberlist.abort-if-join-fails'],
      why: TOGETHER,
    },
    ...removals.map((key) => ({
      path: `memberlist.${key}`,
      flags: [`memberlist.${key.replaceAll('_', '-')}`, 'memberlist.nodename'],
      why: OWN_ADDRESS,
    })),
  ];
}

/** A ring that must be set: without it a component looks for its address at the network interfaces. */
export function ring(path: string, store = 'memberlist'): FargateEdit[] {
  return [
    {
      path: `${path}.instance_addr`,
      value: '${TASK_IP}',
      why: OWN_ADDRESS,
    },
    {
      path: `${path}.kvstore.store`,
      value: store,
      why: OWN_RING,
    },
  ];
}

/** How many hold the same. */
export function copies(path: string, ...flags: string[]): FargateEdit {
  return {
    path,
    value: '${REPLICATION_FACTOR}',
    flags,
    why: OWN_COPIES,
  };
}

/** What any ring may say of the host, wherever it stands. Source: grafana/dskit ring/lifecycler.go, RegisterFlags. */
export function anyRing(store = 'memberlist'): FargateEdit[] {
  return [
    {
      path: '**.kvstore.store',
      value: store,
      flags: ['ring.store', '*.ring.store', '*-ring.store'],
      why: store === 'memberlist' ? OWN_RING : ONE_TASK,
    },
    {
      path: '**.instance_addr',
      value: '${TASK_IP}',
      flags: ['*.instance-addr'],
      why: OWN_ADDRESS,
    },
    {
      path: '**.lifecycler.address',
      value: '${TASK_IP}',
      flags: ['ingester.lifecycler.addr'],
      why: OWN_ADDRESS,
    },
    ...listHostKeys(),
  ];
}

/** `port` and `id` of a lifecycler have no name of their own in YAML, which takes the field's in small letters. */
function listHostKeys(): FargateEdit[] {
  const keys: Record<string, string[]> = {
    '**.instance_interface_names': ['*.instance-interface-names'],
    '**.lifecycler.interface_names': ['ingester.lifecycler.interface'],
    '**.instance_port': ['*.instance-port'],
    '**.lifecycler.port': ['ingester.lifecycler.port'],
  };
  const names: Record<string, string[]> = {
    '**.instance_id': ['*.instance-id'],
    '**.lifecycler.id': ['ingester.lifecycler.ID'],
  };
  const zones: Record<string, string[]> = {
    '**.zone_awareness_enabled': ['*.zone-awareness-enabled'],
    '**.instance_availability_zone': ['*.instance-availability-zone'],
    '**.lifecycler.availability_zone': ['ingester.availability-zone'],
  };
  return [...takeOut(keys, OWN_ADDRESS), ...takeOut(names, OWN_NAME), ...takeOut(zones, NO_ZONE)];
}

function takeOut(paths: Record<string, string[]>, why: string): FargateEdit[] {
  return Object.entries(paths).map(([path, flags]) => ({
    path,
    flags,
    why,
  }));
}

/** Addresses of its own other services, which there are none of. */
export function nowhereElse(paths: Record<string, string[]>): FargateEdit[] {
  return takeOut(paths, ALONE);
}

const ACCEPTED = 'its data lay on the host, whose loss was accepted: from now on it goes to S3';

/** Edits by which a block writes to the plan's bucket. */
export function intoBucket(values: Record<string, string>, removed: string[] = []): FargateEdit[] {
  const set = Object.entries(values).map(([path, value]) => ({
    path,
    value,
    why: ACCEPTED,
  }));
  const out = removed.map((path) => ({
    path,
    why: ACCEPTED,
  }));
  return [...set, ...out];
}

export const REGION_ENDPOINT = 's3.${REGION}.amazonaws.com';
