import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { metricsOf } from '../analysis/signals';
import { planSchema, withDefaults, type Plan } from './schema';

/** Everything that is wrong with a plan file, a line each: file:line, YAML path, what and the way out. */
export class PlanError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'PlanError';
  }
}

/** Reads and checks a plan file. @throws PlanError with every problem at once */
export function loadPlan(file: string): Plan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PlanError([
      `${file}: can't be read (${(error as NodeJS.ErrnoException).code}); write one with lgtm-migrate init`,
    ]);
  }
  return parsePlan(text, basename(file));
}

/** The same for a text; `file` stands in the errors. */
export function parsePlan(text: string, file: string): Plan {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntax = document.errors.map(
    ({ message, linePos }) => `${file}:${linePos?.[0].line ?? 1}  ${message.split('\n')[0]}`,
  );
  if (syntax.length > 0) throw new PlanError(syntax);
  const merged = withDefaults(document.toJS() as unknown);
  const result = planSchema.safeParse(merged);
  const line = (path: PropertyKey[]) => lineOf(document, lines, path);
  const problems = [
    ...(result.success ? [] : result.error.issues.flatMap((issue) => explained(issue, merged))),
    ...unknownMetrics(merged),
  ].map(({ path, message }) => ({
    line: line(path),
    text: `${path.map(String).join('.') || '(the whole file)'}   ${message}`,
  }));
  if (problems.length > 0) {
    throw new PlanError(
      problems.sort((a, b) => a.line - b.line).map((problem) => `${file}:${problem.line}  ${problem.text}`),
    );
  }
  return planSchema.parse(merged);
}

interface Problem {
  path: PropertyKey[];
  message: string;
}

/** zod's issue in our words: what was found, what would do. */
function explained(issue: z.core.$ZodIssue, plan: unknown): Problem[] {
  const { path } = issue;
  const value = at(plan, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key${nearest(key, keysOf(path))}` }));
  }
  if (value === undefined && issue.code === 'invalid_type') {
    // the default of records is made from the domain, whose own error is enough
    if (path[0] === 'records' && typeof at(plan, ['domain']) !== 'string') return [];
    return [{ path, message: `is missing; give it ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}` }];
  }
  if (issue.code === 'invalid_type') return [{ path, message: `${JSON.stringify(value)} is no ${issue.expected}` }];
  return [
    {
      path,
      message:
        issue.code === 'custom' || issue.message.includes(JSON.stringify(value) ?? '\0')
          ? issue.message
          : `${JSON.stringify(value)}: ${issue.message}`,
    },
  ];
}

/** A metric that its source doesn't know would be found out at the first look only. */
function unknownMetrics(plan: unknown): Problem[] {
  const signals = at(plan, ['analysis', 'signals']);
  if (typeof signals !== 'object' || signals === null) return [];
  return Object.entries(
    signals as Record<string, { source?: 'load-balancer' | 'ecs' | 'custom'; metric?: string }>,
  ).flatMap(([name, signal]) => {
    const known = signal?.source && metricsOf(signal.source);
    return known && signal.metric && !known.includes(signal.metric)
      ? [
          {
            path: ['analysis', 'signals', name, 'metric'],
            message: `${signal.source} has no metric ${signal.metric}; take one of ${known.join(', ')}`,
          },
        ]
      : [];
  });
}

function at(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** The keys that a complete plan has at this place. */
function keysOf(path: PropertyKey[]): string[] {
  const example = planSchema.safeParse(
    withDefaults({
      name: 'a',
      domain: 'example.com',
      hostedZone: 'Z1',
      certificate: 'arn:aws:acm:',
      source: { instances: ['i-00000000'], composeDirectory: '/' },
    }),
  );
  const there = example.success ? at(example.data, path) : undefined;
  return typeof there === 'object' && there !== null ? Object.keys(there) : [];
}

function nearest(key: string, known: string[]): string {
  const close = known
    .map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (close && close.distance <= Math.max(2, key.length / 3)) return `; did you mean ${close.name}?`;
  return known.length > 0 ? `; known here are ${known.join(', ')}` : '; take it out';
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    row = row.reduce<number[]>(
      (next, _, j) => [
        ...next,
        j === 0 ? i : Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)),
      ],
      [],
    );
  }
  return row[b.length]!;
}

/** The line of a path, or of the nearest thing above it that the file has: defaults have no line. */
function lineOf(document: Document, lines: LineCounter, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length) as (string | number)[], true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
