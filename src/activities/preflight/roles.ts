import { GetRoleCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import { bucketGrants, lacking, secretGrants, startGrants, statementsOf, type Grant } from '../aws/policy';
import { secretsOf } from '../aws/resolved';
import { EXECUTION_POLICY, inlinePolicies } from '../aws/role';
import type { Deps } from '../clients';
import { orNothing } from './absence';
import type { Look } from './finding';
import { sayRoleLacks, sayRoleNotAssumable, sayRoleSuffices } from './texts/account';

const ASSUMED_BY = 'ecs-tasks.amazonaws.com';

/** Adopted roles, and what they lack: it is added, announced here, and taken off on the way back. */
export async function lookAtRoles(deps: Deps, plan: Plan, account: string): Promise<Look> {
  const { execution, task } = plan.roles;
  const [ofTask, ofExecution] = await Promise.all([
    judgeRole(deps, task, () => Promise.resolve(bucketGrants(plan.bucket))),
    judgeRole(deps, execution, () => executionGrants(deps, plan, account)),
  ]);
  return { findings: [...ofTask, ...ofExecution] };
}

/** A secret that is not made yet will have a suffix that nobody knows. */
async function executionGrants(deps: Deps, plan: Plan, account: string): Promise<Grant[]> {
  const { iam } = deps.clients;
  const [{ AttachedPolicies = [] }, arns] = await Promise.all([
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName: plan.roles.execution })),
    secretsOf(deps, plan),
  ]);
  const isManaged = AttachedPolicies.some(({ PolicyArn }) => PolicyArn === EXECUTION_POLICY);
  const prefix = `arn:aws:secretsmanager:${plan.region}:${account}:secret`;
  const secrets = plan.secrets.map(({ name }) => arns[name] ?? `${prefix}:${name}-??????`);
  return [...(isManaged ? [] : startGrants), ...secretGrants(secrets)];
}

async function judgeRole(deps: Deps, name: string, wanted: () => Promise<Grant[]>): Promise<Finding[]> {
  const { iam } = deps.clients;
  const answer = await orNothing(iam.send(new GetRoleCommand({ RoleName: name })), 'NoSuchEntity');
  const role = answer?.Role;
  if (!role) return [];
  const trust = decodeURIComponent(role.AssumeRolePolicyDocument ?? '');
  if (!trust.includes(ASSUMED_BY)) return [sayRoleNotAssumable(name)];
  const [policies, grants] = await Promise.all([inlinePolicies(iam, name), wanted()]);
  const statements = policies.flatMap(({ document }) => statementsOf(document));
  const missing = lacking(statements, grants);
  return [missing.length === 0 ? sayRoleSuffices(name) : sayRoleLacks(name, missing, policies.length)];
}
