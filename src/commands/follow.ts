import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../contract/status';
import { formatDuration } from '../plan/duration';
import type { Session } from '../temporal/client';
import { NoAnswer } from '../temporal/errors';
import { readLiveStatus, type LiveStatus, type RunName } from '../temporal/run';
import { displayFor, type Display } from './display';
import { CommandError, EXIT } from './output';
import { silentTooLong, stillWatching, stoppedWatching } from './texts';

const LOOK_MS = 1000;

export const EXIT_CODES: Record<Outcome, number> = {
  completed: EXIT.done,
  'rolled-back': EXIT.rolledBack,
  'rollback-incomplete': EXIT.rollbackIncomplete,
};

interface FollowOptions {
  json: boolean;
  /** started just now: its first look waits for a worker, as later ones do */
  isNew: boolean;
}

/**
 * Shows a run until it ends. In a terminal it redraws; elsewhere it writes each event as it happens.
 * @returns the exit code of its end, or that of an interrupt
 */
export async function followRun(session: Session, run: RunName, options: FollowOptions): Promise<number> {
  const display = displayFor(options.json);
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once('SIGINT', onSignal);
  try {
    const end = await lookUntilItEnds(session, run, display, {
      ...options,
      signal: interrupt.signal,
    });
    if (end !== undefined) return end;
    process.stderr.write(`${stoppedWatching(run)}\n`);
    return EXIT.interrupted;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

/** The exit code of its end; undefined when it was interrupted. */
async function lookUntilItEnds(
  session: Session,
  run: RunName,
  display: Display,
  { isNew, signal }: FollowOptions & { signal: AbortSignal },
): Promise<number | undefined> {
  let toleratesSilence = isNew;
  const silence = new Silence();
  while (!signal.aborted) {
    const live = await look(session, run, toleratesSilence ? silence : undefined);
    if (live) {
      toleratesSilence = true;
      display.show(live.status);
      const { outcome } = live.status;
      if (outcome || live.cutOff) display.end(live.status);
      if (live.cutOff) throw new CommandError(live.cutOff);
      if (outcome) return EXIT_CODES[outcome];
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

/** Somebody who watches for a week sees workers and servers replaced: only the first look must succeed. */
export async function look(
  session: Session,
  run: RunName,
  silence: Silence | undefined,
): Promise<LiveStatus | undefined> {
  try {
    const live = await readLiveStatus(session, run);
    silence?.end();
    return live;
  } catch (error) {
    if (!silence || !(error instanceof NoAnswer)) throw error;
    silence.tell(error.message);
    return undefined;
  }
}

/** Why nobody answers, told once for as long as it is the same. */
export class Silence {
  private told = '';
  private since: number | undefined;

  /** @param limitMs how long one is tolerated */
  constructor(private readonly limitMs = Infinity) {}

  /** @throws CommandError for one that lasts longer */
  tell(trouble: string): void {
    this.since ??= Date.now();
    const silentMs = Date.now() - this.since;
    if (silentMs > this.limitMs) throw new CommandError(silentTooLong(trouble, formatDuration(this.limitMs)));
    if (trouble !== this.told) process.stderr.write(`${stillWatching(trouble)}\n`);
    this.told = trouble;
  }

  /** Somebody has answered. */
  end(): void {
    this.since = undefined;
    this.told = '';
  }
}
