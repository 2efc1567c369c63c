import { readInlinePolicies } from '../aws/role-policy';
import { GetRoleCommand, paginateListAttachedRolePolicies, type IAMClient, type Role } from '@aws-sdk/client-iam';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import {
  bucketGrants,
  findMissingGrants,
  secretGrants,
  START_GRANTS,
  parseStatements,
  type Grant,
} from '../aws/policy';
import { findSecretArns } from '../aws/resolved';
import { EXECUTION_POLICY } from '../aws/role';
import type { Deps } from '../clients';
import { collect } from '../pages';
import { orNothing } from '../absence';
import type { Look } from './finding';
import { findingsOf } from './reading';
import { sayRoleLacks, sayRoleNotAssumable, sayRoleSuffices } from './texts/account';

const ASSUMED_BY = 'ecs-tasks.amazonaws.com';

/** What a role has to allow; asked only where the role is there. */
type GrantsNeeded = () => Promise<Grant[]>;

/** Adopted roles, and what they lack: it is added, and taken off on the way back. */
export async function lookAtRoles(deps: Deps, plan: Plan, account: string): Promise<Look> {
  const { execution, task } = plan.roles;
  const { iam } = deps.clients;
  const findings = await Promise.all([
    findingsOf(judgeRole(iam, task, async () => bucketGrants(plan.bucket))),
    findingsOf(judgeRole(iam, execution, () => executionGrants(deps, plan, account))),
  ]);
  return { findings: findings.flat() };
}

async function judgeRole(iam: IAMClient, name: string, needed: GrantsNeeded): Promise<Finding[]> {
  const role = await findRole(iam, name);
  if (!role) return [];
  const trust = decodeURIComponent(role.AssumeRolePolicyDocument ?? '');
  if (!trust.includes(ASSUMED_BY)) return [sayRoleNotAssumable(name)];
  const [policies, grants] = await Promise.all([readInlinePolicies(iam, name), needed()]);
  const statements = policies.flatMap(({ document }) => parseStatements(document));
  const missing = findMissingGrants(statements, grants);
  if (missing.length === 0) return [sayRoleSuffices(name)];
  return [sayRoleLacks(name, missing, policies.length)];
}

async function findRole(iam: IAMClient, name: string): Promise<Role | undefined> {
  const command = new GetRoleCommand({ RoleName: name });
  const answer = await orNothing(iam.send(command), 'NoSuchEntity');
  return answer?.Role;
}

/** A secret that is not made yet will have a suffix that nobody knows. */
async function executionGrants(deps: Deps, plan: Plan, account: string): Promise<Grant[]> {
  const [isManaged, arns] = await Promise.all([
    hasManagedPolicy(deps, plan.roles.execution),
    findSecretArns(deps, plan),
  ]);
  const prefix = `arn:aws:secretsmanager:${plan.region}:${account}:secret`;
  const secrets = plan.secrets.map(({ name }) => {
    const toCome = `${prefix}:${name}-??????`;
    return arns[name] ?? toCome;
  });
  const ofSecrets = secretGrants(secrets);
  return isManaged ? ofSecrets : [...START_GRANTS, ...ofSecrets];
}

/** Whether AWS's own policy already lets tasks start. */
async function hasManagedPolicy(deps: Deps, role: string): Promise<boolean> {
  const { iam } = deps.clients;
  const AttachedPolicies = await collect(
    paginateListAttachedRolePolicies({ client: iam }, { RoleName: role }),
    (page) => page.AttachedPolicies,
  );
  return AttachedPolicies.some(({ PolicyArn }) => PolicyArn === EXECUTION_POLICY);
}
