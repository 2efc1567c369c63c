import type { Question, RunKind, Waiting } from '../../contract/status';
import type { Decision, Verb } from '../../contract/verbs';
import { HeldEffects } from './held';
import { Questions } from './questions';
import { tellAbortedBefore, tellExpired, tellMustName, tellQuestion } from './texts';
import type { SaidWord } from './word';

/** The state that a word is judged against. */
export interface Situation {
  kind: RunKind;
  /** what is shown: of several waits the newest */
  waiting: Waiting | null;
  /** what an approval answers; null: nothing is asked */
  asked: Waiting | null;
  isRollingBack: boolean;
  hasEnded: boolean;
  irreversible: string | null;
  weight: number;
  description: string;
}

/**
 * Which words are taken in which situation, and what they set. Plain logic without Temporal: the workflow awaits its
 * flags, the validators of the updates ask `refuse`.
 */
export class Control {
  isPaused = false;
  /** what approvals are asked for */
  readonly questions = new Questions();
  /** the question that was approved, by its id */
  approved: string | null = null;
  isPromoted = false;
  isRetried = false;
  /** the timer of a bake runs: it can be promoted */
  isBaking = false;
  /** effects, and undos of a way back, that failed and wait for a human */
  readonly held = new HeldEffects();
  /** somebody ended what can go no further, as it is */
  isClosed = false;
  /** the word that takes everything back; it wins over an approve of the same task */
  abort: Decision | null = null;

  /** What each word sets. */
  private readonly effects: Record<Verb, (decision: Decision) => void> = {
    approve: () => (this.approved = this.describeSituation().asked?.question?.id ?? null),
    abort: (decision) => this.takeBack(decision),
    pause: () => (this.isPaused = true),
    resume: () => (this.isPaused = false),
    promote: () => (this.isPromoted = true),
    retry: (decision) => this.takeRetry(decision),
    rollback: (decision) => this.takeBack(decision),
    close: () => (this.isClosed = true),
  };

  constructor(private readonly describeSituation: () => Situation) {}

  /** Words said before this moment were meant for something else. */
  expectNewWords(): void {
    this.approved = null;
    this.isPromoted = false;
    this.isRetried = false;
  }

  /** An approval counts for what it was given for. @returns the sentence that it counts no more, or null */
  expireApproval(asked: Question | undefined): string | null {
    const { approved, questions } = this;
    if (approved === null || asked === undefined || asked.id === approved) return null;
    this.approved = null;
    return tellExpired(questions.textOf(approved) ?? approved, questions.textOf(asked.id) ?? asked.id);
  }

  /** Why this word is not taken now, or null. Names the state and what would be taken. */
  refuse(verb: Verb, word: Partial<SaidWord>): string | null {
    const situation = this.describeSituation();
    const why = this.findRefusal(verb, word, situation);
    return why === null ? null : `${verb} refused: ${why}. Now: ${situation.description}`;
  }

  /** Takes a word that `refuse` let pass. */
  take(decision: Decision): void {
    this.effects[decision.verb](decision);
  }

  private takeBack(decision: Decision): void {
    if (this.describeSituation().isRollingBack) this.held.answer(decision.verb, decision.what);
    else this.abort = decision;
  }

  private takeRetry({ verb, what }: Decision): void {
    if (this.held.names.length > 0) this.held.answer(verb, what);
    else this.isRetried = true;
  }

  private findRefusal(verb: Verb, word: Partial<SaidWord>, situation: Situation): string | null {
    const { step, unread } = word;
    if (situation.hasEnded) return `the ${situation.kind} has ended`;
    if (unread !== undefined && !isHeardAnyway(verb, situation)) return explainUnread(unread);
    if (step !== undefined && step !== situation.weight) {
      return `it was meant for ${step} %, the weight is ${situation.weight} %`;
    }
    if (situation.isRollingBack) return this.refuseOnTheWayBack(verb, word, situation);
    if (this.abort) return tellAbortedBefore(verb);
    return this.refuseForward(verb, word, situation);
  }

  private refuseForward(verb: Verb, { question, what }: Partial<SaidWord>, situation: Situation): string | null {
    switch (verb) {
      case 'approve':
        return this.refuseApproval(question, situation);
      case 'abort':
      case 'rollback':
        return this.refuseAbort(situation);
      case 'pause':
        return this.refusePause(situation);
      case 'resume':
        return this.isPaused ? null : 'it is not paused';
      case 'promote':
        return this.refusePromotion();
      case 'retry':
        return this.refuseRetry(what, situation);
      case 'close':
        return refuseClose(situation);
    }
  }

  /** A way back that waits for a human takes his answer, and nothing else. */
  private refuseOnTheWayBack(verb: Verb, word: Partial<SaidWord>, situation: Situation): string | null {
    const { waiting, asked } = situation;
    // whatever is shown: an undo that waits for a retry may have come later
    if (verb === 'approve' && asked) return this.refuseApproval(word.question, situation);
    // whatever is shown: something else may wait too, and have come later
    if (this.held.names.length > 0 && ANSWERS.includes(verb)) return this.held.refuse(verb, word.what);
    const isTaken = waiting?.for === 'host' && waiting.verbs.includes(verb);
    return isTaken ? null : 'it is going back already';
  }

  private refuseApproval(named: string | undefined, situation: Situation): string | null {
    const asked = situation.asked?.question;
    if (named !== undefined && named !== asked?.id && named !== this.approved) return this.refuseStale(named, asked);
    if (this.approved !== null) return 'this was approved before';
    if (!asked) return 'nothing waits for an approval';
    const mustName = asked.isGrave && named === undefined;
    return mustName ? tellMustName(asked.id, this.questions.textOf(asked.id)) : null;
  }

  private refuseStale(named: string, asked: Question | undefined): string {
    const meant = tellQuestion(named, this.questions.textOf(named));
    const now = asked ? tellQuestion(asked.id, this.questions.textOf(asked.id)) : 'nothing';
    return `it was meant for ${meant}; what is asked now is ${now}`;
  }

  private refuseAbort({ irreversible }: Situation): string | null {
    return irreversible && `${irreversible}; start the hosts again from their backup image`;
  }

  private refusePause({ irreversible }: Situation): string | null {
    return irreversible ?? (this.isPaused ? 'it is paused already' : null);
  }

  /** Of several that wait each takes its own. */
  private refuseRetry(what: string | undefined, { waiting }: Situation): string | null {
    if (this.held.names.length > 0) return this.held.refuse('retry', what);
    return waiting?.verbs.includes('retry') ? null : 'nothing waits for a retry';
  }

  private refusePromotion(): string | null {
    if (this.isPromoted) return 'this bake was ended before';
    return this.isBaking ? null : 'nothing bakes';
  }
}

/** What an undo that waits for a human takes. */
const ANSWERS: readonly Verb[] = ['retry', 'abort'];

/** What stops is heard however it is said; a way back is gone on with, or given up, by what can be read alone. */
function isHeardAnyway(verb: Verb, { isRollingBack }: Situation): boolean {
  return !isRollingBack && (verb === 'abort' || verb === 'rollback' || verb === 'pause');
}

const explainUnread = (unread: string): string => `it can't be read: ${unread}; send {"by":"…","reason":"…"}`;

const refuseClose = ({ waiting }: Situation): string | null =>
  waiting?.verbs.includes('close') ? null : 'no way back stays open';
