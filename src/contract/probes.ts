import type { AttemptsOf } from './attempts';
import type { Owner } from './resources';

/** Where a probe runs: a task of its own in the private subnets, as one of the tasks. */
export interface ProbePlace {
  owner: Owner;
  cluster: string;
  region: string;
  /** by digest; it has sh, curl and grep */
  image: string;
  executionRole: string;
  /** ARN of the role that the task itself has; absent: none */
  taskRole?: string;
  subnets: string[];
  securityGroup: string;
  logGroup: string;
}

/** A question that a probe asks; `purpose` is unique in the run. */
export interface ProbeRequest {
  probe: ProbePlace;
  purpose: string;
}

/** A ring to be proven: every task must see `count` active members. */
export interface Ring {
  service: string;
  port: number;
  path: string;
  count: number;
}

/** A service as its peers ask it: by its name in the namespace, at the path at which it says that it is ready. */
export interface PeerName {
  service: string;
  /** `http://mimir.lgtm.local:9009` */
  origin: string;
  path: string;
}

/** Where a store keeps what it has: the bucket, and what its keys begin with. */
export interface StoragePlace {
  service: string;
  bucket: string;
  /** without a slash at its end; empty: the whole bucket */
  prefix: string;
}

/** A moving name that is asked through the load balancer. */
export interface AskedName {
  name: string;
  paths: string[];
  /** CloudWatch dimension of the group that its requests have to reach */
  targetGroup: string;
}

/** Users' requests, sent by a probe through the load balancer. */
export interface UserRequests {
  probe: ProbePlace;
  loadBalancer: {
    dnsName: string;
    /** CloudWatch's */
    dimension: string;
  };
  names: AskedName[];
}

export interface ReachRequest extends UserRequests {
  purpose: string;
  /** of a data point, in ms */
  periodMs: number;
  /** epoch ms: what was counted before is not of these requests */
  since: number;
  /** how long CloudWatch may take to count them, in ms */
  timeoutMs: number;
}

/** Names whose requests do not reach their group, and those of which nobody can say it: each in words. */
export interface ReachCheck {
  problems: string[];
  unknown: { name: string; why: string }[];
}

export interface ProbeActivities {
  /** what of the rings is not closed, and names that are not answered, each in words; absent: nobody asked for names */
  checkRings(
    input: ProbeRequest & { rings: Ring[]; names: PeerName[] },
  ): Promise<{ problems: string[]; unanswered?: string[] }>;
  /** what S3 refuses to the tasks' role, in words */
  checkStorage(input: ProbeRequest & { places: StoragePlace[] }): Promise<{ problems: string[] }>;
  checkReach(input: ReachRequest): Promise<ReachCheck>;
}

export const PROBE_ATTEMPTS: AttemptsOf<ProbeActivities> = {
  checkRings: 'waiting',
  checkStorage: 'waiting',
  checkReach: 'waiting',
};
