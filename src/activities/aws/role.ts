import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  type Role,
} from '@aws-sdk/client-iam';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';
import { bucketGrants, lacking, secretGrants, startGrants, statementsOf, type Grant, type Statement } from './policy';
import type { Activities } from '../../contract/activities';
import type { Resource, Owner } from '../../contract/resources';

export const EXECUTION_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
/** The one inline policy that we ever put on an adopted role. */
export const INLINE_POLICY = 'lgtm-migrate';
/** Ends the Sid of each statement that a run added, so that its undo takes just these; a Sid has letters and digits only. */
const markOf = ({ run }: Owner) => run.replaceAll('-', '');

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** The inline policies of a role, their JSON. */
export async function inlinePolicies(
  iam: Deps['clients']['iam'],
  role: string,
): Promise<{ name: string; document: string }[]> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
  return Promise.all(
    PolicyNames.map(async (name) => {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: name }));
      return { name, document: decodeURIComponent(PolicyDocument) };
    }),
  );
}

/** Roles of the tasks. What an adopted role lacks goes into an inline policy of our own name; its others stay. */
export function roleActivities({ clients: { iam } }: Deps) {
  async function find(name: string): Promise<Role | undefined> {
    try {
      return (await iam.send(new GetRoleCommand({ RoleName: name }))).Role;
    } catch (error) {
      if (isAws(error, 'NoSuchEntity')) return undefined;
      throw error;
    }
  }

  async function ensure(owner: Owner, name: string): Promise<Resource> {
    const found = await find(name);
    if (found) return { id: found.Arn!, ownership: ownershipOf(found.Tags, owner) };
    const { Role: role } = await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST, Tags: tagsOf(owner) }),
    );
    return { id: role!.Arn!, ownership: 'created' };
  }

  async function put(role: string, policy: string, Statement: Statement[]): Promise<void> {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: role,
        PolicyName: policy,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
  }

  /** Adds what is missing; a role of this run gets it under `ownName`, an adopted one under ours, beside what an earlier run added. */
  async function allow(
    owner: Owner,
    role: Resource,
    name: string,
    ownName: string,
    grants: Grant[],
  ): Promise<string | undefined> {
    const policies = await inlinePolicies(iam, name);
    const missing = lacking(
      policies.flatMap(({ document }) => statementsOf(document)),
      grants,
    );
    const policy = role.ownership === 'created' ? ownName : INLINE_POLICY;
    const there = policies.find((entry) => entry.name === policy);
    if (missing.length === 0) return there && policy;
    // whole grants, so that a second attempt writes no Sid twice
    const whole = grants
      .filter(({ Sid }) => missing.some((grant) => grant.Sid === Sid))
      .map((grant) => ({ ...grant, Sid: `${grant.Sid}${markOf(owner)}` }));
    const others = there
      ? statementsOf(there.document).filter(({ Sid }) => !whole.some((grant) => grant.Sid === Sid))
      : [];
    await put(name, policy, [...others, ...whole]);
    return policy;
  }

  /** Takes off what this run added to a role that it had not created. */
  async function takeOff(owner: Owner, name: string): Promise<void> {
    const there = (await inlinePolicies(iam, name)).find((entry) => entry.name === INLINE_POLICY);
    if (!there) return;
    const all = statementsOf(there.document);
    const others = all.filter(({ Sid }) => !Sid?.endsWith(markOf(owner)));
    if (others.length === all.length) return;
    if (others.length > 0) await put(name, INLINE_POLICY, others);
    else await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: INLINE_POLICY }));
  }

  return {
    async ensureExecutionRole({ owner, name, secrets }) {
      const role = await ensure(owner, name);
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
      const managed = AttachedPolicies.some(({ PolicyArn }) => PolicyArn === EXECUTION_POLICY);
      if (!managed && role.ownership === 'created')
        await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: EXECUTION_POLICY }));
      const pull = managed || role.ownership === 'created' ? [] : startGrants;
      const inlinePolicy = await allow(owner, role, name, INLINE_POLICY, [...pull, ...secretGrants(secrets)]);
      return { ...role, ...(inlinePolicy ? { inlinePolicy } : {}) };
    },

    async ensureTaskRole({ owner, name, bucket }) {
      const role = await ensure(owner, name);
      const inlinePolicy = await allow(owner, role, name, 'S3Access', bucketGrants(bucket));
      return { ...role, ...(inlinePolicy ? { inlinePolicy } : {}) };
    },

    async removeRolePolicy({ owner, name }) {
      const role = await find(name);
      if (role && ownershipOf(role.Tags, owner) === 'adopted') await takeOff(owner, name);
    },

    async removeRole({ owner, name }) {
      const role = await find(name);
      if (!role || ownershipOf(role.Tags, owner) === 'adopted') return;
      for (const policy of await inlinePolicies(iam, name))
        await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policy.name }));
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
      for (const { PolicyArn } of AttachedPolicies)
        await iam.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
      await iam.send(new DeleteRoleCommand({ RoleName: name }));
    },
  } satisfies Partial<Activities>;
}
