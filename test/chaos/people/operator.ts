import type { Status, Waiting } from '../../../src/contract/status';
import { nameUndo } from '../lab/denial';
import type { Director } from '../lab/director';

/** So many looks without any news, and whoever is there says abort: a gate holds without an end. */
const PATIENT_LOOKS = 40;

/** Whoever is there: approves, says retry once to what holds, then abort, and closes a way back that stays open. */
export class SensibleOperator {
  /** whatever the run has told since */
  readonly told = new Set<string>();
  /** what it had told before something was done to it */
  private known = new Set<string>();
  private readonly retried = new Set<string>();
  private answered = '';
  private looks = 0;

  constructor(private readonly director: Director) {}

  /** Approves whatever is asked until this is: it is left to be answered. */
  async approveUntil(asks: string): Promise<void> {
    await this.director.until(asks, ({ waitingFor }) => {
      if (waitingFor?.for !== 'approval') return false;
      if (waitingFor.what.includes(asks)) return true;
      void this.answer(waitingFor);
      return false;
    });
  }

  async seeToEnd(): Promise<Status> {
    const status = await this.director.untilEnded(() => this.look());
    this.listen(status);
    return status;
  }

  private async look(): Promise<void> {
    const status = await this.director.status();
    if (!status || status.outcome !== null) return;
    this.listen(status);
    const { waitingFor, gate } = status;
    if (!waitingFor) return;
    if (waitingFor.for === 'bake' && gate.verdict === 'holding') return this.losePatience();
    await this.answer(waitingFor);
  }

  /** From now on only what is new counts: what a run tells of itself anyway says nothing of a deed. */
  async forget(): Promise<void> {
    const status = await this.director.status();
    this.known = new Set(status ? listTexts(status) : []);
    this.told.clear();
  }

  private listen(status: Status): void {
    for (const text of listTexts(status)) if (!this.known.has(text)) this.told.add(text);
  }

  /** What is waited for is answered once. */
  private async answer(waiting: Waiting): Promise<void> {
    const { what, since, question } = waiting;
    const now = question?.id ?? `${what} ${since}`;
    if (now === this.answered) return this.losePatience();
    this.answered = now;
    this.looks = 0;
    if (waiting.for === 'approval') await this.director.say('approve', { question: question!.id });
    else if (waiting.for === 'retry' || waiting.for === 'host') await this.answerHold(waiting);
  }

  private async answerHold(waiting: Waiting): Promise<void> {
    const undo = nameUndo({ waitingFor: waiting });
    const name = undo.what ?? waiting.what;
    const giveUp = waiting.verbs.includes('close') ? 'close' : 'abort';
    const verb = this.retried.has(name) ? giveUp : 'retry';
    this.retried.add(name);
    await this.director.say(verb, undo);
  }

  private async losePatience(): Promise<void> {
    if (++this.looks < PATIENT_LOOKS) return;
    this.looks = 0;
    await this.director.say('abort');
  }
}

/** Everything that a status says. */
function listTexts({ waitingFor, gate, events, leftovers, rollback }: Status): string[] {
  return [
    ...[waitingFor?.what, waitingFor?.reason, gate.reason, rollback?.reason].filter((text) => text !== undefined),
    ...events.map(({ text }) => text),
    ...leftovers.map(({ what, why }) => `${what}: ${why}`),
  ];
}
