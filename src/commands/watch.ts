import type { Status } from '../workflows/status';
import { withClient, type Connected } from './connection';
import { liveStatus } from './live';
import { EXIT, print } from './output';
import { screen } from './screen';
import { lastEvents, view } from './view';

const LOOK_MS = 1000;
const CLEAR = '\x1b[2J';

/** Exit code of a migration's end. */
export function exitOf({ outcome }: Status): number {
  return { completed: EXIT.done, 'rolled-back': EXIT.rolledBack, 'rollback-incomplete': EXIT.rollbackIncomplete }[outcome ?? 'completed'];
}

/** Watches until the end. In a terminal it redraws; elsewhere it writes each event as it happens. */
export async function follow(connected: Connected, name: string, json: boolean): Promise<number> {
  const tty = process.stdout.isTTY && !json;
  let interrupted = false;
  let wake: () => void = () => undefined;
  const onSignal = () => {
    interrupted = true;
    wake();
  };
  process.once('SIGINT', onSignal);
  if (tty) process.stdout.write(CLEAR);
  let told = 0;
  let runId = '';
  try {
    for (;;) {
      const status = await liveStatus(connected, name);
      if (status.runId !== runId) [runId, told] = [status.runId, 0];
      if (tty) process.stdout.write(screen([...view(status), '', ...lastEvents(status)], process.stdout));
      else for (const { at, text } of status.events.filter((_, index) => index >= told)) (json ? process.stderr : process.stdout).write(`${at.slice(11, 19)}  ${text}\n`);
      told = status.events.length;
      if (status.outcome) {
        if (json || !tty) print(json, status, view(status));
        return exitOf(status);
      }
      if (interrupted) {
        process.stderr.write(`stopped watching; the migration of ${name} goes on. Again: lgtm-migrate watch ${name}\n`);
        return EXIT.interrupted;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, LOOK_MS);
      });
    }
  } finally {
    process.off('SIGINT', onSignal);
  }
}

export function watch(name: string, { json = false }: { json?: boolean }): Promise<number> {
  return withClient((connected) => follow(connected, name, json));
}
