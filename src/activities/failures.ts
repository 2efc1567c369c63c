import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';

/**
 * Names of errors that another try answers the
 * same: a human has to change something first.
 */
const FINAL = [
  /AccessDenied|Unauthorized|OperationNotPermitted/,
  /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch/,
  /InvalidParameter|InvalidInput|ValidationE|MalformedPolicy/,
  /InvalidChangeBatch|NoSuchHostedZone/,
  /LimitExceeded$/,
];

/**
 * Among those, what AWS says while something is still on its way: IAM is eventually consistent, a name drains, a record
 * is another one than was read. The next try reads again.
 */
const PASSING = [
  /unable to assume|not authorized to perform: iam:PassRole/i,
  /still Draining|does not exist yet|has a dependent object/i,
  /RequestLimitExceeded/i,
  /tried to (delete|create) resource record set .* but /is,
];
/**
 * AWS's words where a permission is missing; S3 puts the resource in quotes. Source: AWS, IAM user guide, and S3 user
 * guide, troubleshoot access denied errors
 */
const REFUSED = /not authorized to perform: (\S+)(?:.* on resource: "?([^\s"]+))?/;
const THROTTLED = /Throttl|RequestLimit/;

/** Where AWS does not say which. */
const GIVE_PERMISSION = "give the worker's role this permission, then retry";
const WAYS_OUT: [RegExp, string][] = [
  [/AccessDenied|Unauthorized/, GIVE_PERMISSION],
  [/Credentials/, 'give the worker AWS credentials (environment, profile or role), then retry'],
  [/RepositoryNotFound/, 'a migration makes it in its phase provision; without one: aws ecr create-repository'],
  [/ECONNREFUSED|ENOTFOUND/, 'check the network, and AWS_ENDPOINT_URL if it is set'],
];

/** What an input is about, most telling first. */
const SUBJECTS = ['name', 'service', 'instanceId', 'repository', 'family', 'host', 'imageId'];

export interface AwsError extends Error {
  $metadata?: {
    httpStatusCode?: number;
    /** of the SDK at this one call */
    attempts?: number;
  };
  $fault?: string;
}

/**
 * Whether the error came from an AWS client, and has one
 * of the names, with or without their suffix `Exception`.
 */
export function isAws(error: unknown, ...names: string[]): error is AwsError {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  if (names.length === 0) return true;
  return names.some((name) => error.name === name || error.name === `${name}Exception`);
}

/** Whether a permission is missing. */
export const isDenied = (error: unknown): error is AwsError =>
  isAws(error) && /AccessDenied|Unauthorized/.test(error.name);

/** What AWS refuses, and a cancellation, says nothing of a host: it is tried again, or ends. */
export const isFromElsewhere = (error: unknown): boolean => isAws(error) || error instanceof CancelledFailure;

interface RefusedAction {
  /** by IAM's name */
  action: string;
  resource: string;
}

/** What a refusal names: `ecs:DescribeServices`, and on what; undefined where AWS names no action. */
export function findRefusedAction({ message }: Pick<Error, 'message'>): RefusedAction | undefined {
  const [, action, resource = '*'] = REFUSED.exec(message) ?? [];
  return action === undefined ? undefined : { action, resource };
}

/** The statement of a policy that allows what was refused. */
export function writeStatement({ action, resource }: RefusedAction): string {
  return JSON.stringify({
    Effect: 'Allow',
    Action: action,
    Resource: resource,
  });
}

/**
 * Makes any error of an activity an ApplicationFailure that
 * says what was done to what, what AWS answered, and the way
 * out; only here is decided whether it is worth another try.
 */
export function normaliseError(error: unknown, activity: string, input: unknown): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { name, message } =
    error instanceof Error
      ? error
      : {
          name: 'Error',
          message: String(error),
        };
  const text = message || name;
  const subject = findSubject(input);
  const wayOut = findWayOut(name, text);
  const action = subject ? `${activity} ${subject}` : activity;
  return ApplicationFailure.create({
    message: `${action}: ${name}: ${text}${wayOut ? `; ${wayOut}` : ''}`,
    type: name,
    nonRetryable: isFinal(name, text),
  });
}

/** Wraps a verb, so that no raw AWS error reaches a history. */
export function withFailures<I, O>(activity: string, run: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await run(input);
    } catch (error) {
      throw normaliseError(error, activity, input);
    }
  };
}

function isFinal(name: string, text: string): boolean {
  if (THROTTLED.test(name)) return false;
  const isPassing = PASSING.some((pattern) => pattern.test(name) || pattern.test(text));
  return !isPassing && FINAL.some((pattern) => pattern.test(name));
}

function findWayOut(name: string, text: string): string | undefined {
  const wayOut = WAYS_OUT.find(([pattern]) => pattern.test(name) || pattern.test(text))?.[1];
  const refused = wayOut === GIVE_PERMISSION ? findRefusedAction({ message: text }) : undefined;
  return refused ? `add ${writeStatement(refused)} to the worker's role, then retry` : wayOut;
}

function findSubject(input: unknown): string | undefined {
  const fields = (input ?? {}) as Record<string, unknown>;
  const subjects = SUBJECTS.map((key) => fields[key]);
  return subjects.find((value) => typeof value === 'string');
}
