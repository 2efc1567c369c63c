import { AttachRolePolicyCommand, CreateRoleCommand, DeleteRoleCommand, DeleteRolePolicyCommand, DetachRolePolicyCommand, GetRoleCommand, GetRolePolicyCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand, PutRolePolicyCommand, type Role } from '@aws-sdk/client-iam';
import type { Deps } from './aws';
import { isAws } from './failures';
import { ownershipOf, tagsOf } from './owner';
import type { Activities, Ensured, Owner } from './types';

const EXECUTION_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
/** The one inline policy that we ever put on an adopted role. */
export const INLINE_POLICY = 'lgtm-migrate';
/** Ends the Sid of each statement that a run added, so that its undo takes just these; a Sid has letters and digits only. */
const markOf = ({ run }: Owner) => run.replaceAll('-', '');

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
}

const statementsOf = (document: string): Statement[] => (JSON.parse(document) as { Statement: Statement[] }).Statement;

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

  async function inlinePolicies(name: string): Promise<{ name: string; document: string }[]> {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: name }));
    return Promise.all(PolicyNames.map(async (policy) => {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policy }));
      return { name: policy, document: decodeURIComponent(PolicyDocument) };
    }));
  }

  async function ensure(owner: Owner, name: string): Promise<Ensured> {
    const found = await find(name);
    if (found) return { id: found.Arn!, ownership: ownershipOf(found.Tags, owner) };
    const { Role: role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST, Tags: tagsOf(owner) }));
    return { id: role!.Arn!, ownership: 'created' };
  }

  async function put(role: string, policy: string, Statement: Statement[]): Promise<void> {
    await iam.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: policy, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) }));
  }

  /** Adds what is missing; a role of this run gets it under `ownName`, an adopted one under ours, beside what an earlier run added. */
  async function allow(owner: Owner, role: Ensured, name: string, ownName: string, statements: Statement[]): Promise<string | undefined> {
    const policies = await inlinePolicies(name);
    const missing = statements.filter(({ Resource }) => !policies.some(({ document }) => Resource.every((resource) => document.includes(resource))));
    const policy = role.ownership === 'created' ? ownName : INLINE_POLICY;
    const there = policies.find((entry) => entry.name === policy);
    if (missing.length === 0) return there && policy;
    const marked = missing.map((statement) => ({ ...statement, Sid: `${statement.Sid}${markOf(owner)}` }));
    await put(name, policy, [...(there ? statementsOf(there.document) : []), ...marked]);
    return policy;
  }

  /** Takes off what this run added to a role that it had not created. */
  async function takeOff(owner: Owner, name: string): Promise<void> {
    const there = (await inlinePolicies(name)).find((entry) => entry.name === INLINE_POLICY);
    if (!there) return;
    const all = statementsOf(there.document);
    const others = all.filter(({ Sid }) => !Sid.endsWith(markOf(owner)));
    if (others.length === all.length) return;
    if (others.length > 0) await put(name, INLINE_POLICY, others);
    else await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: INLINE_POLICY }));
  }

  return {
    async ensureExecutionRole({ owner, name, secrets }) {
      const role = await ensure(owner, name);
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
      const managed = AttachedPolicies.some(({ PolicyArn }) => PolicyArn === EXECUTION_POLICY);
      if (!managed && role.ownership === 'created') await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: EXECUTION_POLICY }));
      const pull: Statement[] = managed || role.ownership === 'created' ? [] : [{
        Sid: 'PullAndLog', Effect: 'Allow', Resource: ['*'],
        Action: ['ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      }];
      const read: Statement[] = secrets.length === 0 ? [] : [{ Sid: 'ReadSecrets', Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: secrets }];
      const inlinePolicy = await allow(owner, role, name, INLINE_POLICY, [...pull, ...read]);
      return { ...role, ...(inlinePolicy ? { inlinePolicy } : {}) };
    },

    async ensureTaskRole({ owner, name, bucket }) {
      const role = await ensure(owner, name);
      const inlinePolicy = await allow(owner, role, name, 'S3Access', [{
        Sid: 'Bucket', Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetBucketLocation', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      }]);
      return { ...role, ...(inlinePolicy ? { inlinePolicy } : {}) };
    },

    async removeRole({ owner, name, cleanup }) {
      const role = await find(name);
      if (!role) return;
      const ours = ownershipOf(role.Tags, owner) === 'created';
      if (!ours) return takeOff(owner, name);
      if (!cleanup) return;
      for (const policy of await inlinePolicies(name)) await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policy.name }));
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
      for (const { PolicyArn } of AttachedPolicies) await iam.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
      await iam.send(new DeleteRoleCommand({ RoleName: name }));
    },
  } satisfies Partial<Activities>;
}
