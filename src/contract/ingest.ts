import type { IngestPort } from '../plan/ingest';
import type { AttemptsOf } from './attempts';
import type { LoadBalancer } from './load-balancers';
import type { OwnedName, Owner, Resource } from './resources';

/** Who may come to a port: what the hosts' security groups admit there, and what the plan adds. */
export interface PortSources extends Pick<IngestPort, 'port' | 'protocol'> {
  ranges: string[];
  /** ids of security groups */
  groups: string[];
  /** ids of prefix lists */
  prefixLists: string[];
}

/** What preflight found out of the ingest. */
export interface IngestSurvey {
  ports: IngestPort[];
  sources: PortSources[];
}

/** Where a port of the ingest leads. */
export interface IngestGroup extends Resource, IngestPort {
  /** `targetgroup/<name>/<id>`, the CloudWatch dimension */
  dimension: string;
}

/** The internal load balancer that takes the hosts' place for senders. */
export interface Ingest {
  loadBalancer: LoadBalancer;
  groups: IngestGroup[];
}

export interface IngestBalancerRequest extends OwnedName {
  subnets: string[];
  securityGroup: string;
}

export interface IngestGroupRequest extends OwnedName {
  vpcId: string;
  port: IngestPort;
  health: { port: number; path: string };
}

/** A port of a load balancer, by its ARN. */
interface ListenerName {
  owner: Owner;
  loadBalancer: string;
  port: Pick<IngestPort, 'port' | 'protocol'>;
}

/** The ingest: a network load balancer, its security group, and a target group and a listener for each port. */
export interface IngestActivities {
  ensureIngestSecurityGroup(input: OwnedName & { vpcId: string; sources: PortSources[] }): Promise<Resource>;
  ensureIngestBalancer(input: IngestBalancerRequest): Promise<LoadBalancer>;
  ensureIngestGroup(input: IngestGroupRequest): Promise<IngestGroup>;
  /** `targetGroup`: ARN */
  ensureIngestListener(input: ListenerName & { targetGroup: string }): Promise<Resource>;
  removeIngestListener(input: ListenerName): Promise<void>;
}

export const INGEST_ATTEMPTS: AttemptsOf<IngestActivities> = {
  ensureIngestSecurityGroup: 'quick',
  ensureIngestBalancer: 'waiting',
  ensureIngestGroup: 'quick',
  ensureIngestListener: 'quick',
  removeIngestListener: 'quick',
};
