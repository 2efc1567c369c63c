import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';
import type { LoadBalancer } from './load-balancers';
import type { RestoreRequest, SavedRecord } from './records';
import type { Owner } from './resources';

/** A moving name whose record is one of ours, whichever run has written it. */
export interface StandingRecord {
  name: string;
  /** its hosted zone; absent: the plan's */
  zone?: string;
  /** `fold`: the ECS record alone */
  shape: 'pair' | 'fold';
  /** percent on ECS */
  weight: number;
  /** what the host's side of the pair was made of, without its old TTL; absent: only ECS's is left */
  saved?: SavedRecord;
}

/** A service of this stack that has tasks, and the run that has made it. */
interface StandingService {
  service: string;
  count: number;
  run: string;
  /** CloudWatch dimension; absent: no load balancer leads to it */
  targetGroup?: string;
}

/** A host of the plan as it is now. */
export interface RemainingHost {
  instanceId: string;
  state: string;
  /** the run that has stopped it, by its mark; absent: none has */
  run?: string;
  publicIp?: string;
  privateIp?: string;
}

/** What runs of this stack have left in the account, by their marks. */
export interface Remains {
  records: StandingRecord[];
  services: StandingService[];
  /** all of the plan, those that nobody has stopped too */
  hosts: RemainingHost[];
  /** names that were given back and that somebody has edited since, each with what it reads and should; absent: none */
  edits?: { name: string; text: string }[];
  /** null: there is none */
  loadBalancer: Pick<LoadBalancer, 'dnsName' | 'hostedZoneId' | 'dimension'> | null;
  /** where the plan has one, and it is there */
  ingest?: {
    loadBalancer: Pick<LoadBalancer, 'dnsName' | 'hostedZoneId' | 'dimension'>;
  };
}

export interface RemainsActivities {
  /** reads SetIdentifiers, tags and states, and changes nothing; `restored`: what was given back by now */
  findRemains(input: { plan: Plan; owner: Owner; restored?: RestoreRequest[] }): Promise<Remains>;
}

export const REMAINS_ATTEMPTS: AttemptsOf<RemainsActivities> = {
  findRemains: 'quick',
};
