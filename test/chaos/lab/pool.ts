import { Cases } from '../../../lab/cases';
import { Lab } from '../../../lab/lab';

/** Labs that stay up for all trials, each lent to one trial at a time and started when it is needed first. */
export class LabPool {
  private readonly idle: Cases[] = [];
  private readonly all: Cases[] = [];
  private readonly waiting: ((cases: Cases) => void)[] = [];
  private started = 0;

  /** @param most how many stand side by side */
  constructor(private readonly most: number) {}

  /** Hands a lab to a trial, and takes it back whatever came of it. */
  async lend<T>(play: (cases: Cases) => Promise<T>): Promise<T> {
    const cases = await this.take();
    try {
      return await play(cases);
    } finally {
      this.giveBack(cases);
    }
  }

  async stop(): Promise<void> {
    for (const cases of this.all) {
      await cases.close();
      await cases.lab.stop();
    }
  }

  private async take(): Promise<Cases> {
    const found = this.idle.pop();
    if (found) return found;
    if (this.started === this.most) return new Promise((resolve) => this.waiting.push(resolve));
    this.started++;
    const cases = await startLab();
    this.all.push(cases);
    return cases;
  }

  private giveBack(cases: Cases): void {
    const next = this.waiting.shift();
    if (next) next(cases);
    else this.idle.push(cases);
  }
}

async function startLab(): Promise<Cases> {
  const lab = new Lab({
    world: 'ready',
    record: 'cname',
  });
  try {
    return await Cases.open(await lab.start());
  } catch (error) {
    await lab.stop();
    throw error;
  }
}
