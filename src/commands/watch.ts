import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../contract/status';
import { NoAnswer, withClient, type Connected } from './connection';
import { liveStatus, type Live } from './live';
import { CommandError, EXIT, print } from './output';
import { screen } from './screen';
import { lastEvents, view } from './view';

const LOOK_MS = 1000;
const CLEAR = '\x1b[2J';

/** Exit code of a migration's end. */
export function exitOf({ outcome }: Status): number {
  return { completed: EXIT.done, 'rolled-back': EXIT.rolledBack, 'rollback-incomplete': EXIT.rollbackIncomplete }[
    outcome ?? 'completed'
  ];
}

type Event = Status['events'][number];

/** What happened after the event that was told last; the status keeps only the newest ones. */
export function untold(events: Event[], last: Event | undefined): Event[] {
  return events.slice(events.findLastIndex(({ at, text }) => at === last?.at && text === last.text) + 1);
}

/**
 * Watches until the end. In a terminal it redraws; elsewhere it writes each event as it happens.
 * @param begun the migration was started just now: its first look waits for a worker as later ones do
 */
export async function follow(connected: Connected, name: string, json: boolean, begun = false): Promise<number> {
  const tty = process.stdout.isTTY && !json;
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once('SIGINT', onSignal);
  if (tty) process.stdout.write(CLEAR);
  let shown: Status | undefined;
  try {
    while (!interrupt.signal.aborted) {
      const live = await look(connected, name, begun || shown !== undefined);
      if (live) {
        const { status, cutOff } = live;
        if (tty) process.stdout.write(screen(view(status), lastEvents(status), process.stdout));
        else
          for (const { at, text } of untold(
            status.events,
            shown?.runId === status.runId ? shown.events.at(-1) : undefined,
          ))
            (json ? process.stderr : process.stdout).write(`${at.slice(11, 19)}  ${text}\n`);
        shown = status;
        if ((status.outcome ?? cutOff) && !tty) print(json, status, view(status));
        if (cutOff) throw new CommandError(cutOff, EXIT.failed);
        if (status.outcome) return exitOf(status);
      }
      await sleep(LOOK_MS, undefined, { signal: interrupt.signal }).catch(() => undefined);
    }
    process.stderr.write(`stopped watching; the migration of ${name} goes on. Again: lgtm-migrate watch ${name}\n`);
    return EXIT.interrupted;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

/** Somebody who watches for a week sees workers and servers replaced: only the first look must succeed. */
async function look(connected: Connected, name: string, before: boolean): Promise<Live | undefined> {
  try {
    return await liveStatus(connected, name);
  } catch (error) {
    if (!before || !(error instanceof NoAnswer)) throw error;
    process.stderr.write(`${error.message}; still watching\n`);
    return undefined;
  }
}

export function watch(name: string, { json = false }: { json?: boolean }): Promise<number> {
  return withClient((connected) => follow(connected, name, json));
}
