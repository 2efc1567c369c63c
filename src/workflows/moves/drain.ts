import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { StoreState } from '../../contract/stores';
import type { Host, Peer } from '../../contract/hosts';
import { COLLECTOR } from '../../plan/defaults';
import { milliseconds } from '../../plan/duration';
import type { Release } from '../phases/deploy';
import { messageOf, settled } from '../engine/failures';
import { gate, heldMeasured } from '../engine/gate';
import type { Migration } from '../engine/migration';
import { wait } from '../engine/activities';

/** How long other peers than those named must be there until the names are corrected; doubles each time, so that history does not grow with waiting. */
const QUIET_MS = { first: 60_000, most: 6 * 3_600_000 };
/** Peers that are named; the rest is counted. */
const NAMED = 8;

/** Before the hosts stop: nobody sends to them any more, and what they hold in memory is in S3. */
export async function drain(run: Migration, release: Release, hosts: Host[]): Promise<void> {
  await disconnected(run, release, hosts);
  await flushed(run, release, hosts);
}

const idsOf = (hosts: Host[]) => hosts.map(({ instanceId }) => instanceId).join(', ');

/** `10.0.3.4 → 9009 (mimir), 3 connections` */
function words(peers: Peer[]): string {
  const named = peers
    .slice(0, NAMED)
    .map(
      ({ peer, port, service, connections }) =>
        `${peer} → ${port} (${service}), ${connections} connection${connections === 1 ? '' : 's'}`,
    );
  return [...named, ...(peers.length > NAMED ? [`${peers.length - NAMED} more`] : [])].join('; ');
}

/** Repeats what failed when someone says so: nothing is broken by then, and traffic is where it should be. */
async function retried<T>(run: Migration, release: Release, what: string, effect: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await effect();
    } catch (error) {
      if (isCancellation(error) || !(await heldMeasured(run, release, `retry of ${what}`, messageOf(error))))
        throw error;
    }
  }
}

/** Holds, measuring, while anybody is connected: until nobody is, or someone approves what would be cut off. */
async function disconnected(run: Migration, release: Release, hosts: Host[]): Promise<void> {
  const { plan, progress } = run;
  const recordPorts = [...new Set(plan.records.map(({ port }) => port))];
  const request = (instanceId: string) => ({
    instanceId,
    composeDirectory: plan.source.composeDirectory,
    recordPorts,
    ...(plan.ingestion.dualWrite ? { writer: { cluster: plan.cluster, service: COLLECTOR } } : {}),
  });
  const look = (instanceId: string) =>
    wait('listConnections', `who is connected to ${instanceId}`, request(instanceId));
  const change = (instanceId: string, seen: Peer[], quietMs: number) =>
    wait('watchConnections', `until nobody is connected to ${instanceId}`, { ...request(instanceId), seen, quietMs });
  const left = new Map<string, Peer[]>();
  const all = () => [...left.values()].flat();
  await retried(run, release, 'listing the connections', () =>
    settled(hosts.map(async ({ instanceId }) => left.set(instanceId, await look(instanceId)))),
  );
  if (all().length > 0) {
    progress.event(`still connected: ${words(all())}`);
    const watching = new CancellationScope();
    const watched = watching
      .run(() =>
        Promise.all(
          hosts.map(async ({ instanceId }) => {
            for (
              let quietMs = QUIET_MS.first;
              left.get(instanceId)!.length > 0;
              quietMs = Math.min(quietMs * 2, QUIET_MS.most)
            )
              left.set(instanceId, await change(instanceId, left.get(instanceId)!, quietMs));
          }),
        ),
      )
      .catch((error: unknown) => {
        // then nobody sees them go, and it takes an approval
        if (!isCancellation(error)) progress.event(`the connections can't be listed any more: ${messageOf(error)}`);
      });
    try {
      await gate(run, release, {
        what: '100 %, while clients are connected to the hosts',
        bake: '0ms',
        approval: () => `stop ${idsOf(hosts)} although still connected: ${words(all())}`,
        lifted: () => all().length === 0,
      });
    } finally {
      watching.cancel();
      await watched;
    }
  }
  progress.event(
    all().length === 0
      ? `nobody is connected to ${idsOf(hosts)}`
      : `approved although still connected: ${words(all())}`,
  );
}

/** Flushes, and holds, measuring, when S3 does not list it in the plan's time: until a retry did better, or someone approves the loss. */
async function flushed(run: Migration, release: Release, hosts: Host[]): Promise<void> {
  const { plan, progress, control } = run;
  const { composeDirectory } = plan.source;
  const before = new Map<string, StoreState[]>();
  const stand = async ({ instanceId }: Host) => {
    const { stores } = await wait('readStores', `what the stores on ${instanceId} hold and S3 has`, {
      instanceId,
      composeDirectory,
    });
    // what a retry compares with is from before the first flush
    const known = (before.get(instanceId) ?? []).filter(({ silent }) => silent === undefined);
    before.set(
      instanceId,
      stores.map((store) => known.find(({ service }) => service === store.service) ?? store),
    );
  };
  const flush = async ({ instanceId }: Host): Promise<string[]> => {
    const { failed } = await wait('flushStores', `flush the stores on ${instanceId}`, { instanceId, composeDirectory });
    if (failed.length > 0) return failed;
    const { missing } = await wait('awaitFlush', `until S3 lists what ${instanceId} has flushed`, {
      instanceId,
      composeDirectory,
      stores: before.get(instanceId)!,
      timeoutMs: milliseconds(plan.decommission.flushTimeout),
    });
    return missing;
  };
  for (;;) {
    const missing = await retried(run, release, 'flushing the stores', async () => {
      await settled(
        hosts
          .filter(({ instanceId }) => before.get(instanceId)?.every(({ silent }) => silent === undefined) !== true)
          .map(stand),
      );
      return (await settled(hosts.map(flush))).flat();
    });
    if (missing.length === 0) {
      progress.event(`${idsOf(hosts)}: flushed, and S3 lists it`);
      return;
    }
    progress.event(`not in S3: ${missing.join('; ')}`);
    await gate(run, release, {
      what: '100 %, while a flush is not in S3',
      bake: '0ms',
      retry: true,
      approval: `stop ${idsOf(hosts)} although S3 does not have it: ${missing.join('; ')}`,
    });
    if (!control.retried) {
      progress.event(`approved although S3 does not have it: ${missing.join('; ')}`);
      return;
    }
  }
}
