import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStoreName, type StoreName } from '../../src/stores';
import type { AnswerKind } from '../../src/stores/table';

const FOLDER = join(__dirname, 'answers');

/** How an answer came to be: only `npm run verify:real -- --record` writes `real`. */
type Mark = 'real' | 'seen' | 'constructed';

/** What a program answered, or would by its source. */
export interface Answer {
  store: StoreName;
  version: string;
  /** that of its row, and what is special about it: `metrics.held` */
  name: string;
  body: string;
  mark: Mark;
  source: string;
}

type Index = Record<string, Record<string, { mark: Mark; source: string }>>;

/** All answers, or those to rows of one kind. */
export function listAnswers(kind?: AnswerKind): Answer[] {
  const index = JSON.parse(readFileSync(join(FOLDER, 'index.json'), 'utf8')) as Index;
  const all = Object.entries(index).flatMap(([folder, answers]) =>
    Object.entries(answers).map(([name, entry]) => ({
      ...readPlace(folder),
      ...entry,
      name,
      body: read(folder, name),
    })),
  );
  return kind === undefined ? all : all.filter(({ name }) => NAMES[kind].test(name));
}

/** Names of the answers to rows of each kind, whole ones only. */
const NAMES: Record<AnswerKind, RegExp> = {
  ready: /^ready$/,
  configuration: /^configuration(-2)?$/,
  flush: /^flush$/,
  metrics: /^metrics\./,
  ring: /^ring$/,
  times: /^(newest|first)(\.none)?$/,
};

function readPlace(folder: string): { store: StoreName; version: string } {
  const [, store = '', version = ''] = /^(\w+)-(.+)$/.exec(folder) ?? [];
  if (!isStoreName(store)) throw new Error(`${folder} is of no store`);
  return { store, version };
}

const read = (folder: string, name: string): string => readFileSync(join(FOLDER, folder, `${name}.body`), 'utf8');
