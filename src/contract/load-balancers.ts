import type { AttemptsOf } from './attempts';
import type { OwnedName, Owner, Resource } from './resources';

export interface LoadBalancer extends Resource {
  dnsName: string;
  hostedZoneId: string;
  /** `app/<name>/<id>`, the CloudWatch dimension */
  dimension: string;
  /** why it can't scale, in AWS's words; absent: it can */
  impaired?: string;
}

export interface TargetGroup extends Resource {
  service: string;
  /** `targetgroup/<name>/<id>`, the CloudWatch dimension */
  dimension: string;
}

export interface LoadBalancerRequest extends OwnedName {
  scheme: string;
  subnets: string[];
  securityGroup: string;
}

export interface TargetGroupRequest extends OwnedName {
  service: string;
  vpcId: string;
  port: number;
  healthPath: string;
  /** seconds */
  deregistrationDelay: number;
}

export interface ListenerRuleRequest {
  owner: Owner;
  /** ARN */
  listener: string;
  host: string;
  paths: string[];
  /** CIDRs; absent: from everywhere */
  sources?: string[];
  /** ARN */
  targetGroup: string;
}

interface ListenerRuleName {
  owner: Owner;
  /** ARN */
  loadBalancer: string;
  host: string;
  /** of one rule of several for the host: those that it admits; absent: all rules for it */
  sources?: string[];
}

/** The load balancer, its target groups, its HTTPS listener and a rule for each host name. */
export interface LoadBalancerActivities {
  ensureLoadBalancer(input: LoadBalancerRequest): Promise<LoadBalancer>;
  removeLoadBalancer(input: OwnedName): Promise<void>;
  ensureTargetGroup(input: TargetGroupRequest): Promise<TargetGroup>;
  removeTargetGroup(input: OwnedName): Promise<void>;
  ensureListener(input: { owner: Owner; loadBalancer: string; certificate: string }): Promise<Resource>;
  ensureListenerRule(input: ListenerRuleRequest): Promise<Resource>;
  removeListenerRule(input: ListenerRuleName): Promise<void>;
}

export const LOAD_BALANCER_ATTEMPTS: AttemptsOf<LoadBalancerActivities> = {
  ensureLoadBalancer: 'waiting',
  removeLoadBalancer: 'quick',
  ensureTargetGroup: 'quick',
  removeTargetGroup: 'quick',
  ensureListener: 'quick',
  ensureListenerRule: 'quick',
  removeListenerRule: 'quick',
};
