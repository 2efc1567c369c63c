/** What an operator can say to a migration, and what each word means. */
export const VERBS = {
  approve: 'let what waits go on',
  abort: 'stop and take everything back',
  pause: 'begin nothing new; the measuring goes on',
  resume: 'go on after a pause',
  promote: 'end this bake early, once its signals have passed',
  retry: 'try again what failed',
  rollback: 'take everything back',
  close: 'end a way back that stays open, as it is',
} as const;
export type Verb = keyof typeof VERBS;
export const VERB_NAMES = Object.keys(VERBS) as Verb[];

/** Who says it and why; both may be left out when it is sent from the Temporal UI. */
export interface Word {
  by?: string;
  reason?: string;
  /** what the sender saw, e.g. a step's weight; a word about another step is refused as stale */
  step?: number;
  /** of an approval, the question that it answers: `3-9f86d081` */
  question?: string;
  /** of a retry or an abort on the way back, which undo it is for: its name, or a part of it */
  what?: string;
}

/** A word that was taken. */
export interface Decision {
  verb: Verb;
  by: string;
  reason: string;
  step?: number;
  what?: string;
}
