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

export interface ProbeActivities {
  /** what of the rings is not closed, in words */
  checkRings(input: ProbeRequest & { rings: Ring[] }): Promise<{ problems: string[] }>;
}

export const PROBE_ATTEMPTS: AttemptsOf<ProbeActivities> = { checkRings: 'waiting' };
