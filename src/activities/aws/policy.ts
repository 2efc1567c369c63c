/** A statement of an IAM policy as others may have written it: AWS takes one value where a list can stand. */
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

const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const grant = (Sid: string, Action: string[], Resource: string[]): Grant => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});

/** What the stores do in their bucket. */
export const bucketGrants = (bucket: string): Grant[] => [
  grant('Bucket', ['s3:ListBucket', 's3:GetBucketLocation'], [`arn:aws:s3:::${bucket}`]),
  grant('Objects', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [`arn:aws:s3:::${bucket}/*`]),
];

/** What AmazonECSTaskExecutionRolePolicy allows. */
export const startGrants: Grant[] = [
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

/** @param secrets ARNs */
export const secretGrants = (secrets: string[]): Grant[] =>
  secrets.length === 0 ? [] : [grant('ReadSecrets', ['secretsmanager:GetSecretValue'], secrets)];

/** @param document a policy's JSON */
export const statementsOf = (document: string): Statement[] =>
  list((JSON.parse(document) as { Statement?: Statement | Statement[] }).Statement);

/** IAM's wildcards: * is any text, ? one letter. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}

/**
 * What these statements do not allow, action by action on each resource. A condition may not hold and counts as nothing:
 * a grant too many is harmless, one too few keeps a task from its data.
 */
export function lacking(statements: Statement[], wanted: Grant[]): Grant[] {
  const allows = statements.filter(({ Effect, Condition }) => Effect === 'Allow' && !Condition);
  const allowed = (action: string, resource: string) =>
    allows.some(
      ({ Action, Resource }) =>
        list(Action).some((pattern) => matches(pattern, action)) &&
        list(Resource).some((pattern) => matches(pattern, resource)),
    );
  return wanted.flatMap(({ Sid, Action, Resource }) => {
    const missing = Action.filter((action) => !Resource.every((resource) => allowed(action, resource)));
    return missing.length > 0 ? [grant(Sid, missing, Resource)] : [];
  });
}
