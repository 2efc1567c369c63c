import type { Verb } from '../../contract/verbs';
import { tellManyHeld, tellNoneHeld } from './texts';

type Answer = 'retry' | 'give up';

/** Undos that wait for a human, each by its name, and what was answered to it. */
export class HeldUndos {
  private readonly answers = new Map<string, Answer | null>();
  private isClosed = false;

  /** Those that nobody has answered yet, in the order in which they came. */
  get names(): string[] {
    return [...this.answers].filter(([, answer]) => answer === null).map(([name]) => name);
  }

  begin(name: string): void {
    this.answers.set(name, this.isClosed ? 'give up' : null);
  }

  /** Gives up all that wait, and all that would from now on. */
  close(): void {
    this.isClosed = true;
    for (const name of this.names) this.answers.set(name, 'give up');
  }

  end(name: string): void {
    this.answers.delete(name);
  }

  /** null: nobody has answered */
  answerTo(name: string): Answer | null {
    return this.answers.get(name) ?? null;
  }

  /** Why a word answers none of them, or null. @param what its name or a part of it; absent: the only one */
  refuse(what: string | undefined): string | null {
    const found = this.find(what);
    if (found.length === 1) return null;
    return found.length === 0 ? tellNoneHeld(what, this.names) : tellManyHeld(found);
  }

  /** Takes a word that `refuse` let pass. */
  answer(verb: Verb, what: string | undefined): void {
    const [name] = this.find(what);
    if (name !== undefined) this.answers.set(name, verb === 'retry' ? 'retry' : 'give up');
  }

  private find(what: string | undefined): string[] {
    const { names } = this;
    if (what === undefined) return names;
    const exact = names.filter((name) => name === what);
    return exact.length > 0 ? exact : names.filter((name) => name.includes(what));
  }
}
