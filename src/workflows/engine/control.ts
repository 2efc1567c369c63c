import type { Waiting } from '../../contract/status';
import type { Decision, Verb, Word } from '../../contract/verbs';

/** The state that a word is judged against. */
export interface Situation {
  waiting: Waiting | null;
  baking: boolean;
  rollingBack: boolean;
  ended: boolean;
  irreversible: string | null;
  weight: number;
  description: string;
}

/**
 * Which words are taken in which situation, and what they set. Plain logic without Temporal:
 * the workflow awaits its flags, the updates' validators ask `refusal`.
 */
export class Control {
  paused = false;
  approved = false;
  promoted = false;
  retried = false;
  /** the word that takes everything back; abort wins over an approve of the same task */
  abort: Decision | null = null;
  /** given up on a rollback that can't go on */
  surrendered = false;

  constructor(private readonly situation: () => Situation) {}

  /** Why this word is not taken now, or null. Names the state and what would be taken. */
  refusal(verb: Verb, word: Word): string | null {
    const now = this.situation();
    const no = (why: string) => `${verb} refused: ${why}. Now: ${now.description}`;
    if (now.ended) return no('the migration has ended');
    if (word.step !== undefined && word.step !== now.weight)
      return no(`it was meant for ${word.step} %, the weight is ${now.weight} %`);
    const waitsFor = now.waiting?.for;
    if (now.rollingBack) {
      const takes = waitsFor === 'host' ? ['retry', 'abort'] : [];
      return takes.includes(verb) ? null : no('it is going back already');
    }
    switch (verb) {
      case 'approve':
        if (this.abort) return no('an abort came first');
        if (this.approved) return no('this was approved before');
        return waitsFor === 'approval' ? null : no('nothing waits for an approval');
      case 'abort':
      case 'rollback':
        if (this.abort) return no('it is being aborted already');
        return now.irreversible ? no(`${now.irreversible}; start the hosts again from their backup image`) : null;
      case 'pause':
        if (now.irreversible) return no(now.irreversible);
        return this.paused ? no('it is paused already') : null;
      case 'resume':
        return this.paused ? null : no('it is not paused');
      case 'promote':
        if (this.promoted) return no('this bake was ended before');
        return now.baking ? null : no('nothing bakes');
      case 'retry':
        return now.waiting?.verbs.includes('retry') ? null : no('nothing waits for a retry');
    }
  }

  /** Takes a word that `refusal` let pass. */
  take(decision: Decision): void {
    const { verb } = decision;
    if (verb === 'pause') this.paused = true;
    else if (verb === 'resume') this.paused = false;
    else if (verb === 'approve') this.approved = true;
    else if (verb === 'promote') this.promoted = true;
    else if (verb === 'retry') this.retried = true;
    else if (this.situation().rollingBack) this.surrendered = true;
    else this.abort = decision;
  }
}
