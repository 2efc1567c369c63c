import { condition } from '@temporalio/workflow';
import type { Waiting } from '../../contract/status';
import type { Verb } from '../../contract/verbs';
import type { Run } from './run';

/** What is waited for now, and the words that would move it. */
export type Description = Omit<Waiting, 'since'>;

/** A place where a run stands still. It is shown as long as it is one, each time that what it waits for is something else. */
export class Standstill {
  constructor(
    private readonly run: Run,
    private readonly describe: () => Description,
  ) {}

  async until(hasEnded: () => boolean): Promise<void> {
    const { control, progress } = this.run;
    while (!hasEnded()) {
      const waiting = this.describe();
      const shown = JSON.stringify(waiting);
      const expired = control.expireApproval(waiting.question);
      if (expired !== null) progress.addEvent(expired);
      progress.showWaiting(this, waiting);
      await condition(() => hasEnded() || JSON.stringify(this.describe()) !== shown);
    }
  }

  end(): void {
    this.run.progress.showWaiting(this, null);
  }
}

/** Stands still until something has come. */
export async function standUntil(run: Run, describe: () => Description, hasCome: () => boolean): Promise<void> {
  const standstill = new Standstill(run, describe);
  try {
    await standstill.until(hasCome);
  } finally {
    standstill.end();
  }
}

/** What is taken wherever it stands still on its way: of pause and resume one, and abort; after the last undo none. */
export function listCommonVerbs({ control, status }: Run): Verb[] {
  if (status.undo.irreversible !== null) return [];
  return [control.isPaused ? 'resume' : 'pause', 'abort'];
}
