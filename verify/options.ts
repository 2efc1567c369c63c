import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = 'usage: npm run verify:real -- --bin FOLDER | --docker [--record]';

const ANSWERS = join(__dirname, '../test/stores/answers');
/** Longer than the slowest that was seen: Mimir finds all its blocks again after 98 s. */
const PATIENCE_S = '300';

export interface Options {
  /** of the programs; absent: Docker has them */
  folder?: string;
  isRecording: boolean;
  /** where answers are recorded */
  answers: string;
  /** how long nothing may move before what is waited for will not come */
  patienceMs: number;
}

const flag = {
  type: 'boolean',
  default: false,
} as const;

/** @throws with a sentence about the first option that is none */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      bin: { type: 'string' },
      docker: flag,
      record: flag,
      answers: {
        type: 'string',
        default: ANSWERS,
      },
      patience: {
        type: 'string',
        default: PATIENCE_S,
      },
    },
  });
  const { bin, docker, record, answers, patience } = values;
  if ((bin === undefined) !== docker) throw new Error('one of --bin FOLDER and --docker says where the programs are');
  const seconds = Number(patience);
  if (!(seconds > 0)) throw new Error(`--patience ${patience} is no number of seconds`);
  return {
    ...(bin !== undefined && { folder: bin }),
    isRecording: record,
    answers,
    patienceMs: seconds * 1000,
  };
}
