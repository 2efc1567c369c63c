import { heartbeat, sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { GateVerdict, WatchState } from '../../src/analysis/types';
import type { Activities, ActivityName, InputOf } from '../../src/contract/activities';
import type { DefinitionCopy } from '../../src/contract/services';
import type { WatchRequest, WatchResult } from '../../src/contract/watch';
import type { ServiceDefinition } from '../../src/plan/definition';
import { wasCancelledByWorkflow } from '../../src/activities/pacing';
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
  private signals: Omit<WatchState, 'counts'> = {
    verdict: 'passing',
    measurements: [],
  };

  /** @param answers activities that answer otherwise than in a healthy world */
  constructor(readonly answers: Partial<Activities> = {}) {}

  /** A world in which this activity fails, until `fix`. */
  static brokenAt(...broken: Parameters<World['break']>): World {
    const world = new World();
    world.break(...broken);
    return world;
  }

  /** From now on this activity fails at its first attempt, until `fix`. */
  break(name: ActivityName, message: string = `${name} is broken`, type = 'Broken'): void {
    this.broken.set(name, ApplicationFailure.nonRetryable(message, type));
  }

  fix(name: ActivityName): void {
    this.broken.delete(name);
  }

  /** From now on every watch finds this verdict: `passing` unless something else was said. */
  judge(verdict: GateVerdict, more: Partial<WatchState> = {}): void {
    this.signals = {
      verdict,
      measurements: [],
      ...more,
    };
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

  /** The definitions that were made from the plan. */
  get definitions(): ServiceDefinition[] {
    return this.inputsOf('ensureTaskDefinition').filter((input) => 'service' in input);
  }

  /** Those that were copied from one that was registered. */
  get copies(): DefinitionCopy[] {
    return this.inputsOf('ensureTaskDefinition').filter((input) => 'copyOf' in input);
  }

  /** One key of what an activity was asked, each time. */
  listOf<N extends ActivityName, K extends keyof InputOf<N>>(name: N, key: K): InputOf<N>[K][] {
    return this.inputsOf(name).map((input) => input[key]);
  }

  /** Does what an activity would. */
  async answer(name: ActivityName, input: unknown): Promise<unknown> {
    this.calls.push({ name, input });
    const failure = this.broken.get(name);
    if (failure) throw failure;
    const stub = this.answers[name] ?? (name === 'watchSignals' ? this.watch : HEALTHY[name as keyof typeof HEALTHY]);
    return (stub as (asked: unknown) => Promise<unknown>)(input);
  }

  /** As the real one, but every verdict has stood for long; says what it has seen when the workflow cancels it. */
  readonly watch = async (request: WatchRequest): Promise<WatchResult> => {
    const { state, awaitsPass } = request;
    const isNews = ({ verdict }: WatchState) => verdict !== state.verdict || (awaitsPass && verdict === 'passing');
    try {
      while (!isNews(this.look(request))) {
        heartbeat();
        await sleep(LOOK_MS);
      }
    } catch (error) {
      if (!wasCancelledByWorkflow(error)) throw error;
    }
    return { state: this.look(request) };
  };

  /** A failure of a class that is not judged is none, nor a name that nobody has to come to. */
  private look({ analysis, expected, state: { counts } }: WatchRequest): WatchState {
    const { failedClass } = this.signals;
    const classes = Object.values(analysis.signals).map((signal) => signal.class);
    const isJudged = failedClass === undefined || classes.includes(failedClass);
    const seen = { counts, ...this.signals };
    const { absent } = this.signals;
    const isExcused = absent?.every((name) => !expected?.names.includes(name));
    if (isExcused) {
      return {
        counts,
        measurements: [],
        verdict: 'passing',
      };
    }
    return isJudged ? seen : { ...seen, verdict: 'collecting' };
  }
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
