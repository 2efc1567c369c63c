import { sumMetric } from '../src/analysis/metrics';
import { storeOf, type StoreName } from '../src/stores';
import type { StoreRequest } from '../src/stores/endpoint';
import { STEP_S } from '../src/stores/request';
import type { Store } from '../src/stores/store';
import { readTimes } from '../src/stores/times';
import { ask } from './ask';
import { quote, type Moment } from './judge';
import { MARGIN_MS, type Rows } from './rows';
import type { EmulatedS3 } from './s3';
import { SENDINGS } from './sending';
import { after, type Steps } from './steps';

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
      await this.start('starts');
      await this.hold('before');
      await steps.step('takes what is sent', () => this.send());
      await this.hold('held');
      await steps.step('what was sent is read back', () => this.readBack());
      await this.hold('later');
      const { flush } = this.store;
      if (!this.rows.isOtherwise(flush)) {
        await steps.step('flush', () => this.flush());
      }
      await this.hold('flushed');
      await steps.stop('ends by SIGTERM', this.name === 'tempo');
      const stoppedAt = Date.now();
      await this.start('starts on an empty disk');
      await steps.step('what was sent is found again', () => this.readBack(stoppedAt));
      await steps.program.stop();
    });
    steps.outcomes.push(...this.rows.listOtherwise());
    if (!isWhole) steps.outcomes.push(...this.rows.listUnasked());
  }

  private start(what: string): Promise<void> {
    return this.steps.start(what, this.port, this.store.ready.request.path);
  }

  private async hold(moment: Moment): Promise<void> {
    this.steps.outcomes.push(...(await this.rows.hold(moment, this.steps.program)));
  }

  private async send(): Promise<string> {
    this.sentAt = Date.now();
    const { port, path, body } = SENDINGS[this.name](new Date(this.sentAt));
    const answer = await ask(this.steps.program.urlOf(port), {
      path,
      body: JSON.stringify(body),
    });
    const words = `POST ${path}: ${quote(answer)}`;
    if (answer.status < 200 || answer.status > 299) throw new Error(words);
    this.rows.expectSince(this.sentAt);
    return words;
  }

  /**
   * By the product's question for the earliest sample.
   * @param until what is younger was not sent by us: Pyroscope pushes profiles of its own
   */
  private async readBack(until = Infinity): Promise<string> {
    const began = Date.now();
    const since = new Date(this.sentAt - MARGIN_MS);
    // stores name whole seconds, and Pyroscope the end of a step
    const [from, to] = [Math.floor(this.sentAt / 1000) * 1000, until + STEP_S * 1000];
    const isOurs = (time: number) => time >= from && time <= to;
    await this.steps.wait('a sample of the time at which one was sent', async () => {
      const times = await this.askTimes(this.store.first.ask(since, new Date()));
      return times.some(isOurs);
    });
    return after(began);
  }

  private async askTimes(requests: StoreRequest[]): Promise<number[]> {
    const answers = await Promise.all(requests.map((request) => ask(this.url, request)));
    return answers.flatMap(({ status, body }) => (status === 200 ? readTimes(this.store.times, body) : []));
  }

  /** Proven by what rises, whatever the call answers: objects in S3, and the store's own counter. */
  private async flush(): Promise<string> {
    const before = await this.measure();
    const answer = await ask(this.url, this.store.flush.request);
    this.rows.markAsked('flush');
    if (answer.status >= 400) throw new Error(`expected no refusal, came ${quote(answer)}`);
    const now = await this.steps.wait('objects in S3 and a counter that rises', async () => {
      const found = await this.measure();
      return found.objects > before.objects && found.stored > before.stored && found;
    });
    // of one that was cut there is nothing to keep
    if (answer.status !== 0) {
      this.rows.keep('flush', answer, this.steps.program);
    }
    const rise = [`objects ${before.objects} → ${now.objects}`, `stored ${before.stored} → ${now.stored}`];
    return `${quote(answer)}; ${rise.join(', ')}`;
  }

  private async measure(): Promise<Written> {
    const { metrics, image } = this.store;
    const { body } = await ask(this.url, metrics.request);
    // one that has counted nothing yet is not there
    const counts = metrics.stored.map((metric) => sumMetric(body, metric) ?? 0);
    return {
      objects: await this.s3.countObjects(image.prefix),
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
