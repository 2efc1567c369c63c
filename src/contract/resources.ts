import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';

/** Who created a resource; stands in its tags `lgtm-migrate:migration` and `lgtm-migrate:run`. */
export interface Owner {
  migration: string;
  run: string;
}

/** `created`: by this run, after a lost reply too. `adopted`: it was there, and is never deleted. */
export type Ownership = 'created' | 'adopted';

/** A resource that is there now. `id` is its ARN, its id or its name: what AWS's other calls take. */
export interface Resource {
  id: string;
  ownership: Ownership;
}

/** A resource by its name, and whose it is or shall be. */
export interface OwnedName {
  owner: Owner;
  name: string;
}

/** A role; `inlinePolicy` names the one that holds what we added. */
export interface Role extends Resource {
  inlinePolicy?: string;
}

interface SecurityGroupName extends OwnedName {
  vpcId: string;
}

export interface LoadBalancerGroupRequest extends SecurityGroupName {
  /** name of the one that it is for */
  loadBalancer: string;
  publicAccess: boolean;
  /** ranges of the VPC, from which whoever comes to an internal one does */
  inside: string[];
  /** ranges beside them */
  from: string[];
}

export interface TaskGroupRequest extends SecurityGroupName {
  /** id of the load balancer's group */
  loadBalancerSecurityGroup: string;
  ports: number[];
  /** those of `ports` that go by UDP too */
  gossipPorts: number[];
  /** where the ingest sends to the tasks and asks whether they are ready */
  ingest?: {
    /** id */
    securityGroup: string;
    ports: { port: number; protocol: 'tcp' | 'udp' }[];
  };
}

/** What the services are put on. An `ensure` finds before it creates; a `remove` takes only what this run created. */
export interface ResourceActivities {
  ensureRepository(input: OwnedName): Promise<Resource>;
  removeRepository(input: OwnedName): Promise<void>;
  /** `secrets`: ARNs that it may read */
  ensureExecutionRole(input: OwnedName & { secrets: string[] }): Promise<Role>;
  ensureTaskRole(input: OwnedName & { bucket: string }): Promise<Role>;
  /** takes off the statements that this run added to a role which it had not created */
  removeRolePolicy(input: OwnedName): Promise<void>;
  removeRole(input: OwnedName): Promise<void>;
  ensureLoadBalancerSecurityGroup(input: LoadBalancerGroupRequest): Promise<Resource>;
  ensureTaskSecurityGroup(input: TaskGroupRequest): Promise<Resource>;
  /** takes off the rules that this run added to a group which it had not created */
  removeSecurityGroupRules(input: SecurityGroupName): Promise<void>;
  removeSecurityGroup(input: SecurityGroupName): Promise<void>;
  ensureSecret(input: OwnedName & { from: Plan['secrets'][number]['from'] }): Promise<Resource>;
  removeSecret(input: OwnedName): Promise<void>;
  ensureLogGroup(input: OwnedName & { retentionDays: number }): Promise<Resource>;
  removeLogGroup(input: OwnedName): Promise<void>;
  ensureCluster(input: OwnedName): Promise<Resource>;
  removeCluster(input: OwnedName): Promise<void>;
  ensureNamespace(input: OwnedName & { vpcId: string }): Promise<Resource>;
  removeNamespace(input: OwnedName): Promise<void>;
  ensureDiscoveryService(input: OwnedName & { namespaceId: string }): Promise<Resource>;
  removeDiscoveryService(input: OwnedName & { namespace: string }): Promise<void>;
}

export const RESOURCE_ATTEMPTS: AttemptsOf<ResourceActivities> = {
  ensureRepository: 'quick',
  removeRepository: 'quick',
  ensureExecutionRole: 'quick',
  ensureTaskRole: 'quick',
  removeRolePolicy: 'quick',
  removeRole: 'quick',
  ensureLoadBalancerSecurityGroup: 'quick',
  ensureTaskSecurityGroup: 'quick',
  removeSecurityGroupRules: 'quick',
  removeSecurityGroup: 'quick',
  ensureSecret: 'quick',
  removeSecret: 'quick',
  ensureLogGroup: 'quick',
  removeLogGroup: 'quick',
  ensureCluster: 'waiting',
  removeCluster: 'quick',
  ensureNamespace: 'waiting',
  removeNamespace: 'quick',
  ensureDiscoveryService: 'quick',
  removeDiscoveryService: 'quick',
};
