import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import type { BackupImage } from '../../contract/hosts';
import { perform } from '../engine/activities';
import { messageOf, typeOf } from '../engine/failures';
import { holdUntilRetry, holdWhilePaused } from '../engine/hold';
import type { Run } from '../engine/run';
import { backUpHost, readUtc, STOP_MS } from './hosts';

/**
 * Terminates a host. From the moment that AWS is asked for it nothing is taken back, unless the answer says that nothing
 * was asked, since its backup is not complete: then every way back is open, and a retry makes the backup anew.
 * @throws CancelledFailure while everything can still be taken back
 */
export async function terminateHost(migration: Run, backup: BackupImage): Promise<void> {
  const { progress } = migration;
  const { instanceId } = backup;
  const what = `terminating ${instanceId}`;
  const termination = new Termination(migration, backup);
  for (;;) {
    try {
      await termination.shield(() => termination.ask());
      progress.addEvent(`${instanceId} terminated`);
      return;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const hold = {
        what,
        reason: messageOf(error),
      };
      await termination.shield(() => holdUntilRetry(migration, hold));
    }
  }
}

/** The termination of one host, and whether everything can still be taken back. */
class Termination {
  private readonly before: string | null;
  private backup: BackupImage | null;
  /** it failed otherwise than before AWS was asked */
  private wasAsked = false;

  constructor(
    private readonly run: Run,
    private readonly first: BackupImage,
  ) {
    this.backup = first;
    this.before = run.status.undo.irreversible;
  }

  get isOpen(): boolean {
    return this.run.status.undo.irreversible === null;
  }

  /** Past the point of no return a cancellation from the UI is not heard. */
  shield<T>(act: () => Promise<T>): Promise<T> {
    return this.isOpen ? act() : CancellationScope.nonCancellable(act);
  }

  async ask(): Promise<void> {
    const { instanceId } = this.first;
    await holdWhilePaused(this.run);
    this.backup ??= await this.backUpAnew();
    // what came before may have ended in the very task that cancelled, or in which a signal failed
    if (this.isOpen && (CancellationScope.current().consideredCancelled || this.run.watch.breach)) {
      throw new CancelledFailure('cancelled before the point of no return');
    }
    const { imageId } = this.backup;
    const request = {
      instanceId,
      imageId,
      timeoutMs: STOP_MS,
    };
    this.note(`the termination of ${instanceId} asked for`);
    try {
      await CancellationScope.nonCancellable(() => perform('terminateInstance', `terminate ${instanceId}`, request));
    } catch (error) {
      this.judge(error);
      throw error;
    }
    this.note(`${instanceId} terminated`);
  }

  private backUpAnew(): Promise<BackupImage> {
    const { instanceId, name } = this.first;
    return backUpHost(this.run, instanceId, name, `${name}-${readUtc().time}`);
  }

  private note(what: string): void {
    this.run.status.undo.irreversible = [this.before, what].filter(Boolean).join(', ');
  }

  private judge(error: unknown): void {
    const { progress, status, watch } = this.run;
    if (typeOf(error) !== 'BackupIncomplete') {
      this.wasAsked = true;
      return;
    }
    this.backup = null;
    if (this.wasAsked) return;
    status.undo.irreversible = this.before;
    if (!this.isOpen) return;
    progress.addEvent(`${this.first.instanceId} was not terminated: all can still be taken back`);
    watch.lookAgain();
  }
}
