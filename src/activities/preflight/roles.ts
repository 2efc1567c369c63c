import { GetRoleCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { secretsOf } from '../aws/resolved';
import { EXECUTION_POLICY, INLINE_POLICY, inlinePolicies } from '../aws/role';
import { bucketGrants, lacking, secretGrants, startGrants, statementsOf, type Grant } from '../aws/policy';
import type { Finding } from '../../contract/findings';
import { orNothing } from './existing';
import { fail, pass, warn } from './index';

/** Adopted roles, and what they lack: it is added, announced here, and taken off on the way back. */
export async function roleFindings(deps: Deps, plan: Plan, account: string): Promise<Finding[]> {
  const { execution, task } = plan.roles;
  return (
    await Promise.all([
      judge(deps, task, () => Promise.resolve(bucketGrants(plan.bucket))),
      judge(deps, execution, () => executionGrants(deps, plan, account)),
    ])
  ).flat();
}

/** A secret that is not made yet will have a suffix that nobody knows. */
async function executionGrants(deps: Deps, plan: Plan, account: string): Promise<Grant[]> {
  const [{ AttachedPolicies = [] }, there] = await Promise.all([
    deps.clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: plan.roles.execution })),
    secretsOf(deps, plan),
  ]);
  const managed = AttachedPolicies.some(({ PolicyArn }) => PolicyArn === EXECUTION_POLICY);
  return [
    ...(managed ? [] : startGrants),
    ...secretGrants(
      plan.secrets.map(
        ({ name }) => there[name] ?? `arn:aws:secretsmanager:${plan.region}:${account}:secret:${name}-??????`,
      ),
    ),
  ];
}

async function judge({ clients: { iam } }: Deps, name: string, wanted: () => Promise<Grant[]>): Promise<Finding[]> {
  const found = (await orNothing(iam.send(new GetRoleCommand({ RoleName: name })), 'NoSuchEntity'))?.Role;
  if (!found) return [];
  if (!decodeURIComponent(found.AssumeRolePolicyDocument ?? '').includes('ecs-tasks.amazonaws.com')) {
    return [
      fail(
        'role',
        `role ${name} can't be assumed by ecs-tasks.amazonaws.com`,
        `add it to the role's trust policy, or name another role`,
      ),
    ];
  }
  const [policies, grants] = await Promise.all([inlinePolicies(iam, name), wanted()]);
  const missing = lacking(
    policies.flatMap(({ document }) => statementsOf(document)),
    grants,
  );
  if (missing.length === 0) return [pass('role', `role ${name} is adopted, with all it needs`)];
  return [
    warn(
      'role',
      `role ${name} is adopted and its inline policies do not allow ${missing.map(({ Action, Resource }) => `${Action.join(', ')} on ${Resource.join(', ')}`).join('; ')}`,
      `nothing to do: they are added as inline policy ${INLINE_POLICY} and taken off on the way back; its ${policies.length} inline policies stay`,
    ),
  ];
}
