import { isCancellation } from '@temporalio/workflow';
import { compareReceived, describeReceived, type Received, type ReceivedLook } from '../../analysis/received';
import type { Survey } from '../../contract/findings';
import type { ReceivingService } from '../../contract/senders';
import { RECEIVED, isComponent } from '../../plan/components';
import { listSenderNames } from '../../plan/names';
import { findCompose } from '../../plan/compose-place';
import { perform } from '../engine/activities';
import { messageOf } from '../engine/failures';
import type { Release } from '../engine/release';
import type { Run } from '../engine/run';
import { noteArrivals } from './arrivals';
import { listRunning } from './hosts';
import { findProbePlace, writeProbeRemoval } from './probe';
import { tellReceived, tellUncountedReceived } from './texts';

/**
 * What both sides receive, looked at before the first weight and after each: the share of senders that has moved, which
 * no weight tells. Nothing depends on it; without an ingest nobody asks.
 */
export class ReceivedWatch {
  private last: ReceivedLook | null = null;

  constructor(
    private readonly migration: Run,
    private readonly survey: Survey,
    private readonly release: Release,
  ) {}

  /** Tells, and answers, what came in since the look before; nothing where that is not known. It never fails. */
  async look(): Promise<Received[]> {
    const { plan, progress } = this.migration;
    if (listSenderNames(plan).length === 0) return [];
    try {
      const look = await this.count();
      const received = this.last ? compareReceived(this.last, look) : [];
      this.last = look;
      if (received.length > 0) {
        noteArrivals(this.migration, received);
        progress.addData({ received });
        progress.addEvent(tellReceived(received.map(describeReceived)));
      }
      return received;
    } catch (error) {
      if (isCancellation(error)) throw error;
      progress.addEvent(tellUncountedReceived(messageOf(error)));
      return [];
    }
  }

  private async count(): Promise<ReceivedLook> {
    const { migration, survey, release } = this;
    const { facts, plan } = migration;
    const probe = findProbePlace(migration, survey.network.privateSubnets, release, release.images);
    if (probe) writeProbeRemoval(migration);
    const totals = await perform('countReceived', 'what both sides have received', {
      services: listReceiving(migration),
      hosts: listRunning(survey).map(({ instanceId }) => ({
        instanceId,
        ...findCompose(plan.source),
      })),
      purpose: facts.nextPurpose('received'),
      ...(probe && { probe }),
    });
    return {
      at: new Date().toISOString(),
      totals,
    };
  }
}

/** Services that count what they are sent: of the six those that take data. */
export function listReceiving({ plan }: Run): ReceivingService[] {
  return Object.entries(plan.services).flatMap(([service, { store, port }]) => {
    const component = store ?? service;
    const counts = isComponent(component) && RECEIVED[component];
    return counts
      ? [
          {
            service,
            component,
            port,
          },
        ]
      : [];
  });
}
