import type { Case } from '../../../lab/cases';
import type { Lab } from '../../../lab/lab';
import { pause, until } from '../../../lab/until';
import { signals, statusQuery } from '../../../src/contract/messages';
import type { Status } from '../../../src/contract/status';
import type { Verb, Word } from '../../../src/contract/verbs';
import type { Count } from '../campaign';

/** A look may be a query, which costs the worker as much as an activity. */
const LOOK_MS = 300;
/** Well within the time that a call is held, and no burden to six labs on two cores. */
const END_LOOK_MS = 1_000;
/** Where AWS throttles, its SDK makes few calls a minute, and one try of an activity takes minutes. */
const STALL_MS = 4 * 60_000;
/** Between two looks at the emulator's rules: a call that is held waits for this. */
const RULES_MS = 100;
const SAYS: Word = {
  by: 'chaos',
  reason: 'the case says so',
};

/** Directs one run on a lab: waits for moments of it, says words, and sees it to its end. */
export class Director {
  private seen: { length?: number | undefined; phase?: string | undefined; waitingFor?: unknown } = {};

  constructor(
    readonly lab: Lab,
    private readonly running: Case,
    private readonly count: Count,
  ) {}

  get handle() {
    return this.running.handle;
  }

  get emulator() {
    return this.lab.emulator;
  }

  get before() {
    return this.running.before;
  }

  /** undefined: nobody answers now */
  status(): Promise<Status | undefined> {
    return this.handle.query(statusQuery).catch(() => undefined);
  }

  async say(verb: Verb, word: Word = {}): Promise<void> {
    this.count('words');
    await this.handle.signal(signals[verb], {
      ...SAYS,
      ...word,
    });
  }

  /** Request Cancellation, as the Temporal UI has it. */
  async cancel(): Promise<void> {
    this.count('words');
    await this.handle.cancel();
  }

  /** How many calls rules of these kinds have met; absent: of all. */
  async countMet(kinds?: string[]): Promise<number> {
    const rules = await this.emulator.rules();
    const counted = rules.filter(({ kind }) => kinds === undefined || kinds.includes(kind));
    return counted.flatMap(({ met }) => Object.values(met)).reduce((sum, times) => sum + times, 0);
  }

  /** Waits until a rule has met a call. @returns false: the run ended, or where that counts asks somebody, before */
  async untilMet({ orAsked = false } = {}): Promise<boolean> {
    const look = async () => {
      if ((await this.countMet()) > 0) return 'met';
      if (await this.hasEnded()) return 'ended';
      const status = orAsked ? await this.status() : undefined;
      return status?.waitingFor?.for === 'approval' ? 'asks' : undefined;
    };
    const seen = await until('the moment of the case', look, {
      progress: () => this.historyLength(),
      pauseMs: RULES_MS,
    });
    return seen === 'met';
  }

  /** Waits for a status, whoever does not answer meanwhile. @throws when the run ends before, or stalls */
  async until(what: string, is: (status: Status) => boolean): Promise<Status> {
    const look = async () => {
      const status = await this.status();
      if (status?.outcome) throw new Error(`waited for ${what}, and the run ended ${status.outcome}`);
      return status && is(status) && status;
    };
    return until(what, look, {
      progress: () => this.historyLength(),
      pauseMs: LOOK_MS,
    });
  }

  /** Sees the run to its end. @param meanwhile what is done at each look; absent: nobody is there */
  async untilEnded(meanwhile: () => Promise<unknown> = async () => undefined): Promise<Status> {
    const look = async () => {
      if (await this.hasEnded()) return true;
      await meanwhile();
      return undefined;
    };
    await until('the end of the run', look, {
      progress: () => this.describe(),
      stallMs: STALL_MS,
      pauseMs: END_LOOK_MS,
    });
    return this.handle.result();
  }

  /** Kills the worker in the middle of whatever it does, and starts another. */
  /** The next one takes up at once what it left: that it replays before it polls is tried elsewhere. */
  async killWorker(): Promise<void> {
    this.count('kills');
    await this.lab.stopPart('worker', 'SIGKILL');
    await this.lab.startWorker({ isChecked: false });
  }

  async killServer(): Promise<void> {
    this.count('kills');
    await this.lab.stopPart('temporal', 'SIGKILL');
    await this.lab.startTemporal();
  }

  /** So long nobody hears anything of the emulator. */
  async freezeEmulator(milliseconds: number): Promise<void> {
    const { processes } = this.lab;
    processes.freeze('emulator', true);
    try {
      await pause(milliseconds);
    } finally {
      processes.freeze('emulator', false);
    }
  }

  async hasEnded(): Promise<boolean> {
    const description = await this.handle.describe().catch(() => undefined);
    return description !== undefined && description.status.name !== 'RUNNING';
  }

  private async historyLength(): Promise<number | undefined> {
    return (await this.handle.describe().catch(() => undefined))?.historyLength;
  }

  /** How it stood last, for whoever is told of a stall; a status changes with the history only. */
  private async describe(): Promise<unknown> {
    const description = await this.handle.describe().catch(() => undefined);
    const length = description?.historyLength;
    const tries = description?.raw.pendingActivities?.map(({ activityType, attempt }) => [activityType?.name, attempt]);
    if (length !== undefined && length !== this.seen.length) {
      const status = await this.status();
      this.seen = {
        length,
        phase: status?.phase,
        waitingFor: status?.waitingFor,
      };
    }
    return [this.seen, tries];
  }
}
