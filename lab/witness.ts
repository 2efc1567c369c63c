import type { Emulator } from './emulator';
import { LONG, shortened } from './interceptor';

/** A request that nobody served: where it went, and why it was lost. */
export interface LostRequest {
  /** seconds since 1970 */
  at: number;
  client: string;
  name: string;
  side: 'host' | 'ecs' | 'nowhere';
  to: string;
  why: string;
}

/** What the clients have seen. */
export interface Testimony {
  asked: number;
  served: {
    host: number;
    ecs: number;
  };
  /** of those served, on a connection that was there already */
  kept: number;
  /** by side; seconds since 1970 */
  lost: Partial<Record<LostRequest['side'], { count: number; first: number; last: number }>>;
  /** the first of them */
  failures: LostRequest[];
  connections: {
    client: string;
    name: string;
    to: string;
  }[];
}

/** Clients, how they ask and what they remember; emulator/README.md says what is absent. */
export interface Clientele {
  clients?: number;
  keeping?: number;
  reusing?: number;
  /** more of them, in the VPC */
  inside?: number;
  rate?: number;
  names?: string[];
  ttls?: Record<string, number>;
  keep_s?: number;
}

/** Of an account that the emulator makes and of a plan's records: what resolvers remember, in seconds. */
const TTLS = [60, 300];

/**
 * How the clients of a lab remember. A migration waits a TTL out by a timer, and the lab shortens its timers: the same
 * function shortens the TTL, so that the wait stands to what it is for as it does without a lab. A TTL that is not
 * among these stays as long as it is. A connection lasts longer than what lies between the fold and a host's stop.
 */
export const IN_THE_LAB: Clientele = {
  ttls: Object.fromEntries(TTLS.map((ttl) => [ttl, shortened(ttl * 1000) / 1000])),
  keep_s: 10,
};

/**
 * Where the memo makes the timer of a minute's TTL long: then that is long too beside what a lab needs for anything
 * else, as it is beside what AWS needs. A connection lasts from the last weight to the stop of a host.
 */
export const WITH_LONG_TTL: Clientele = {
  ttls: {
    ...IN_THE_LAB.ttls,
    60: LONG / 1000,
  },
  keep_s: 30,
  reusing: 3,
};

/** Clients of the stack, in the emulator, that ask all the time: whoever loses a request is found out. */
export class Witness {
  constructor(private readonly emulator: Emulator) {}

  /** They begin anew, and know nothing yet. */
  async start(clientele: Clientele = IN_THE_LAB): Promise<this> {
    await this.emulator.post('/witness', clientele);
    return this;
  }

  read(): Promise<Testimony> {
    return this.emulator.get('/witness');
  }

  /** @returns what they have seen until they stopped */
  async stop(): Promise<Testimony> {
    return (await this.emulator.delete('/witness')) as Testimony;
  }
}
