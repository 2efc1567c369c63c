import {
  GetRoleCommand,
  paginateSimulatePrincipalPolicy,
  type ContextEntry,
  type EvaluationResult,
  type PolicyEvaluationDecisionType,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import type { Condition } from '../permissions/need';
import { listNeeds } from '../permissions/needs';
import { halve, writeStatements, type Statement } from '../permissions/policies';
import type { Look } from './finding';
import { sayAllowed, sayDenied, sayNotAllowed, sayPermissionsUnknown, sayRootUser } from './texts/account';

/** A statement that a run needs, and what of it IAM does not allow. */
interface Gap {
  statement: Statement;
  denied: string[];
  missing: string[];
}

/**
 * What IAM says that the worker's identity may do: each statement of its policies is asked for with its resources and
 * conditions. A policy that names a resource by its id is not to be told from none: only an explicit deny is a failure.
 */
export async function lookAtPermissions(deps: Deps, plan: Plan): Promise<Look> {
  const statements = writeStatements(listNeeds(plan, 'worker'));
  let identity = '';
  try {
    identity = await readIdentity(deps);
    if (identity.endsWith(':root')) return { findings: [sayRootUser()] };
    const gaps: Gap[] = [];
    for (const statement of statements) gaps.push(await simulate(deps, identity, statement));
    return { findings: judgePermissions(identity, gaps) };
  } catch (error) {
    if (!isAws(error)) throw error;
    return { findings: [sayPermissionsUnknown(identity, error)] };
  }
}

/**
 * The ARN that IAM simulates: a session's names its role without the role's path, and IAM
 * wants the role itself.
 */
async function readIdentity(deps: Deps): Promise<string> {
  const { iam, sts } = deps.clients;
  const { Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (!role) return arn;
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: role }));
  return Role!.Arn!;
}

async function simulate(deps: Deps, identity: string, statement: Statement): Promise<Gap> {
  const results = await evaluate(deps, identity, statement);
  return {
    statement,
    denied: listActions(results, 'explicitDeny'),
    missing: listActions(results, 'implicitDeny'),
  };
}

/**
 * IAM does not judge all actions in one call: some "require different authorization information", which ones is
 * documented nowhere. Where it refuses, the parts that it names are asked.
 */
async function evaluate(deps: Deps, identity: string, statement: Statement): Promise<EvaluationResult[]> {
  const { Action: actions } = statement;
  let parts: string[][];
  try {
    return await ask(deps, identity, statement);
  } catch (error) {
    if (!isAws(error, 'InvalidInput') || actions.length < 2) throw error;
    parts = readParts(error.message, actions);
  }
  const results: EvaluationResult[] = [];
  for (const part of parts)
    results.push(
      ...(await evaluate(deps, identity, {
        ...statement,
        Action: part,
      })),
    );
  return results;
}

/** `[iam:PassRole,s3:PutObject] and [s3:PutBucketReplication] require …`; halves where a refusal names no such parts. */
function readParts(message: string, actions: string[]): string[][] {
  const named = [...message.matchAll(/\[([^\]]+)\]/g)].map(([, list = '']) => list.split(/,\s*/));
  const parts = named
    .map((part) => actions.filter((action) => part.includes(action)))
    .filter(({ length }) => length > 0);
  const count = parts.reduce((sum, { length }) => sum + length, 0);
  return parts.length > 1 && count === actions.length ? parts : halve(actions);
}

async function ask({ clients }: Deps, identity: string, statement: Statement): Promise<EvaluationResult[]> {
  const asked = {
    PolicySourceArn: identity,
    ActionNames: statement.Action,
    ResourceArns: statement.Resource,
    ContextEntries: Object.entries(statement.Condition ?? {}).flatMap(listContext),
  };
  const results: EvaluationResult[] = [];
  for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy({ client: clients.iam }, asked)) {
    results.push(...EvaluationResults);
  }
  return results;
}

/** What a call would say: one of the values that a statement takes, or all where it has a list itself. */
function listContext([operator, keys]: [string, Condition[string]]): ContextEntry[] {
  const isList = operator.startsWith('ForAllValues:');
  return Object.entries(keys).map(([key, value]) => {
    const values = [value].flat();
    return {
      ContextKeyName: key,
      ContextKeyType: isList ? 'stringList' : 'string',
      ContextKeyValues: isList ? values : values.slice(0, 1),
    };
  });
}

function judgePermissions(identity: string, gaps: Gap[]): Finding[] {
  const actions = new Set(gaps.flatMap(({ statement }) => statement.Action)).size;
  const denied = [...new Set(gaps.flatMap((gap) => gap.denied))];
  const lacking = gaps.filter(({ missing }) => missing.length > 0);
  if (denied.length === 0 && lacking.length === 0) return [sayAllowed(identity, actions)];
  return [
    ...(denied.length > 0 ? [sayDenied(identity, denied.join(', '))] : []),
    ...lacking.map(({ statement, missing }) =>
      sayNotAllowed(identity, {
        ...statement,
        Action: missing,
      }),
    ),
  ];
}

/** Each once, though it is asked about several resources. */
function listActions(results: EvaluationResult[], decision: PolicyEvaluationDecisionType): string[] {
  const found = results.filter(({ EvalDecision }) => EvalDecision === decision);
  return [...new Set(found.map(({ EvalActionName }) => EvalActionName!))];
}
