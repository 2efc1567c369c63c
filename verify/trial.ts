import { sumMetric } from '../src/analysis/metrics';
import { STEP_S } from '../src/stores/request';
import { storeOf, type StoreName } from '../src/stores';
import type { Store, StoreRequest } from '../src/stores/store';
import { ask } from './ask';
import type { Moment, Rows } from './rows';
import type { EmulatedS3 } from './s3';
import { SENDINGS } from './sending';
import { after, type Steps } from './steps';

/** Earliest samples are looked for from so long before ours: Pyroscope names the ends of steps, not samples. */
const MARGIN_MS = 60_000;
const STEP_MS = STEP_S * 1000;

/** What a store has written, by S3 and by its own counters. */
interface Written {
  objects: number;
  stored: number;
}

/** One store through its life: ready, written to, read, flushed, stopped, and found again on an empty disk. */
export class StoreTrial {
  private readonly store: Store;
  private sentAt = 0;

  constructor(
    private readonly name: StoreName,
    private readonly steps: Steps,
    private readonly rows: Rows,
    private readonly s3: EmulatedS3,
  ) {
    this.store = storeOf(name);
  }

  async run(): Promise<void> {
    const { steps } = this;
    const isWhole = await steps.take(async () => {
      await this.start('ready');
      await this.hold('before');
      await steps.step('takes what is sent', () => this.send());
      await steps.step('what was sent is read back', () => this.readBack(new Date(this.sentAt)));
      await this.hold('held');
      await steps.step('writes to S3 when it is told to', () => this.flush());
      await this.hold('flushed');
      await steps.stop('ends by SIGTERM');
      // its own profiles are none of ours
      const stoppedAt = new Date();
      await this.start('ready on an empty disk');
      await steps.step('what was sent is found again', () => this.readBack(stoppedAt));
      await steps.program.stop();
    });
    if (!isWhole) steps.outcomes.push(...this.rows.listUnasked());
  }

  private start(what: string): Promise<void> {
    return this.steps.start(what, this.port, '/ready');
  }

  private async hold(moment: Moment): Promise<void> {
    this.steps.outcomes.push(...(await this.rows.hold(moment, this.url)));
  }

  private async send(): Promise<string> {
    this.sentAt = Date.now();
    const { port, path, body } = SENDINGS[this.name](new Date(this.sentAt));
    const request = { path, body: JSON.stringify(body) };
    const answer = await ask(this.steps.program.urlOf(port), request);
    const words = `POST ${path}: ${answer.status} ${answer.body.slice(0, 200)}`.trim();
    if (answer.status >= 200 && answer.status < 300) return words;
    throw new Error(words);
  }

  /**
   * By the product's question for the earliest sample.
   * @param before what is younger was not sent by us
   */
  private async readBack(before: Date): Promise<string> {
    const began = Date.now();
    const since = new Date(this.sentAt - MARGIN_MS);
    // stores name whole seconds, and Pyroscope the end of a step
    const [from, to] = [Math.floor(this.sentAt / 1000) * 1000, before.getTime() + STEP_MS];
    const isOurs = (time: number) => time >= from && time <= to;
    await this.steps.wait('a sample of the time at which one was sent', async () => {
      const times = await this.askTimes(this.store.askFirst(since, new Date()));
      return times.some(isOurs);
    });
    return after(began);
  }

  private async askTimes(requests: StoreRequest[]): Promise<number[]> {
    const answers = await Promise.all(requests.map((request) => ask(this.url, request)));
    return answers.flatMap(({ status, body }) => (status === 200 ? this.store.readTimes(body) : []));
  }

  /** Proven by what rises, whatever the call answers: objects in S3, and the store's own counter. */
  private async flush(): Promise<string> {
    const before = await this.measure();
    const { status, body } = await ask(this.url, this.store.flush);
    const now = await this.steps.wait('objects in S3 and a counter that rises', async () => {
      const found = await this.measure();
      return found.objects > before.objects && found.stored > before.stored && found;
    });
    const answered = status === 0 ? `no answer (${body})` : status;
    const objects = `${before.objects} → ${now.objects} objects`;
    return `${this.store.flush.path}: ${answered}; ${objects}, ${before.stored} → ${now.stored} stored`;
  }

  private async measure(): Promise<Written> {
    const { body } = await ask(this.url, { path: '/metrics' });
    // one that has counted nothing yet is not there
    const counts = this.store.stored.map((metric) => sumMetric(body, metric) ?? 0);
    return {
      objects: await this.s3.countObjects(this.store.image.prefix),
      stored: counts.reduce((sum, count) => sum + count, 0),
    };
  }

  private get port(): number {
    return this.store.ports[0]!;
  }

  private get url(): string {
    return this.steps.program.urlOf(this.port);
  }
}
