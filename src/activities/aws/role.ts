import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  paginateListAttachedRolePolicies,
  type AttachedPolicy,
  type Role as AwsRole,
} from '@aws-sdk/client-iam';
import type { InputOf } from '../../contract/activities';
import type { OwnedName, Resource, Role } from '../../contract/resources';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';
import { collect } from '../pages';
import { bucketGrants, secretGrants, START_GRANTS, type Grant } from './policy';
import { addGrants, deleteInlinePolicy, INLINE_POLICY, readInlinePolicies, removeGrants } from './role-policy';

/** AWS's managed policy for pulling images and writing logs. */
export const EXECUTION_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

/** The inline policy of a task role that this run created. */
const BUCKET_POLICY = 'S3Access';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ],
});

/**
 * Finds the execution role, or creates it, and adds what it has to allow and does not.
 */
export async function ensureExecutionRole(deps: Deps, input: InputOf<'ensureExecutionRole'>): Promise<Role> {
  const { name, secrets } = input;
  const role = await ensureRole(deps, input);
  const attached = await listAttachedPolicies(deps, name);
  const isAttached = attached.some(({ PolicyArn }) => PolicyArn === EXECUTION_POLICY);
  const isCreated = role.ownership === 'created';
  if (isCreated && !isAttached) {
    const command = new AttachRolePolicyCommand({
      RoleName: name,
      PolicyArn: EXECUTION_POLICY,
    });
    await deps.clients.iam.send(command);
  }
  const startGrants = isCreated || isAttached ? [] : START_GRANTS;
  const grants = [...startGrants, ...secretGrants(secrets)];
  return grantToRole(deps, input, role, INLINE_POLICY, grants);
}

/**
 * Finds the role of the stores' tasks, or creates
 * it, and adds what it has to allow and does not.
 */
export async function ensureTaskRole(deps: Deps, input: InputOf<'ensureTaskRole'>): Promise<Role> {
  const role = await ensureRole(deps, input);
  const grants = bucketGrants(input.bucket);
  return grantToRole(deps, input, role, BUCKET_POLICY, grants);
}

/** Takes off what this run added to a role that it had not created. */
export async function removeRolePolicy(deps: Deps, input: OwnedName): Promise<void> {
  const role = await findRole(deps, input.name);
  if (!role) return;
  const ownership = ownershipOf(role.Tags, input.owner);
  if (ownership === 'adopted') await removeGrants(deps, input);
}

/** Deletes the role and its policies if this run created it. */
export async function removeRole(deps: Deps, { owner, name }: OwnedName): Promise<void> {
  const { iam } = deps.clients;
  const role = await findRole(deps, name);
  if (!role || ownershipOf(role.Tags, owner) === 'adopted') return;
  for (const policy of await readInlinePolicies(iam, name)) {
    await deleteInlinePolicy(deps, name, policy.name);
  }
  for (const { PolicyArn } of await listAttachedPolicies(deps, name)) {
    await iam.send(
      new DetachRolePolicyCommand({
        RoleName: name,
        PolicyArn,
      }),
    );
  }
  await iam.send(new DeleteRoleCommand({ RoleName: name }));
}

async function ensureRole(deps: Deps, { owner, name }: OwnedName): Promise<Resource> {
  const found = await findRole(deps, name);
  if (found)
    return {
      id: found.Arn!,
      ownership: ownershipOf(found.Tags, owner),
    };
  const command = new CreateRoleCommand({
    RoleName: name,
    AssumeRolePolicyDocument: TRUST,
    Tags: tagsOf(owner),
  });
  const { Role: created } = await deps.clients.iam.send(command);
  return {
    id: created!.Arn!,
    ownership: 'created',
  };
}

/** Whether there is a role of this ARN. */
export async function hasRole(deps: Deps, arn: string): Promise<boolean> {
  const found = await findRole(deps, nameRole(arn));
  return found?.Arn === arn;
}

/** The last of an ARN's path. */
export const nameRole = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

async function findRole(deps: Deps, name: string): Promise<AwsRole | undefined> {
  const { iam } = deps.clients;
  try {
    const { Role: found } = await iam.send(new GetRoleCommand({ RoleName: name }));
    return found;
  } catch (error) {
    if (isAws(error, 'NoSuchEntity')) return undefined;
    throw error;
  }
}

async function listAttachedPolicies(deps: Deps, role: string): Promise<AttachedPolicy[]> {
  const { iam } = deps.clients;
  const AttachedPolicies = await collect(
    paginateListAttachedRolePolicies({ client: iam }, { RoleName: role }),
    (page) => page.AttachedPolicies,
  );
  return AttachedPolicies;
}

async function grantToRole(
  deps: Deps,
  { owner, name }: OwnedName,
  role: Resource,
  ownPolicy: string,
  grants: Grant[],
): Promise<Role> {
  const { ownership } = role;
  const inlinePolicy = await addGrants(
    deps,
    {
      owner,
      name,
      ownership,
    },
    ownPolicy,
    grants,
  );
  return inlinePolicy
    ? {
        ...role,
        inlinePolicy,
      }
    : role;
}
