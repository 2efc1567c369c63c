import type { StoreName } from '../src/stores';
import type { Outcome } from './report';

/** When in a trial: nothing was sent yet; it was, and can be read; it has been flushed. */
export type Moment = 'before' | 'held' | 'flushed';

export class Rows {
  constructor(
    private readonly store: StoreName,
    private readonly version: string,
  ) {}

  async hold(moment: Moment, url: string): Promise<Outcome[]> {
    return [];
  }

  listUnasked(): Outcome[] {
    return [];
  }

  async record(folder: string, version: string | undefined): Promise<string> {
    return '';
  }
}
