import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { ledgerQuery, signals, statusQuery, updates, type migrateWorkflow } from '../../src/contract/messages';
import type { ActivityName } from '../../src/contract/activities';
import { findAsked, type Outcome, type RollbackStep, type Status } from '../../src/contract/status';
import type { GateVerdict } from '../../src/analysis/types';
import type { Undo } from '../../src/contract/undos';
import type { Verb, Word } from '../../src/contract/verbs';
import { pause, until } from '../../lab/until';
import type { World } from './world';
import { onceItListens } from '../../src/temporal/listening';
import { GRPC, grpcCodeOf } from '../../src/temporal/grpc-status';

type Handle = WorkflowHandleWithFirstExecutionRunId<typeof migrateWorkflow>;

/** A look is a query, which costs a run as much as an activity. */
const PAUSE_MS = 100;
/**
 * Of a query, which the server holds for ten seconds, or refuses at once where a slow worker was late with three tasks.
 * Source: temporal, service/history/api/queryworkflow, failQueryWorkflowTaskAttemptCount
 */
const MOST_TRIES = 6;
const BUSY_PAUSE_MS = 10_000;
const END_LOOK_MS = 1000;
const TEST: Word = {
  by: 'test',
  reason: 'the test says so',
};

/** One undo of a way back, by its name. */
export const stepOf = ({ rollback }: Status, undo: string): RollbackStep | undefined =>
  rollback?.steps.find(({ what }) => what === undo);

/** What the status says that happened, oldest first. */
export const textsOf = (events: Status['events']): string[] => events.map(({ text }) => text);

/** A migration on stub activities, as an operator sees it, and the world that it finds. */
export class Run {
  constructor(
    readonly handle: Handle,
    readonly world: World,
  ) {}

  /** A worker that is busy answers a later try. */
  async status(): Promise<Status> {
    for (let tries = 1; ; tries++) {
      try {
        return await onceItListens(() => this.handle.query(statusQuery));
      } catch (error) {
        const code = grpcCodeOf(error);
        const isRefused = code === GRPC.failedPrecondition;
        if ((!isRefused && code !== GRPC.deadlineExceeded) || tries === MOST_TRIES) throw error;
        if (isRefused) await pause(BUSY_PAUSE_MS);
      }
    }
  }

  /** Waits for a status. @throws when the run ends before, or stalls */
  until(what: string, is: (status: Status) => boolean): Promise<Status> {
    let seen: Status | undefined;
    const look = async () => {
      seen = await this.status();
      if (is(seen)) return seen;
      if (seen.outcome) throw new Error(`waited for ${what}, and the run ended: ${JSON.stringify(seen, null, 1)}`);
      return undefined;
    };
    return until(what, look, {
      progress: () => seen,
      pauseMs: PAUSE_MS,
    });
  }

  /** Waits until it waits for this: an approval, a retry, a host … */
  untilWaitsFor(reason: NonNullable<Status['waitingFor']>['for'], what = ''): Promise<Status> {
    const named = `${reason} ${what}`.trim();
    return this.until(named, ({ waitingFor }) => waitingFor?.for === reason && waitingFor.what.includes(what));
  }

  /** Waits until the world has been asked this, by now so many times. */
  untilAsked(name: ActivityName, times = 1): Promise<Status> {
    const isAsked = () => this.world.inputsOf(name).length >= times;
    return this.until(`${name} to begin`, isAsked);
  }

  /** Waits until somebody must say retry. @param what of what, or the beginning of it */
  untilRetryOf(what = ''): Promise<Status> {
    return this.untilWaitsFor('retry', `retry of ${what}`);
  }

  /** Waits until somebody must approve. @param what would happen then, or a part of it */
  untilApprovalOf(what = ''): Promise<Status> {
    return this.untilWaitsFor('approval', what);
  }

  /** Waits until the gate thinks this. */
  untilJudged(verdict: GateVerdict): Promise<Status> {
    return this.until(`a gate that is ${verdict}`, ({ gate }) => gate.verdict === verdict);
  }

  /** Waits until an event says this. */
  untilTold(text: string | RegExp): Promise<Status> {
    const says = (told: string) => (typeof text === 'string' ? told === text : text.test(told));
    return this.until(`"${text}" to be told`, ({ events }) => textsOf(events).some(says));
  }

  /** What it would take back, oldest first. */
  ledger(): Promise<Undo[]> {
    return this.handle.query(ledgerQuery);
  }

  /** Activities by name and timers by summary, in the order in which the workflow began them. */
  async timeline(): Promise<string[]> {
    const { events } = await this.handle.fetchHistory();
    return events!.flatMap(({ activityTaskScheduledEventAttributes, timerStartedEventAttributes, userMetadata }) => {
      if (activityTaskScheduledEventAttributes) return [activityTaskScheduledEventAttributes.activityType!.name!];
      if (!timerStartedEventAttributes) return [];
      return [defaultPayloadConverter.fromPayload<string>(userMetadata!.summary!)];
    });
  }

  /** Says a word; it is taken when this returns. @throws WorkflowUpdateFailedError with the refusal as its cause */
  async say(verb: Verb, word: Word = {}): Promise<void> {
    const said = {
      ...TEST,
      ...(verb === 'approve' && (await this.nameQuestion())),
      ...word,
    };
    await onceItListens(() => this.handle.executeUpdate(updates[verb], { args: [said] }));
  }

  /** As the command line fills it in. */
  async nameQuestion(): Promise<Word> {
    const question = findAsked(await this.status())?.question;
    return question ? { question: question.id } : {};
  }

  /** Says a word that must not be taken. @returns the sentence of the refusal */
  async refusalOf(verb: Verb, word: Word = {}): Promise<string> {
    const refused = await this.say(verb, word).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!refused) throw new Error(`${verb} was taken`);
    return refused.cause instanceof Error ? refused.cause.message : refused.message;
  }

  /** As the Temporal UI sends it. */
  async signal(verb: Verb, word?: Word): Promise<void> {
    await this.handle.signal(signals[verb], word);
  }

  /** What the workflow returned. */
  async ended(): Promise<Status> {
    const ending = this.handle.result();
    // answers as soon as the run has ended, without a query in between
    const look = () => Promise.race([ending, pause(END_LOOK_MS)]).then((status) => status ?? undefined);
    return until('the end', look, { progress: () => this.status() });
  }

  /** As `ended`. @throws when the outcome is another one */
  async endedAs(outcome: Outcome): Promise<Status> {
    const status = await this.ended();
    if (status.outcome === outcome) return status;
    throw new Error(`it ended ${status.outcome}, not ${outcome}: ${JSON.stringify(status, null, 1)}`);
  }
}
