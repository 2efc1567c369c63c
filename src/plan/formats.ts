import { z } from 'zod';
import { describeMismatch } from './texts';

/** Text of one form; `what` completes the sentence `"…" is not …`. */
export function textLike(pattern: RegExp, what: string) {
  return z.string().regex(pattern, {
    error: ({ input }) => describeMismatch(input, what),
  });
}

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

/** A DNS name in lower case, as Route 53 answers with it. */
export const hostName = textLike(
  new RegExp(String.raw`^(?=.{1,253}$)(${LABEL}\.)+[a-z]{2,}$`),
  'a host name in lower case',
);

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

/** A path from the root, of a URL or of a file. */
export const path = z.string().startsWith('/');

/** A name of an environment variable. */
export const variableName = z.string().regex(/^[A-Z_][A-Z0-9_]*$/);

/** A whole number between both, inclusive. */
export function wholeNumber(least: number, most: number) {
  return z.int().min(least).max(most);
}

/** A TCP or UDP port. */
export const port = wholeNumber(1, 65535);

/** A whole number from 0. */
export const naturalNumber = z.int().min(0);

/** Text by text: environment variables, dimensions. */
export const textMap = z.record(z.string(), z.string());
