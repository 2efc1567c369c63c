import { setHandler } from '@temporalio/workflow';
import type { DeploymentAnswer, EndedDeployment, Permit } from '../../contract/deployments';
import {
  answerDeploymentSignal,
  endDeploymentSignal,
  knockSignal,
  lookSignal,
  requestDeploymentSignal,
  stopDeploymentSignal,
  workflowIdOf,
} from '../../contract/messages';
import { failFor } from '../engine/failures';
import { standUntil, type Description } from '../engine/standstill';
import { tellNeighbour } from '../engine/neighbour';
import type { Run } from '../engine/run';
import { readWord } from '../engine/word';
import { isAnswer, readMessage } from '../messages';
import { tellForsaken, tellMigrationWanted, tellUnfinished } from './texts';

const describeAsking = (): Description => ({
  for: 'migration',
  what: 'the answer of the migration',
  verbs: ['retry', 'abort'],
});

/** What a deployment and the migration of its stack say to each other, where one runs. */
export class MigrationDoor {
  /** absent: no migration runs */
  permit: Permit | undefined;
  /** the migration goes back: services are put back at once, and no tasks are waited for */
  isStopped = false;
  /** the migration has waited for long: what is under way is given up */
  isForsaken = false;
  private answer: DeploymentAnswer | undefined;

  constructor(private readonly run: Run) {
    setHandler(answerDeploymentSignal, (answer) => this.hear(answer));
    setHandler(stopDeploymentSignal, (reason) => this.stop(reason));
    setHandler(lookSignal, () => undefined);
    setHandler(knockSignal, () => run.progress.addEvent(tellMigrationWanted()));
  }

  /** Asks to be let in. @throws MigrationRuns with the migration's own sentence */
  async enter(services: string[], duringWeek: boolean): Promise<void> {
    const { owner, status } = this.run;
    const request = {
      runId: status.runId,
      firstRunId: owner.run,
      services,
      duringWeek,
    };
    const answer = await this.ask(() => tellNeighbour(this.migration, requestDeploymentSignal, request));
    if (answer && answer.refusal !== null) throw failFor('MigrationRuns', answer.refusal);
  }

  /** Tells a migration that has let it in how it ended. */
  async leave(services: EndedDeployment['services']): Promise<void> {
    const { runId, outcome, leftovers } = this.run.status;
    if (!this.permit) return;
    const left = leftovers.map(({ what, why }) => `${what}: ${why}`);
    if (outcome === null) left.push(tellUnfinished());
    await tellNeighbour(this.migration, endDeploymentSignal, {
      runId,
      services,
      leftovers: left,
    });
  }

  private get migration() {
    return {
      workflowId: workflowIdOf('migration', this.run.plan.name),
    };
  }

  /** The answer of a migration, which may be ended from outside before it gives one; undefined: none runs. */
  private async ask(send: () => Promise<boolean>): Promise<DeploymentAnswer | undefined> {
    const { control } = this.run;
    while (await send()) {
      control.isRetried = false;
      await standUntil(this.run, describeAsking, () => this.answer !== undefined || control.isRetried);
      if (this.answer) return this.answer;
    }
    return undefined;
  }

  private hear(said: unknown): void {
    const answer = readMessage(this.run, "a migration's answer", isAnswer, said);
    if (!answer) return;
    this.answer = answer;
    // also one that comes too late to be waited for: the migration stands still until it hears of the end
    if (answer.refusal === null) this.permit = answer;
  }

  private stop(said: unknown): void {
    const { control, progress, status } = this.run;
    const decision = {
      verb: 'abort',
      by: 'the migration',
      reason: `it goes back: ${readWord(said).reason}`,
    } as const;
    if (this.isStopped) return this.forsake();
    this.isStopped = true;
    control.abort ??= decision;
    progress.addDecision({
      ...decision,
      during: status.phase,
    });
  }

  private forsake(): void {
    const { control, progress } = this.run;
    this.isForsaken = true;
    control.held.close();
    progress.addEvent(tellForsaken());
  }
}
