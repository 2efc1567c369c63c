import type { Ingest } from './ingest';
import type { LoadBalancer, TargetGroup } from './load-balancers';

/** What the services are put on. */
export interface Platform {
  /** ARNs of the roles */
  executionRole: string;
  taskRole: string;
  taskSecurityGroup: string;
  cluster: string;
  /** name → ARN */
  secrets: Record<string, string>;
  /** service → ARN of its Cloud Map service */
  discovery: Record<string, string>;
  loadBalancer: LoadBalancer;
  /** by services that are in them */
  targetGroups: Record<string, TargetGroup>;
  /** to which no rule leads, and in which nobody is; absent: it was found as it runs */
  idleGroups?: TargetGroup[];
  /** where the plan has one */
  ingest?: Ingest;
}
