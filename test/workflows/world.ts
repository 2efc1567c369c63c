import { heartbeat, sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { GateVerdict, WatchState } from '../../src/analysis/types';
import type { Activities, ActivityName, InputOf } from '../../src/contract/activities';
import type { WatchRequest, WatchResult } from '../../src/contract/watch';
import { HEALTHY } from './stubs';

/** How often a stub looks whether a test has changed the world. */
const LOOK_MS = 40;

export interface Call {
  name: ActivityName;
  input: unknown;
}

/** What the activities of one run find: healthy, but for what a test says. */
export class World {
  /** every activity that began, oldest first; an attempt each */
  readonly calls: Call[] = [];
  private readonly broken = new Map<ActivityName, Error>();
  private signals: Omit<WatchState, 'counts'> = { verdict: 'passing', measurements: [] };

  /** @param answers activities that answer otherwise than in a healthy world */
  constructor(readonly answers: Partial<Activities> = {}) {}

  /** From now on this activity fails at its first attempt, until `fix`. */
  break(name: ActivityName, message: string = `${name} is broken`, type = 'Broken'): void {
    this.broken.set(name, ApplicationFailure.nonRetryable(message, type));
  }

  fix(name: ActivityName): void {
    this.broken.delete(name);
  }

  /** From now on every watch finds this verdict: `passing` unless something else was said. */
  judge(verdict: GateVerdict, more: Partial<WatchState> = {}): void {
    this.signals = { verdict, measurements: [], ...more };
  }

  /** Names of the activities that began, each time that one did. */
  get names(): ActivityName[] {
    return this.calls.map(({ name }) => name);
  }

  /** In which order these began, each time that one did. */
  orderOf(...names: ActivityName[]): ActivityName[] {
    return this.names.filter((name) => names.includes(name));
  }

  /** What an activity was asked, each time. */
  inputsOf<N extends ActivityName>(name: N): InputOf<N>[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input as InputOf<N>);
  }

  /** Does what an activity would. */
  async answer(name: ActivityName, input: unknown): Promise<unknown> {
    this.calls.push({ name, input });
    const failure = this.broken.get(name);
    if (failure) throw failure;
    const stub = this.answers[name] ?? (name === 'watchSignals' ? this.watch : HEALTHY[name]);
    return (stub as (asked: unknown) => Promise<unknown>)(input);
  }

  /** As the real one: returns once the verdict differs, and ends when it is cancelled. */
  private readonly watch = async ({ verdict }: WatchRequest): Promise<WatchResult> => {
    while (this.signals.verdict === verdict) {
      heartbeat();
      await sleep(LOOK_MS);
    }
    return { state: { counts: {}, ...this.signals } };
  };
}

/** A stub that answers only once a test has said so: what comes meanwhile comes during this activity. */
export class Gate {
  private opened = false;

  open(): void {
    this.opened = true;
  }

  /** Waits, and is cancelled as a real activity that heartbeats is. */
  async pass(): Promise<void> {
    while (!this.opened) {
      heartbeat();
      await sleep(LOOK_MS);
    }
  }
}
