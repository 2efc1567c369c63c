import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  paginateListRolePolicies,
  PutRolePolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type { OwnedName, Owner, Ownership } from '../../contract/resources';
import type { Deps } from '../clients';
import { collect } from '../pages';
import { findMissingGrants, parseStatements, type Grant, type Statement } from './policy';

/** The one inline policy that we ever put on an adopted role. */
export const INLINE_POLICY = 'lgtm-migrate';

/** An inline policy of a role; `document` is its JSON. */
export interface InlinePolicy {
  name: string;
  document: string;
}

/** The inline policies of a role. */
export async function readInlinePolicies(iam: IAMClient, role: string): Promise<InlinePolicy[]> {
  const PolicyNames = await collect(
    paginateListRolePolicies({ client: iam }, { RoleName: role }),
    (page) => page.PolicyNames,
  );
  return Promise.all(PolicyNames.map((name) => readInlinePolicy(iam, role, name)));
}

async function readInlinePolicy(iam: IAMClient, role: string, name: string): Promise<InlinePolicy> {
  const command = new GetRolePolicyCommand({
    RoleName: role,
    PolicyName: name,
  });
  const { PolicyDocument = '' } = await iam.send(command);
  return {
    name,
    document: decodeURIComponent(PolicyDocument),
  };
}

/**
 * Adds the grants that a role has not: to its policy `ownName` if this run
 * created the role, else to INLINE_POLICY, beside what an earlier run added.
 * @returns the policy that holds what we added, if there is one
 */
export async function addGrants(
  deps: Deps,
  role: OwnedName & { ownership: Ownership },
  ownName: string,
  grants: Grant[],
): Promise<string | undefined> {
  const policies = await readInlinePolicies(deps.clients.iam, role.name);
  const policyName = role.ownership === 'created' ? ownName : INLINE_POLICY;
  const policy = policies.find(({ name }) => name === policyName);
  const granted = policies.flatMap(({ document }) => parseStatements(document));
  const missing = findMissingGrants(granted, grants);
  if (missing.length === 0) return policy && policyName;
  const existing = policy ? parseStatements(policy.document) : [];
  const added = selectWholeGrants(grants, missing, role.owner);
  const statements = mergeStatements(existing, added);
  await putInlinePolicy(deps, role.name, policyName, statements);
  return policyName;
}

/**
 * Whole grants, so that a second attempt writes
 * no Sid twice; each Sid with the run's mark.
 */
function selectWholeGrants(grants: Grant[], missing: Grant[], owner: Owner): Grant[] {
  const sids = missing.map(({ Sid }) => Sid);
  const whole = grants.filter(({ Sid }) => sids.includes(Sid));
  const mark = markOf(owner);
  return whole.map((grant) => ({
    ...grant,
    Sid: `${grant.Sid}${mark}`,
  }));
}

function mergeStatements(existing: Statement[], added: Grant[]): Statement[] {
  const sids = added.map(({ Sid }) => Sid);
  const others = existing.filter(({ Sid }) => !Sid || !sids.includes(Sid));
  return [...others, ...added];
}

/** Takes off what this run added to a role that it had not created. */
export async function removeGrants(deps: Deps, { owner, name }: OwnedName): Promise<void> {
  const policies = await readInlinePolicies(deps.clients.iam, name);
  const policy = policies.find((entry) => entry.name === INLINE_POLICY);
  if (!policy) return;
  const statements = parseStatements(policy.document);
  const others = statements.filter(({ Sid }) => !Sid?.endsWith(markOf(owner)));
  if (others.length === statements.length) return;
  if (others.length > 0) await putInlinePolicy(deps, name, INLINE_POLICY, others);
  else await deleteInlinePolicy(deps, name, INLINE_POLICY);
}

/** Deletes an inline policy of a role. */
export async function deleteInlinePolicy(deps: Deps, role: string, policy: string): Promise<void> {
  const { iam } = deps.clients;
  const command = new DeleteRolePolicyCommand({
    RoleName: role,
    PolicyName: policy,
  });
  await iam.send(command);
}

async function putInlinePolicy(deps: Deps, role: string, policy: string, statements: Statement[]): Promise<void> {
  const { iam } = deps.clients;
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: statements,
  });
  const command = new PutRolePolicyCommand({
    RoleName: role,
    PolicyName: policy,
    PolicyDocument: document,
  });
  await iam.send(command);
}

/**
 * Ends the Sid of each statement that a run added, so that its
 * undo takes just these; a Sid has letters and digits only.
 */
function markOf({ run }: Owner): string {
  return run.replaceAll('-', '');
}
