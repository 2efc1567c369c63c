import { matchesWildcards } from '../../plan/wildcards';

/**
 * A statement of an IAM policy as others may have written
 * it: AWS takes one value where a list can stand.
 */
export interface Statement {
  Sid?: string;
  Effect: string;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: unknown;
}

/** A statement as we write it. */
export interface Grant extends Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
}

/** What AmazonECSTaskExecutionRolePolicy allows. */
export const START_GRANTS: Grant[] = [
  grant(
    'PullAndLog',
    [
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ],
    ['*'],
  ),
];

/** What the stores do in their bucket. */
export function bucketGrants(bucket: string): Grant[] {
  const arn = `arn:aws:s3:::${bucket}`;
  return [
    grant('Bucket', ['s3:ListBucket', 's3:GetBucketLocation'], [arn]),
    grant('Objects', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [`${arn}/*`]),
  ];
}

/** @param secrets ARNs that may be read */
export function secretGrants(secrets: string[]): Grant[] {
  if (secrets.length === 0) return [];
  return [grant('ReadSecrets', ['secretsmanager:GetSecretValue'], secrets)];
}

function grant(Sid: string, Action: string[], Resource: string[]): Grant {
  return {
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
  };
}

/** The statements of a policy. @param document its JSON */
export function parseStatements(document: string): Statement[] {
  const policy = JSON.parse(document) as { Statement?: Statement | Statement[] };
  return asList(policy.Statement);
}

/**
 * What these statements do not allow, action by action on each
 * resource. A condition may not hold and counts as nothing: a grant
 * too many is harmless, one too few keeps a task from its data.
 */
export function findMissingGrants(statements: Statement[], wanted: Grant[]): Grant[] {
  const allows = statements.filter(({ Effect, Condition }) => Effect === 'Allow' && !Condition);
  return wanted.flatMap(({ Sid, Action, Resource }) => {
    const missing = Action.filter((action) => !isAllowedOnAll(allows, action, Resource));
    return missing.length > 0 ? [grant(Sid, missing, Resource)] : [];
  });
}

function isAllowedOnAll(allows: Statement[], action: string, resources: string[]): boolean {
  return resources.every((resource) => isAllowed(allows, action, resource));
}

function isAllowed(allows: Statement[], action: string, resource: string): boolean {
  return allows.some((statement) => {
    const hasAction = asList(statement.Action).some((pattern) => matches(pattern, action));
    return hasAction && asList(statement.Resource).some((pattern) => matches(pattern, resource));
  });
}

/** IAM's names have no case. */
function matches(pattern: string, text: string): boolean {
  return matchesWildcards(pattern.toLowerCase(), text.toLowerCase());
}

function asList<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
