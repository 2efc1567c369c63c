import { until } from '../lab/until';
import { ask } from './ask';
import type { Outcome } from './report';
import type { Candidate, Running } from './source';

const PAUSE_MS = 250;
/** By name, and as Docker says it. */
const KILLED: (number | string)[] = ['SIGKILL', 137];

/** Nothing after it can be tried; why stands in the outcomes. */
class Abandoned extends Error {}

/** The steps of a program's trial, each with how it went; one that fails is the last. */
export class Steps {
  readonly outcomes: Outcome[] = [];
  private running: Running | undefined;

  /** @param patienceMs how long nothing may move before what is waited for will not come */
  constructor(
    private readonly candidate: Candidate,
    private readonly say: (text: string) => void,
    private readonly patienceMs: number,
  ) {}

  /** The program as it runs now. */
  get program(): Running {
    if (!this.running) throw new Error('the program has not been started');
    return this.running;
  }

  /** Takes them one after the other. @returns whether all were taken */
  async take(walk: () => Promise<void>): Promise<boolean> {
    try {
      await walk();
      return true;
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
      return false;
    }
  }

  /** @param work answers what it has seen, and throws what it has not */
  async step(what: string, work: () => Promise<string>): Promise<void> {
    this.say(`${what} …`);
    try {
      this.outcomes.push({
        what,
        verdict: 'held',
        note: await work(),
      });
    } catch (error) {
      const note = error instanceof Error ? error.message : String(error);
      this.outcomes.push({
        what,
        verdict: 'differs',
        note,
      });
      throw new Abandoned(note);
    }
  }

  /** Starts it on an empty disk, and waits until it says on this port and path that it is ready. */
  async start(what: string, port: number, path: string): Promise<void> {
    await this.step(what, async () => {
      const began = Date.now();
      this.running = await this.candidate.start();
      const url = this.running.urlOf(port);
      await this.wait(path, async () => (await ask(url, { path })).status === 200);
      return after(began);
    });
  }

  /** Ends it, and with it what is on its disk. @param mayHang after it has flushed: seen on Tempo 2.10.8 */
  async stop(what: string, mayHang = false): Promise<void> {
    await this.step(what, async () => {
      const { seconds, by } = await this.program.stop();
      const how = typeof by === 'number' ? `exit code ${by}` : by;
      const ending = `${how} after ${seconds.toFixed(1)} s`;
      if (KILLED.includes(by) && !mayHang) {
        throw new Error(`expected it to end by itself, came ${ending}`);
      }
      return ending;
    });
  }

  /** @throws when the program ends meanwhile, or nothing moves any more */
  wait<T>(what: string, look: () => Promise<T | false>): Promise<T> {
    const lookAtRunning = async () => {
      const ended = await this.program.ended();
      if (ended !== undefined) throw new Error(ended);
      return look();
    };
    return until(what, lookAtRunning, {
      stallMs: this.patienceMs,
      pauseMs: PAUSE_MS,
    });
  }
}

/** How long something took, in words. */
export const after = (began: number): string => `after ${((Date.now() - began) / 1000).toFixed(1)} s`;
