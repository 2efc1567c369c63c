import type { Emulator } from './emulator';

/** Where samples ended. */
interface SampleCount {
  host: number;
  ecs: number;
  /** tries that nobody took: the sender keeps the sample, and sends it again */
  refused: number;
  /** nobody has it, and nobody sends it again */
  lost: number;
}

/** What became of what the senders sent. */
export interface SendersTold extends SampleCount {
  sent: number;
  /** kept for another try */
  waiting: number;
  /** by the host's port */
  ports: Record<string, SampleCount>;
  /** why, and how often */
  reasons: Record<string, number>;
}

/** A name and a port of the host that a sender of its own sends to. */
interface SenderTarget {
  name: string;
  port: number;
  protocol?: 'tcp' | 'udp';
}

/** What they send and remember; emulator/README.md says what is absent. */
export interface SendersChoice {
  targets: SenderTarget[];
  rate?: number;
  ttls?: Record<string, number>;
  keep_s?: number;
  source?: string;
}

/** Senders of telemetry, in the emulator, that send all the time: whoever loses a sample is found out. */
export class Senders {
  constructor(private readonly emulator: Emulator) {}

  /** They begin anew, and know nothing yet. */
  async start(choice: SendersChoice): Promise<this> {
    await this.emulator.post('/senders', choice);
    return this;
  }

  read(): Promise<SendersTold> {
    return this.emulator.get('/senders');
  }

  /** @returns what became of all until they stopped */
  async stop(): Promise<SendersTold> {
    return (await this.emulator.delete('/senders')) as SendersTold;
  }
}
