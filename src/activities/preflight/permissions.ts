import {
  GetRoleCommand,
  paginateSimulatePrincipalPolicy,
  type EvaluationResult,
  type PolicyEvaluationDecisionType,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { actionsOf } from './actions';
import type { Look } from './finding';
import { sayAllowed, sayDenied, sayNotAllowed, sayPermissionsUnknown, sayRootUser } from './texts/account';

/**
 * What IAM says that the worker's identity may do. It is asked about all resources at
 * once, so that a policy for some looks like none: only an explicit deny is a failure.
 */
export async function lookAtPermissions(deps: Deps, plan: Plan): Promise<Look> {
  const actions = actionsOf(plan);
  let identity = '';
  try {
    identity = await readIdentity(deps);
    if (identity.endsWith(':root')) {
      return { findings: [sayRootUser()] };
    }
    const results = await simulate(deps, identity, actions);
    return { findings: judgePermissions(identity, results, actions.length) };
  } catch (error) {
    if (!isAws(error)) throw error;
    return { findings: [sayPermissionsUnknown(identity, error.name, actions)] };
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

async function simulate(deps: Deps, identity: string, actions: string[]): Promise<EvaluationResult[]> {
  const { iam } = deps.clients;
  const results: EvaluationResult[] = [];
  const pages = paginateSimulatePrincipalPolicy({ client: iam }, { PolicySourceArn: identity, ActionNames: actions });
  for await (const { EvaluationResults = [] } of pages) results.push(...EvaluationResults);
  return results;
}

function judgePermissions(identity: string, results: EvaluationResult[], actions: number): Finding[] {
  const denied = listActions(results, 'explicitDeny');
  const missing = listActions(results, 'implicitDeny');
  if (!denied && !missing) return [sayAllowed(identity, actions)];
  return [...(denied ? [sayDenied(identity, denied)] : []), ...(missing ? [sayNotAllowed(identity, missing)] : [])];
}

function listActions(results: EvaluationResult[], decision: PolicyEvaluationDecisionType): string {
  return results
    .filter(({ EvalDecision }) => EvalDecision === decision)
    .map(({ EvalActionName }) => EvalActionName)
    .join(', ');
}
