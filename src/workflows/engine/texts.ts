import type { Verb } from '../../contract/verbs';
import { messageOf } from './failures';

export const describeUnwatched = (error: unknown): string => `the signals can't be watched: ${messageOf(error)}`;

/** @param what the gate, as in `50 %` @param limit of the plan @param verdict why they have not passed, where that is known */
export function describeTimedOut(what: string, limit: string, verdict?: string): string {
  const why = verdict === undefined ? '' : `: ${verdict}`;
  return `${what}: its signals have not passed for ${limit} (analysis.holdTimeout)${why}`;
}

/** @param step what the question would be if somebody had come */
export const askToGoOnUnvisited = (step: string, names: string[]): string =>
  `${step}, although nobody came to ${names.join(', ')}`;

export const tellAbortedBefore = (verb: Verb): string =>
  verb === 'abort' || verb === 'rollback' ? 'it is being aborted already' : 'an abort came first';

/** `question 3-9f86d081 "stop i-1"` */
export const tellQuestion = (id: string, text: string | undefined): string =>
  text === undefined ? `question "${id}", which this run has not asked` : `question ${id} "${text}"`;

export const tellMustName = (id: string, text: string | undefined): string =>
  `it must name ${tellQuestion(id, text)}: send {"by":"…","reason":"…","question":"${id}"}`;

export const tellExpired = (approved: string, asked: string): string =>
  `the approval of "${approved}" counts no more: what is asked now is "${asked}"`;

export function tellHeldUndo(what: string, names: string[]): string {
  return `a human: could not ${tellBeside(what, names)}`;
}

/** What waits for a word, with what waits beside it. */
export function tellBeside(what: string, names: string[]): string {
  const others = names.filter((name) => name !== what);
  const beside = others.length === 0 ? '' : `, beside: ${others.join(', ')}; each takes its own word (--what)`;
  return `${what}${beside}`;
}

export const tellNoneHeld = (what: string | undefined, names: string[]): string =>
  what === undefined ? 'nothing waits for an answer' : `no "${what}" waits for an answer; ${listNames(names)}`;

export const tellManyHeld = (names: string[]): string =>
  `${names.length} wait for an answer of their own; name one: send {"what":"…"} (--what); ${listNames(names)}`;

export const tellMustNameUndo = (names: string[]): string =>
  `it gives up what waits, and must name it: send {"what":"…"} (--what); ${listNames(names)}`;

export const tellNotWaitedFor = (undos: string[]): string =>
  `${undos.join(', ')}: not done yet, and users are not kept waiting for it`;

const listNames = (names: string[]): string => `these wait: ${names.map((name) => `"${name}"`).join(', ')}`;

export const refuseOnTheWayBack = (name: string, where: string): string =>
  `the migration of ${name} takes no deployment any more (${where}); ` +
  `deploy when it has ended: lgtm-migrate watch ${name}`;

export const refuseInTheWeek = (name: string): string =>
  `the migration of ${name} is in the week before its hosts are terminated; give --during-week: ` +
  'then its way back is told what runs';

export const refuseElsewhere = (name: string, where: string): string =>
  `a migration of ${name} runs (${where}) and takes a deployment only while it is paused at 0 % after its phase deploy ` +
  `(lgtm-migrate pause ${name}), or with --during-week in the week before termination; ` +
  `or deploy when it has ended: lgtm-migrate watch ${name}`;
