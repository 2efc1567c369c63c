import type { LoadBalancer, TargetGroup } from '../../contract/load-balancers';

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
  targetGroups: Record<string, TargetGroup>;
}

/** The services as they run: what the gates look at and what a scale-out changes. */
export interface Release extends Platform {
  counts: Record<string, number>;
  /** `<uri>@sha256:…` of each */
  images: Record<string, string>;
  /** ARN of each one's task definition */
  definitions: Record<string, string>;
}
