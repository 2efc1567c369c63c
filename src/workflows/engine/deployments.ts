import type { DeploymentRequest, Moment } from '../../contract/deployments';
import type { Status, Waiting } from '../../contract/status';
import { describeStatus } from '../details';
import { refuseElsewhere, refuseInTheWeek, refuseOnTheWayBack } from './texts';

/** What a request is judged against. */
interface Situation {
  status: Status;
  isPaused: boolean;
  /** the services run as the migration has deployed them */
  isDeployed: boolean;
}

/** Deployments beside a migration: when one is let in, and which one is. Plain logic without Temporal. */
export class Deployments {
  running: DeploymentRequest | null = null;
  /** the hosts stand still, and one word brings them back */
  isInTheWeek = false;
  /** it goes back, terminates hosts or has ended */
  isClosed = false;
  /** what the last one could not put back, each with the reason */
  leftovers: string[] = [];

  /** When this is; null: none is let in now. */
  findMoment({ status, isPaused, isDeployed }: Situation): Moment | null {
    if (this.isClosed) return null;
    if (this.isInTheWeek) return 'week';
    const standsStill = isPaused && status.waitingFor?.for === 'resume';
    return isDeployed && standsStill && status.weight === 0 ? 'before' : null;
  }

  /** Why none is let in now, with the way out; null: one is. */
  refuse(situation: Situation, duringWeek: boolean): string | null {
    const { status } = situation;
    if (this.isClosed) return refuseOnTheWayBack(status.name, describeStatus(status));
    const moment = this.findMoment(situation);
    if (moment === null) return refuseElsewhere(status.name, describeStatus(status));
    return moment === 'week' && !duringWeek ? refuseInTheWeek(status.name) : null;
  }

  /** `deployment of mimir, loki`; null: none runs */
  describeRunning(): string | null {
    return this.running && `the deployment of ${this.running.services.join(', ')}`;
  }
}

/** How a migration waits for a deployment; retry asks whether it is still there. */
export function waitForDeployment(what: string): Omit<Waiting, 'since'> {
  return {
    for: 'deployment',
    what,
    verbs: ['retry', 'abort'],
  };
}
