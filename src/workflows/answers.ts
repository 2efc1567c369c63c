import { findAsked, type Status } from '../contract/status';
import { VERB_NAMES, type Verb } from '../contract/verbs';
import { describeStatus } from './details';

/** What a word does that is taken, by the status as it was when it was said. */
const EFFECTS: Record<Verb, (status: Status) => string> = {
  approve: (status) => `approved is "${describeQuestion(status)}"`,
  abort: describeTakingBack,
  rollback: describeTakingBack,
  pause: () => 'what has begun ends, nothing new begins and the measuring goes on, until somebody says resume',
  resume: () => 'it goes on',
  promote: () => 'the bake ends as soon as its signals pass',
  retry: () => 'what failed is tried again',
  close: () => 'the way back ends as it is, and what is left is named',
};

function describeTakingBack({ rollback, undo }: Status): string {
  if (rollback) return 'the undo that waited is given up, and named';
  return `all is taken back, users first; undos: ${undo.pending}`;
}

/** What is asked, without the word for it. */
export function describeQuestion(status: Status): string {
  return findAsked(status)?.what.replace(/^approval: /, '') ?? 'nothing';
}

/** `abort by kim is taken in shift at 50 %: all is taken back, users first; undos: 38` */
export function answerWord(verb: Verb, by: string, status: Status): string {
  const { phase, weight } = status;
  return `${verb} by ${by} is taken in ${phase} at ${weight} %: ${EFFECTS[verb](status)}`;
}

export function answerUnknown(signal: string, status: Status): string {
  return `signal ${signal} is unknown; known are ${VERB_NAMES.join(', ')}. Now: ${describeStatus(status)}`;
}
