import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALWAYS_THERE, sumMetric } from '../src/analysis/metrics';
import { storeOf, type StoreName } from '../src/stores';
import type { Answer } from './ask';

interface Entry {
  mark: 'real' | 'seen' | 'constructed';
  source: string;
}
type Index = Record<string, Record<string, Entry>>;

const KEY = /^([\w-]+):/;
const SECRET = /^([ -]*[\w.-]*(?:secret|password|access_key|account_key|token|private_key)[\w.-]*: *)[^\s"'].*$/gim;
const KEYS_IN_URL = /\/\/[^/@\s]*@/g;
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
  if (version === undefined)
    throw new Error('the program does not say its version, so nobody would know whose they are');
  const name = `${store}-${version}`;
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const entries: Record<string, Entry> = {};
  for (const [what, answer] of answers) {
    if (isRepeated(store, what, answers)) continue;
    writeFileSync(join(place, `${what}.body`), trim(store, what, answer.body));
    writeFileSync(join(place, `${what}.headers`), answer.headers);
    entries[what] = {
      mark: 'real',
      source: `recorded by verify:real on ${new Date().toISOString().slice(0, 10)}, trimmed`,
    };
  }
  writeIndex(join(folder, 'index.json'), name, entries);
  return `${Object.keys(entries).length} answers in ${place}`;
}

function writeIndex(file: string, name: string, entries: Record<string, Entry>): void {
  const index = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Index) : {};
  index[name] = { ...index[name], ...entries };
  writeFileSync(file, `${JSON.stringify(index, null, 2)}\n`);
}

/** What is late is kept once more, from when it was there; what is there at once, is not. */
function isRepeated(store: StoreName, what: string, answers: ReadonlyMap<string, Answer>): boolean {
  if (what !== 'metrics.later') return false;
  const page = answers.get('metrics.held')?.body ?? '';
  return storeOf(store).metrics.held.every(({ name }) => sumMetric(page, { name }) !== undefined);
}

/** What the product reads of an answer, without what is nobody's business. */
function trim(store: StoreName, what: string, body: string): string {
  if (what.startsWith('configuration')) return trimConfiguration(store, body);
  if (what.startsWith('metrics')) return trimMetrics(store, body);
  return what === 'ring' ? body.replace(TOKENS, '$1') : body;
}

/** Blocks that hold a setting of the table; lines before the first are part of what has to be read. */
function trimConfiguration(store: StoreName, body: string): string {
  const blocks = new Set(storeOf(store).configuration.settings.map((path) => path.split('.')[0]));
  let isKept = true;
  const lines = body.split('\n').filter((line) => {
    const key = KEY.exec(line)?.[1];
    if (key !== undefined) isKept = blocks.has(key);
    return isKept;
  });
  return `${lines.join('\n').trimEnd()}\n`.replace(SECRET, "$1'********'").replace(KEYS_IN_URL, '//');
}

function trimMetrics(store: StoreName, body: string): string {
  const { held, stored, memory } = storeOf(store).metrics;
  const names = new Set([ALWAYS_THERE, memory.name, ...[...held, ...stored].map(({ name }) => name)]);
  const lines = body
    .split('\n')
    .filter((line) => names.has(/^\w+/.exec(line)?.[0] ?? '') || line.includes('_build_info{'));
  return `${lines.join('\n')}\n`;
}
