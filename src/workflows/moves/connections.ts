import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { ConnectionRequest, Host, Peer } from '../../contract/hosts';
import { COLLECTOR } from '../../plan/defaults';
import { listUserRecords } from '../../plan/names';
import { findCompose } from '../../plan/compose-place';
import { perform } from '../engine/activities';
import { settleAll } from '../engine/failures';
import { retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';
import { tellUnlistable } from './texts';

/**
 * How long other peers than those named must be there until the names are corrected; doubles each time, so that
 * history does not grow with waiting.
 */
const QUIET_MS = {
  first: 60_000,
  longest: 6 * 3_600_000,
};

/** Who is connected to the hosts, as last looked at. */
export class HostConnections {
  private readonly peersOf = new Map<string, Peer[]>();

  /** @param only where connections count; absent: wherever data is taken or a record served */
  constructor(
    private readonly migration: Run,
    private readonly hosts: Host[],
    private readonly only?: Pick<ConnectionRequest, 'ports' | 'without'>,
  ) {}

  list(): Peer[] {
    return [...this.peersOf.values()].flat();
  }

  /** By host. */
  entries(): [instanceId: string, peers: Peer[]][] {
    return [...this.peersOf];
  }

  /** Looks at all of them; holds where one can't be asked. */
  async look(): Promise<Peer[]> {
    await retryWhenTold(this.migration, 'listing the connections', () =>
      settleAll(
        this.hosts.map(async ({ instanceId }) => {
          const summary = `who is connected to ${instanceId}`;
          this.peersOf.set(
            instanceId,
            await perform('listConnections', summary, requestConnections(this.migration, instanceId, this.only)),
          );
        }),
      ),
    );
    return this.list();
  }

  /** Keeps the list true until nobody is left, or the effect is over. */
  async watchDuring(effect: () => Promise<void>): Promise<void> {
    const scope = new CancellationScope();
    const watching = scope
      .run(() => Promise.all(this.hosts.map((host) => this.watch(host))))
      .catch((error: unknown) => {
        // then nobody sees them go, and it takes an approval
        if (!isCancellation(error)) this.migration.progress.addEvent(tellUnlistable(error));
      });
    try {
      await effect();
    } finally {
      scope.cancel();
      await watching;
    }
  }

  private async watch({ instanceId }: Host): Promise<void> {
    const { peersOf } = this;
    const request = requestConnections(this.migration, instanceId, this.only);
    let quietMs = QUIET_MS.first;
    for (let seen = peersOf.get(instanceId)!; seen.length > 0; seen = peersOf.get(instanceId)!) {
      const summary = `until nobody is connected to ${instanceId}`;
      const peers = await perform('watchConnections', summary, {
        ...request,
        seen,
        quietMs,
      });
      peersOf.set(instanceId, peers);
      quietMs = Math.min(quietMs * 2, QUIET_MS.longest);
    }
  }
}

/** Where to look for clients of a host; our own writer's tasks are none. @param only where connections count */
export function requestConnections(
  { plan }: Run,
  instanceId: string,
  only?: Pick<ConnectionRequest, 'ports' | 'without'>,
): ConnectionRequest {
  const writer = plan.ingestion.dualWrite && {
    writer: {
      cluster: plan.cluster,
      service: COLLECTOR,
    },
  };
  // whatever program answers there
  const given = plan.ingest?.ports?.map(({ port }) => port) ?? [];
  const recordPorts = [...new Set([...listUserRecords(plan).map(({ port }) => port), ...given])];
  return {
    instanceId,
    ...findCompose(plan.source),
    recordPorts,
    ...only,
    ...writer,
  };
}
