import type { z } from 'zod';
import { findNearest } from './nearest';
import { addDefaults } from './overlay';
import { planSchema } from './schema';
import { HIDDEN, looksSecret, show } from './secrecy';
import { describeMissingKey, describeUnknownKey, describeWrongType } from './texts';

/** Something wrong at a path of the plan, in a sentence that names the way out. */
export interface Problem {
  path: PropertyKey[];
  message: string;
}

/** `services.mimir.cpu   3 is not a Fargate size` */
export function sayProblem({ path, message }: Problem): string {
  const place = path.map(sayKey).join('.') || '(the whole file)';
  return `${place}   ${message}`;
}

/** A key that would break the line, can't be seen, or is no key but a text, is quoted. */
function sayKey(key: PropertyKey): string {
  const name = String(key);
  const isSeen = name === name.trim() && /^[ -~\u00a0-\uffff]{1,60}$/.test(name);
  return isSeen ? name : show(name);
}

/**
 * zod's issue in our words: what was found, what would do.
 * @param plan what was parsed
 */
export function explainIssue(issue: z.core.$ZodIssue, plan: unknown): Problem[] {
  const { path, message } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => explainUnknownKey(path, key));
    case 'invalid_type':
      return explainType(path, issue.expected, plan);
    case 'invalid_key':
      return issue.issues.map((ofKey) => ({
        path,
        message: nameValue(ofKey.message, path.at(-1)),
      }));
    case 'custom':
      return [{ path, message }];
    default:
      return [{ path, message: nameValue(message, readPath(plan, path)) }];
  }
}

function explainUnknownKey(path: PropertyKey[], key: string): Problem {
  const known = listKeys(path);
  const nearest = findNearest(key, known);
  return {
    path: [...path, key],
    message: describeUnknownKey(nearest, known),
  };
}

function explainType(path: PropertyKey[], expected: string, plan: unknown): Problem[] {
  const value = readPath(plan, path);
  if (value !== undefined) {
    const shown = isHidden(path, value) ? HIDDEN : show(value);
    return [{ path, message: describeWrongType(shown, expected) }];
  }
  if (path[0] === 'records' && !hasDomain(plan)) return [];
  return [{ path, message: describeMissingKey(expected) }];
}

/** Whether it stands where a secret may: the value of a variable. */
function isHidden(path: PropertyKey[], value: unknown): boolean {
  return path.includes('environment') && looksSecret(String(path.at(-1)), JSON.stringify(value));
}

/** The default of records is made from the domain, whose own error is enough. */
function hasDomain(plan: unknown): boolean {
  return typeof readPath(plan, ['domain']) === 'string';
}

/** zod's own sentences do not say what was found; ours do. */
function nameValue(message: string, value: unknown): string {
  const found = show(value);
  const isNamed = message.includes(found);
  return isNamed ? message : `${found}: ${message}`;
}

type Loose = Record<PropertyKey, unknown> | undefined;

function readPath(plan: unknown, path: PropertyKey[]): unknown {
  let value = plan;
  for (const key of path) value = (value as Loose)?.[key];
  return value;
}

/** The least that a plan file may say. */
const SHORTEST = {
  name: 'a',
  domain: 'example.com',
  hostedZone: 'Z1',
  certificate: 'arn:aws:acm:eu-west-1:123456789012:certificate/1',
  source: { instances: ['i-00000000'], composeDirectory: '/' },
};

let complete: unknown;

/** The keys that a complete plan has at this place. */
function listKeys(path: PropertyKey[]): string[] {
  complete ??= planSchema.parse(addDefaults(SHORTEST));
  const place = readPath(complete, path);
  return typeof place === 'object' && place !== null ? Object.keys(place) : [];
}
