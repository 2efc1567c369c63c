import type { Service } from '../lab/services';

/** How a program went when it was told to end. */
export interface Ending {
  seconds: number;
  /** its exit code, or the signal that ended it */
  by: number | string;
}

/** A program that runs on the shipped configuration. */
export interface Running {
  /** where it answers on a port that its image exposes */
  urlOf(port: number): string;
  /** how it ended where it has, and what it said last */
  ended(): Promise<string | undefined>;
  /** moves on while it has something to say */
  progress(): Promise<unknown>;
  /** a text of it as it would be in its image: without this machine's paths and ports */
  clean(text: string): string;
  /** Ends it as ECS does: SIGTERM, and SIGKILL after 120 s. What it had on its disk is gone afterwards. */
  stop(): Promise<Ending>;
}

/** One of the programs, not yet started. */
export interface Candidate {
  /** as it says itself; undefined: it says none */
  version(): Promise<string | undefined>;
  /** Starts it on an empty disk. */
  start(): Promise<Running>;
}

/** Where the vendors' programs are. */
export interface Source {
  /** @returns why it is not there, where it is not */
  find(service: Service): Promise<Candidate | string>;
  /** Ends whatever still runs. */
  close(): Promise<void>;
}

/** As much as ECS gives: the stopTimeout of the task definitions. */
export const STOP_TIMEOUT_S = 120;

/** `loki, version 3.7.6 (branch: HEAD, revision: ...)` → `3.7.6`; one that was built without says nothing there. */
export function readVersion(said: string): string | undefined {
  return /\bversion v?(\d+\.\d+\.\d+[^\s,)]*)/.exec(said)?.[1];
}

/** What a program said last, in a line. */
export function lastWords(log: string): string {
  return log.trim().split('\n').slice(-3).join(' | ').slice(-600);
}
