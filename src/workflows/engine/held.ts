import type { Verb } from '../../contract/verbs';
import { tellManyHeld, tellMustNameUndo, tellNoneHeld } from './texts';

type Answer = 'retry' | 'give up';

/** What waits for a human, and what was answered to it. */
export interface Held {
  readonly name: string;
  answer: Answer | null;
}

/** Effects and undos that failed and wait for a human, each by its name, so that of several each has its own answer. */
export class HeldEffects {
  private held: Held[] = [];
  private isClosed = false;

  /** Those that nobody has answered yet, each once, in the order in which they came. */
  get names(): string[] {
    return [...new Set(this.held.filter(({ answer }) => answer === null).map(({ name }) => name))];
  }

  begin(name: string): Held {
    const held: Held = {
      name,
      answer: this.isClosed ? 'give up' : null,
    };
    this.held.push(held);
    return held;
  }

  /** Gives up all that wait, and all that would from now on. */
  close(): void {
    this.isClosed = true;
    for (const held of this.held) held.answer ??= 'give up';
  }

  end(held: Held): void {
    this.held = this.held.filter((each) => each !== held);
  }

  /** Why a word answers none of them, or null. @param what its name or a part of it; absent: the only one, to retry */
  refuse(verb: Verb, what: string | undefined): string | null {
    const found = this.find(what);
    if (found.length === 0) return tellNoneHeld(what, this.names);
    if (found.length > 1) return tellManyHeld(found);
    // said in a fright it would give up what is to be mended
    return verb === 'retry' || what !== undefined ? null : tellMustNameUndo(found);
  }

  /** Takes a word that `refuse` let pass. */
  answer(verb: Verb, what: string | undefined): void {
    const [name] = this.find(what);
    for (const held of this.held) {
      if (held.name === name) held.answer ??= verb === 'retry' ? 'retry' : 'give up';
    }
  }

  private find(what: string | undefined): string[] {
    const { names } = this;
    if (what === undefined) return names;
    const exact = names.filter((name) => name === what);
    return exact.length > 0 ? exact : names.filter((name) => name.includes(what));
  }
}
