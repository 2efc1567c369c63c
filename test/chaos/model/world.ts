import { ApplicationFailure } from '@temporalio/common';
import { until } from '../../../lab/until';
import type { ActivityName } from '../../../src/contract/activities';
import { World } from '../../workflows/world';
import { Account, EFFECTS } from './account';
import type { Case } from './case';

/** Activities that last as long as there is something to see: moments in them are those of others. */
const WATCHES: readonly ActivityName[] = ['watchSignals', 'watchConnections'];

/** How often who insists says it again: at the start of so many undos. */
const INSISTENCE = 8;

/** A world whose activities change an account, and in which a cause comes at its moment. */
export class ModelWorld extends World {
  readonly account = new Account();
  /** `setWeight#2`, in the order in which they began */
  readonly moments: string[] = [];
  private readonly counts = new Map<ActivityName, number>();
  private hasCome = false;
  private said = 0;

  /** says what the case has for a word, for the nth time; set once the run has started */
  say: ((times: number) => Promise<unknown>) | undefined;

  /** @param planned absent: nothing comes */
  constructor(private readonly planned?: Case) {
    super();
  }

  override async answer(name: ActivityName, input: unknown): Promise<unknown> {
    if (WATCHES.includes(name)) return super.answer(name, input);
    const moment = this.count(name);
    if (this.mayInsist()) await this.sayIt();
    if (this.isDue(moment, 'start')) await this.come(moment);
    const answer = await super.answer(name, input);
    const effect = EFFECTS[name] as ((account: Account, asked: unknown) => boolean | void) | undefined;
    const isOurs = effect?.(this.account, input) !== false;
    if (this.isDue(moment, 'effect')) await this.come(moment);
    if (name === 'findServices') return this.account.listServices();
    return name.startsWith('ensure')
      ? {
          ...(answer as object),
          ownership: isOurs ? 'created' : 'adopted',
        }
      : answer;
  }

  /** Brings the cause about, once. */
  async come(moment: string): Promise<void> {
    this.hasCome = true;
    switch (this.planned!.cause) {
      case 'breach':
        return this.judge('failed', {
          failedClass: 'availability',
          reason: 'the model says so',
        });
      case 'failure':
        throw ApplicationFailure.nonRetryable(`${moment} fails`, 'ModelFailure');
      case 'lost reply':
        throw ApplicationFailure.retryable(`the reply of ${moment} is lost`, 'ModelLost');
      default:
        await this.sayIt();
    }
  }

  private mayInsist(): boolean {
    return this.hasCome && this.planned!.cause === 'insistence' && this.said < INSISTENCE;
  }

  private async sayIt(): Promise<void> {
    const say = await until('the run to have started', () => this.say);
    await say(this.said++);
  }

  private count(name: ActivityName): string {
    const times = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, times);
    const moment = `${name}#${times}`;
    this.moments.push(moment);
    return moment;
  }

  private isDue(moment: string, at: 'start' | 'effect'): boolean {
    const { planned, hasCome } = this;
    if (!planned || hasCome || 'timer' in planned.moment) return false;
    return planned.moment.activity === moment && planned.moment.at === at;
  }
}
