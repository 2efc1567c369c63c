import type { Status } from '../contract/status';
import { listEvents } from '../workflows/details';
import { print } from './output';
import { CLEAR_SCREEN, drawScreen } from './screen';
import { eventLine, lastEvents, view } from './view';

/** What a watch shows a migration on. */
export interface Display {
  show(status: Status): void;
  /** once, after the last `show` */
  end(status: Status): void;
}

/** A terminal is redrawn; anything else gets a line for each event, on stderr where stdout is one document. */
export function displayFor(json: boolean): Display {
  if (json) return new EventLog(process.stderr, json);
  return process.stdout.isTTY ? new Terminal(process.stdout) : new EventLog(process.stdout, json);
}

class Terminal implements Display {
  constructor(private readonly stream: NodeJS.WriteStream) {
    stream.write(CLEAR_SCREEN);
  }

  show(status: Status): void {
    this.stream.write(drawScreen(view(status), lastEvents(status), this.stream));
  }

  /** The last picture stays. */
  end(): void {}
}

class EventLog implements Display {
  private last: Status | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly json: boolean,
  ) {}

  show(status: Status): void {
    const isSameRun = this.last?.runId === status.runId;
    const lastTold = isSameRun && this.last ? listEvents(this.last).at(-1) : undefined;
    for (const event of eventsAfter(listEvents(status), lastTold)) this.stream.write(`${eventLine(event)}\n`);
    this.last = status;
  }

  end(status: Status): void {
    print(this.json, status, view(status));
  }
}

type Event = Status['events'][number];

/** What happened after the event that was told last; the status keeps only the newest ones. */
export function eventsAfter(events: Event[], last: Event | undefined): Event[] {
  const told = events.findLastIndex(({ at, text }) => at === last?.at && text === last.text);
  return events.slice(told + 1);
}
