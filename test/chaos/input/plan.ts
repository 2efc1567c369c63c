import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { ApplicationFailure } from '@temporalio/common';
import type { Deps } from '../../../src/activities/clients';
import { parseDeployment, parsePlan as parseSent } from '../../../src/activities/start';
import { adviceOn } from '../../../src/plan/advice';
import { parsePlan, PlanError } from '../../../src/plan/loader';
import { planSchema, type Plan } from '../../../src/plan/schema';
import { SHORT } from '../../plan/plan';
import { describeProperty, type InputProperty } from './property';
import { hostileText, hostileValue, listPaths, spoil } from './values';

const FILE = 'migration.yaml';
const EXAMPLE = readFileSync(join(__dirname, '../../../examples/lgtm.yaml'), 'utf8');
/** Milliseconds, the best of a few tries: another process may hold this one up, but not each time. */
const LONGEST_PARSE_MS = 2000;
const TRIES = 3;
const LONGEST_LINE = 600;
const LONGEST_REFUSAL = 2500;
/** A plan is read without asking anybody. */
const NO_DEPS = {} as Deps;

/** `file:line  place   what is wrong`, or what YAML says, or how many more there are. */
const SENTENCE = /^migration\.yaml:(\d+) {2}\S.*$|^and [\d,]+ more$/u;

/** Every key that a plan can have in what is written out of all defaults. */
const COMPLETE: unknown = planSchema.parse(parsePlan(SHORT, FILE));

/** A value that a key might well take. */
const plausible: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant([`/${'*'.repeat(30)}x`]),
  fc.constantFrom<unknown>('5m', '1h', '10s', '7d', 1, 2, 10, 60, 100, true, false, 'keep', 'delete', 'lgtm-a', null),
  fc.constantFrom<unknown>(...listPaths(COMPLETE).map((path) => readAt(COMPLETE, path))),
  fc.integer({
    min: 0,
    max: 400,
  }),
);

function readAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((place, key) => (place as Record<PropertyKey, unknown>)[key], value);
}

const anyPlan = fc.oneof(spoil(COMPLETE), spoil(parse(SHORT) as unknown), spoil(parse(EXAMPLE) as unknown));
const likelyPlan = fc.oneof(spoil(COMPLETE, plausible), spoil(parse(EXAMPLE) as unknown, plausible));

/** A text with pieces cut out, doubled and put in. */
const editedText = fc
  .record({
    text: fc.constantFrom(SHORT, EXAMPLE),
    edits: fc.array(fc.tuple(fc.nat(), fc.nat(20), hostileText), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ text, edits }) => edits.reduce(edit, text));

function edit(text: string, [position, length, put]: [number, number, string]): string {
  const at = position % (text.length + 1);
  return text.slice(0, at) + put + text.slice(at + length);
}

const anyText = fc.oneof(
  editedText,
  hostileText,
  fc.string({
    unit: fc.constantFrom(...'abc:-[]{}*&!|>\'"%@`,?#\n \t0', '\n  ', ': ', '- ', '<<: ', '&a ', '*a'),
    maxLength: 200,
  }),
  hostileValue.map((value) => stringify(value)),
);

/** A plan, or the loader's own error. @throws any other, and where the error does not say enough or says too much */
function readText(text: string): Plan | undefined {
  try {
    return parsePlan(text, FILE);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    judgeProblems(error.problems, text);
    return undefined;
  }
}

function judgeProblems(problems: string[], text: string): void {
  if (problems.length === 0) throw new Error('refused without a problem');
  const lines = text.split('\n').length;
  for (const problem of problems) {
    const [, line] = SENTENCE.exec(problem) ?? [];
    if (!SENTENCE.test(problem)) throw new Error(`no sentence with file and line: ${JSON.stringify(problem)}`);
    if (Number(line ?? 1) > lines) throw new Error(`line ${line} of ${lines}: ${problem}`);
    if (problem.length > LONGEST_LINE) throw new Error(`${problem.length} characters: ${problem}`);
  }
}

function judgeDuration(text: string): void {
  const times = [];
  for (let tries = 0; tries < TRIES; tries++) {
    const began = performance.now();
    const plan = readText(text);
    if (plan) adviceOn(plan);
    const took = performance.now() - began;
    if (took <= LONGEST_PARSE_MS) return;
    times.push(took);
  }
  throw new Error(`reading it takes ${Math.min(...times).toFixed(0)} ms`);
}

/** What was read is read again as the same, from a file without defaults and from a workflow's input. */
async function judgeReadAgain(given: unknown): Promise<void> {
  const plan = readText(stringify(given));
  if (!plan) return;
  const whole = {
    stack: 'none',
    ...plan,
  };
  const again = readText(stringify(whole));
  if (!isDeepStrictEqual(again, plan)) throw new Error('what its own YAML says is another plan');
  const sent: unknown = JSON.parse(JSON.stringify({ plan }));
  const started = await parseSent(NO_DEPS, { sent });
  if (!isDeepStrictEqual(started, plan)) throw new Error('a workflow that is started with it has another plan');
}

/** What a run may be started with by somebody who has no command line. */
const anyStart: fc.Arbitrary<unknown> = fc.oneof(
  hostileValue,
  fc.record(
    {
      plan: fc.oneof(anyPlan, hostileValue),
      services: hostileValue,
      images: hostileValue,
      previous: hostileValue,
      by: hostileValue,
    },
    {
      requiredKeys: [],
    },
  ),
  fc.record({
    unreadable: hostileText,
  }),
);

/** @throws unless it is taken, or refused for good by a sentence of bounded length */
async function judgeStart(sent: unknown): Promise<void> {
  for (const read of [parseSent, parseDeployment]) {
    const refusal: unknown = await read(NO_DEPS, { sent }).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal === undefined) continue;
    if (!(refusal instanceof ApplicationFailure)) throw refusal;
    const { nonRetryable, message } = refusal;
    if (!nonRetryable) throw new Error(`it is tried again: ${message}`);
    if (message.length > LONGEST_REFUSAL) throw new Error(`${message.length} characters: ${message}`);
  }
}

/** Stands where secrets stand, and nowhere else. */
const CANARY = 'c4n4ryS3cr3tT0k3n';
const withCanary: fc.Arbitrary<unknown> = fc
  .record({
    variable: fc.constantFrom('DB_PASSWORD', 'API_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'DATABASE_URL', 'REMOTE'),
    value: fc.constantFrom<unknown>(
      `postgres://user:${CANARY}@db:5432/grafana`,
      [`https://user:${CANARY}@example.com/`],
      { url: `https://user:${CANARY}@example.com/` },
      `postgres%3A%2F%2Fuser%3A${CANARY}%40db`,
    ),
    key: fc.constantFrom('environment', 'secrets', 'duties', 'health'),
    service: fc.constantFrom('grafana', 'loki', 'stranger'),
  })
  .map(({ variable, value, key, service }) => ({
    ...(parse(SHORT) as object),
    services: {
      [service]: {
        [key]: {
          [variable]: value,
        },
      },
    },
  }));

function judgeSecrecy(given: unknown): void {
  const text = stringify(given);
  try {
    parsePlan(text, FILE);
  } catch (error) {
    if (String(error).includes(CANARY)) throw new Error(`a secret is shown: ${String(error)}`, { cause: error });
  }
}

const KIND = 'M6 plan';

export const PLAN_PROPERTIES: readonly InputProperty[] = [
  describeProperty(KIND, 'a text is a plan, or refused with file, line and a sentence', anyText, (text) => {
    judgeDuration(text);
  }),
  describeProperty(
    KIND,
    'a plan with anything anywhere is a plan, or refused so',
    fc.oneof(anyPlan, likelyPlan),
    (plan) => {
      judgeDuration(stringify(plan));
    },
  ),
  describeProperty(KIND, 'what a plan is read as is read again as the same', likelyPlan, judgeReadAgain),
  describeProperty(KIND, 'whatever a run is started with is taken, or refused for good', anyStart, judgeStart),
  describeProperty(
    KIND,
    'no refusal shows a secret',
    withCanary.chain((plan) => spoil(plan)),
    judgeSecrecy,
  ),
];
