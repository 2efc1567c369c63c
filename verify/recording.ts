import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALWAYS_THERE, sumMetric } from '../src/analysis/metrics';
import { KEYS_IN_URL, SECRET_KEYS } from '../src/activities/host/configuration';
import { storeOf, type StoreName } from '../src/stores';
import type { Metric } from '../src/stores/endpoint';
import type { Answer } from './ask';

interface Entry {
  mark: 'real' | 'seen' | 'constructed';
  source: string;
}
type Index = Record<string, Record<string, Entry>>;

const KEY = /^([\w-]+):/;
/** A setting that holds one, and a block or a list's entry in one line that does. */
const SECRETS = [
  new RegExp(`^[ -]*["']?[\\w.-]*(?:${SECRET_KEYS})[\\w.-]*["']?: *(?=\\S)`, 'i'),
  new RegExp(`^[ -]*[^:{]*[:-] *(?=\\{.*(?:${SECRET_KEYS})[\\w.-]*["']? *:)`, 'i'),
];
/** What no secret is: nothing, or a switch. */
const HARMLESS = /: *(""|''|null|true|false|\d+\w*)$/;
const IN_URL = new RegExp(KEYS_IN_URL.plain);
const IN_ESCAPED_URL = new RegExp(KEYS_IN_URL.escaped, 'i');
/** All but the first four of a member's 128. */
const TOKENS = /("tokens":\s*\[(?:\d+,\s*){3}\d+)[\d,\s]*/g;

/**
 * Writes what a program answered into a folder of answers, in the place of what stands there for the same store and
 * version, and marks it as real.
 * @returns how many were written, and where
 * @throws Error where the program does not say its version
 */
export function record(
  folder: string,
  store: StoreName,
  version: string | undefined,
  answers: ReadonlyMap<string, Answer>,
): string {
  if (version === undefined) {
    throw new Error('the program does not say its version, so nobody would know whose they are');
  }
  const name = `${store}-${version}`;
  const place = join(folder, name);
  const [day] = new Date().toISOString().split('T');
  const entries: Record<string, Entry> = {};
  mkdirSync(place, { recursive: true });
  for (const [what, answer] of answers) {
    if (isRepeated(store, what, answers)) continue;
    writeFileSync(join(place, `${what}.body`), trim(store, what, answer.body));
    writeFileSync(join(place, `${what}.headers`), answer.headers);
    entries[what] = {
      mark: 'real',
      source: `recorded by verify:real on ${day}, trimmed`,
    };
  }
  writeIndex(join(folder, 'index.json'), name, entries);
  return `${Object.keys(entries).length} answers in ${place}`;
}

function writeIndex(file: string, name: string, entries: Record<string, Entry>): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  const index = JSON.parse(text) as Index;
  index[name] = {
    ...index[name],
    ...entries,
  };
  const written = JSON.stringify(index, null, 2);
  writeFileSync(file, `${written}\n`);
}

/** What is late is kept once more, from when it was there; what is there at once, is not. */
function isRepeated(store: StoreName, what: string, answers: ReadonlyMap<string, Answer>): boolean {
  if (what !== 'metrics.later') return false;
  const page = answers.get('metrics.held')?.body ?? '';
  const { held } = storeOf(store).metrics;
  const isThere = ({ name }: Metric) => sumMetric(page, { name }) !== undefined;
  return held.every(isThere);
}

/** What the product reads of an answer, without what is nobody's business. */
function trim(store: StoreName, what: string, body: string): string {
  const [kind] = what.split(/[.-]/);
  switch (kind) {
    case 'configuration':
      return trimConfiguration(store, body);
    case 'metrics':
      return trimMetrics(store, body);
    case 'ring':
      return body.replace(TOKENS, '$1');
    default:
      return body;
  }
}

/** Blocks that hold a setting of the table; lines before the first are part of what has to be read. */
function trimConfiguration(store: StoreName, body: string): string {
  const { settings } = storeOf(store).configuration;
  const blocks = new Set(settings.map((path) => path.split('.')[0]));
  let isKept = true;
  const lines = body.split('\n').filter((line) => {
    const key = KEY.exec(line)?.[1];
    if (key !== undefined) isKept = blocks.has(key);
    return isKept;
  });
  const text = lines.map(hideSecret).join('\n');
  return `${text.trimEnd()}\n`;
}

function hideSecret(line: string): string {
  const found = SECRETS.map((pattern) => pattern.exec(line)?.[0]);
  const setting = found.find((text) => text !== undefined);
  if (setting === undefined || HARMLESS.test(line)) return line.replace(IN_URL, '//').replace(IN_ESCAPED_URL, '%2F%2F');
  return `${setting}'********'`;
}

function trimMetrics(store: StoreName, body: string): string {
  const { held, stored, memory } = storeOf(store).metrics;
  const metrics = [memory, ...held, ...stored];
  const names = new Set([ALWAYS_THERE, ...metrics.map(({ name }) => name)]);
  const isNamed = (line: string) => {
    const [name = ''] = /^\w+/.exec(line) ?? [];
    return names.has(name) || name.endsWith('_build_info');
  };
  const lines = body.split('\n').filter(isNamed);
  return `${lines.join('\n')}\n`;
}
