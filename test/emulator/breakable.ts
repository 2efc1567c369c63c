import { startEmulator, type OwnEmulator } from '../activities/emulator';
import { createClients, type Clients } from './clients';

/** An emulator of one test file whose calls are broken by rules, and clients that try a call once. */
export class Breakable {
  emulator!: OwnEmulator;
  clients!: Clients;
  private names = 0;

  async start(): Promise<void> {
    this.emulator = await startEmulator();
    this.clients = createClients(this.emulator.url);
  }

  /** From now on a rule holds; emulator/README.md lists them. */
  rule(body: object): Promise<unknown> {
    return this.emulator.post('/rules', body);
  }

  /** A name that no thing has. */
  nextName(): string {
    return `thing-${++this.names}`;
  }
}

/** Started before the tests of a file; no rule outlives its test. */
export function useBreakable(): Breakable {
  const breakable = new Breakable();
  beforeAll(() => breakable.start());
  afterEach(() => breakable.emulator.delete('/rules'));
  afterAll(() => breakable.emulator.stop());
  return breakable;
}

export const nameOf = (error: Error): string => error.name;
