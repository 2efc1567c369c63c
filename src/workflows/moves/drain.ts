import type { Host } from '../../contract/hosts';
import type { StoreState } from '../../contract/stores';
import { toMilliseconds } from '../../plan/duration';
import { findCompose } from '../../plan/compose-place';
import { perform } from '../engine/activities';
import { settleAll } from '../engine/failures';
import { passGate } from '../engine/gate';
import { retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';
import { HostConnections } from './connections';
import { joinIds } from './hosts';
import {
  describePeers,
  tellApprovedConnections,
  tellApprovedLoss,
  tellConnections,
  tellCutFlush,
  askToCutOff,
  askToLose,
} from './texts';

/** Before the hosts stop: nobody sends to them any more, and what they hold in memory is in S3. */
export async function drain(migration: Run, hosts: Host[]): Promise<void> {
  await waitUntilDisconnected(migration, hosts);
  await flushStores(migration, hosts);
}

/** Holds while anybody is connected: until nobody is, or someone approves what would be cut off. */
async function waitUntilDisconnected(migration: Run, hosts: Host[]): Promise<void> {
  const { progress } = migration;
  const ids = joinIds(hosts);
  const connections = new HostConnections(migration, hosts);
  const connected = await connections.look();
  if (connected.length > 0) {
    progress.addEvent(`still connected: ${describePeers(connected)}`);
    await connections.watchDuring(() =>
      passGate(migration, {
        what: '100 %, while clients are connected to the hosts',
        bake: '0ms',
        isGrave: true,
        describeApproval: () => askToCutOff(ids, connections.list()),
        isLifted: () => connections.list().length === 0,
      }),
    );
  }
  const left = connections.list();
  progress.addEvent(left.length === 0 ? tellConnections(ids) : tellApprovedConnections(left));
}

/**
 * Flushes, and holds when S3 does not list it in the plan's time: until a retry did better, or someone approves the
 * loss.
 */
async function flushStores(migration: Run, hosts: Host[]): Promise<void> {
  const { progress, control } = migration;
  const ids = joinIds(hosts);
  const before = new Map<string, StoreState[]>();
  for (;;) {
    const missing = await retryWhenTold(migration, 'flushing the stores', async () => {
      const unread = hosts.filter(({ instanceId }) => !isRead(before.get(instanceId)));
      await settleAll(unread.map((host) => readStores(migration, host, before)));
      return (await settleAll(hosts.map((host) => flushHost(migration, host, before)))).flat();
    });
    if (missing.length === 0) {
      progress.addEvent(`${ids}: flushed, and S3 lists it`);
      return;
    }
    progress.addEvent(`not in S3: ${missing.join('; ')}`);
    await passGate(migration, {
      what: '100 %, while a flush is not in S3',
      bake: '0ms',
      takesRetry: true,
      isGrave: true,
      describeApproval: () => askToLose(ids, missing),
    });
    if (!control.isRetried) {
      progress.addEvent(tellApprovedLoss(missing));
      return;
    }
  }
}

const isRead = (states: StoreState[] | undefined): boolean =>
  states !== undefined && states.every(({ silent }) => silent === undefined);

/** What a retry compares with is from before the first flush: only stores that were silent are read again. */
async function readStores({ plan }: Run, { instanceId }: Host, before: Map<string, StoreState[]>): Promise<void> {
  const stack = {
    instanceId,
    ...findCompose(plan.source),
  };
  const { stores } = await perform('readStores', `what the stores on ${instanceId} hold and S3 has`, stack);
  const read = (before.get(instanceId) ?? []).filter(({ silent }) => silent === undefined);
  before.set(
    instanceId,
    stores.map((store) => read.find(({ service }) => service === store.service) ?? store),
  );
}

/** @returns what did not arrive, in words; a call that was cut off is only told where its data has not come either */
async function flushHost(
  { plan, progress }: Run,
  { instanceId }: Host,
  before: Map<string, StoreState[]>,
): Promise<string[]> {
  const stack = {
    instanceId,
    ...findCompose(plan.source),
  };
  const { failed } = await perform('flushStores', `flush the stores on ${instanceId}`, stack);
  const timeoutMs = toMilliseconds(plan.decommission.flushTimeout);
  const request = {
    ...stack,
    stores: before.get(instanceId)!,
    timeoutMs,
    ...(failed.length > 0 && { unheard: failed.map(({ service }) => service) }),
  };
  const { missing } = await perform('awaitFlush', `until S3 lists what ${instanceId} has flushed`, request);
  const arrived = failed.filter(({ service }) => !missing.some((store) => store.service === service));
  for (const { service, why } of arrived) progress.addEvent(tellCutFlush(service, why));
  return missing.map(({ service, why }) => {
    const call = failed.find((store) => store.service === service);
    return call ? `${why}; ${call.why}` : why;
  });
}
