import { z } from 'zod';
import { toMilliseconds, type Duration } from './duration';
import { describeMismatch, describeOtherLength } from './texts';

/** Text of one form; `what` completes the sentence `"…" is not …`. */
export function textLike(pattern: RegExp, what: string) {
  return z.string().regex(pattern, {
    error: ({ input }) => describeMismatch(input, what),
  });
}

/**
 * Text that a person reads on one line: no control characters.
 * @param longest in characters
 */
export function lineOf(longest: number) {
  return textLike(new RegExp(`^[ -~\u00a0-\uffff]{1,${longest}}$`), `text of one line, 1 to ${longest} characters`);
}

/** A name, a selector, a reference: what is looked up as it is written. */
export const line = lineOf(255);

/**
 * Text with line breaks and tabs, as a program takes it.
 * All of a task definition may have 64 KB. Source: AWS, "Amazon ECS service quotas".
 */
export const program = textLike(/^[\t\n\r -~\u00a0-\uffff]{0,8192}$/, 'text of at most 8,192 characters');

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

/** A DNS name in lower case, as Route 53 answers with it. */
export const hostName = textLike(
  new RegExp(String.raw`^(?=.{1,253}$)(${LABEL}\.)+[a-z]{2,}$`),
  'a host name in lower case',
);

/** Route 53's. */
export const hostedZoneId = textLike(/^Z[A-Z0-9]{1,31}$/, 'a hosted zone id; see aws route53 list-hosted-zones');

/**
 * Names of clusters, load balancers, target groups and task definition families.
 * @param longest in characters
 */
export function awsName(what: string, longest: number) {
  const between = longest - 2;
  const letter = '[A-Za-z0-9]';
  return textLike(
    new RegExp(`^${letter}(?:[A-Za-z0-9-]{0,${between}}${letter})?$`),
    `a ${what}: letters, digits and hyphens, at most ${longest}, no hyphen at an end`,
  );
}

/** Source: AWS, API reference of CreateSecurityGroup. */
export const securityGroup = textLike(
  /^(?!sg-)[\w .\-:/()#,@[\]+=&;{}!$*]{1,255}$/,
  'the name of a security group, which never begins with sg-',
);

/** A path of a file, from the root. */
export const filePath = textLike(/^\/[ -~\u00a0-\uffff]{0,1023}$/, 'a path of a file, from the root');

/**
 * A path of a URL, as it is sent: what curl would unfold or refuse ({}, [], blanks) is not in it.
 * Source: RFC 3986, section 3.3; curl's manual, "URL".
 */
export const urlPath = textLike(
  /^\/[\w\-.~!$&'()*+,;=:@%/?]{0,1023}$/,
  'a path of a URL; begin with /, and write %20 for a blank',
);

/**
 * A name of an environment variable. The images start with a shell, which hands on no others.
 * Source: POSIX, "Environment Variable Definition".
 */
export const variableName = textLike(
  /^[A-Za-z_][A-Za-z0-9_]{0,254}$/,
  'an environment variable: letters, digits and _, no digit first',
);

/** A whole number between both, inclusive. */
export function wholeNumber(least: number, most: number) {
  return z.int().min(least).max(most);
}

/** A TCP or UDP port. */
export const port = wholeNumber(1, 65535);

/** How often something may happen. */
export const naturalNumber = wholeNumber(0, 1_000_000);

const DURATION = /^\d{1,9}(\.\d{1,3})?(ms|s|m|h|d)$/;

/** A {@link Duration}. */
export const duration = z.string().regex(DURATION, {
  error: ({ input }) => describeMismatch(input, 'a duration; write 90s, 10m, 1h or 7d'),
});

/** A length of time between both, inclusive. */
export function durationWithin(least: Duration, most: Duration) {
  const isWithin = (value: Duration) => {
    // what has another form has its problem already
    if (!DURATION.test(value)) return true;
    const length = toMilliseconds(value);
    return length >= toMilliseconds(least) && length <= toMilliseconds(most);
  };
  return duration
    .refine(isWithin, {
      error: ({ input }) => describeOtherLength(String(input), least, most),
    })
    .meta({
      description: `A length of time: 250ms, 90s, 10m, 1h, 7d; ${least} to ${most}`,
    });
}
