import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';

/** Whoever repeats these gets the same answer: a human has to change something first. */
const FINAL =
  /AccessDenied|Unauthorized|InvalidParameter|ValidationE|InvalidInput|MalformedPolicy|InvalidChangeBatch|NoSuchHostedZone|OperationNotPermitted|InvalidClientTokenId|UnrecognizedClient|LimitExceeded$|SignatureDoesNotMatch/;
/** Among those, what AWS says while something is still on its way (IAM's eventual consistency, a name that drains). */
const PASSING =
  /unable to assume|not authorized to perform: iam:PassRole|still Draining|does not exist yet|has a dependent object|RequestLimitExceeded/i;

interface AwsError extends Error {
  $metadata?: { httpStatusCode?: number };
  $fault?: string;
}

/** Whether the error came from an AWS client, with the service's own error name. */
export function isAws(error: unknown, ...names: string[]): error is AwsError {
  return (
    error instanceof Error &&
    '$metadata' in error &&
    (names.length === 0 || names.some((name) => error.name === name || error.name === `${name}Exception`))
  );
}

const WAYS_OUT: [RegExp, string][] = [
  [/AccessDenied|Unauthorized/, "give the worker's role this permission, then retry"],
  [/Credentials/, 'give the worker AWS credentials (environment, profile or role), then retry'],
  [/RepositoryNotFound/, 'a migration makes it in its phase provision; without one: aws ecr create-repository'],
  [/ECONNREFUSED|ENOTFOUND/, 'check the network, and AWS_ENDPOINT_URL if it is set'],
];

/**
 * The one normaliser: any error of an activity becomes an ApplicationFailure that says what was done to what,
 * what AWS answered, and the way out; only here is decided whether it is worth another try.
 */
export function normalise(error: unknown, activity: string, input: unknown): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const text = message || name;
  const final = FINAL.test(name) && !PASSING.test(text) && !PASSING.test(name) && !/Throttl|RequestLimit/.test(name);
  const way = WAYS_OUT.find(([pattern]) => pattern.test(name) || pattern.test(text))?.[1];
  const what = subject(input);
  return ApplicationFailure.create({
    message: `${activity}${what ? ` ${what}` : ''}: ${name}: ${text}${way ? `; ${way}` : ''}`,
    type: name,
    nonRetryable: final,
  });
}

function subject(input: unknown): string {
  const fields = input as Record<string, unknown> | undefined;
  for (const key of ['name', 'service', 'instanceId', 'repository', 'family', 'host', 'imageId']) {
    if (typeof fields?.[key] === 'string') return fields[key];
  }
  return '';
}

/** Wraps every verb, so that no raw AWS error reaches a history. */
export function withFailures<T extends object>(activities: T): T {
  return Object.fromEntries(
    Object.entries(activities as Record<string, (input: unknown) => Promise<unknown>>).map(([name, run]) => [
      name,
      async (input: unknown) => {
        try {
          return await run(input);
        } catch (error) {
          throw normalise(error, name, input);
        }
      },
    ]),
  ) as T;
}
