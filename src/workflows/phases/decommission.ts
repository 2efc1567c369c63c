import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { GrafanaRequest } from '../../contract/grafana';
import type { Host } from '../../contract/hosts';
import type { Release } from './deploy';
import { drain } from '../moves/drain';
import { messageOf, settled } from '../engine/failures';
import { takeOver } from '../moves/duties';
import { gate } from '../engine/gate';
import { listEdits, moveOf } from '../moves/grafana';
import { handedOver, lateRollback } from '../moves/handover';
import type { Migration } from '../engine/migration';
import { call, wait } from '../engine/activities';
import { answered, pairOf, recordsChanged } from './shift';

/** How long a started host may take until its containers run. */
const HOST_TIMEOUT_MS = 15 * 60_000;

/** Phase 8 of the plan document: fold, drain, stop, back up, hold a week, delete. */
export async function decommission(run: Migration, found: Survey, release: Release): Promise<void> {
  const { plan, progress } = run;
  if (!plan.decommission.enabled) {
    progress.end('decommission', 'skipped');
    return;
  }
  progress.begin('decommission');
  const hosts = found.hosts.filter(({ state }) => state === 'running');
  const ids = hosts.map(({ instanceId }) => instanceId).join(', ');
  if (hosts.length === 0) {
    progress.detail('decommission', 'no host runs any more');
    progress.end('decommission', 'skipped');
    return;
  }

  // while the host still runs: it is the one that reads the copy
  const move = moveOf(run, found);
  if (move?.target) await toldEdits(run, move);
  if (plan.decommission.approveStop) {
    await gate(run, release, { what: '100 %, before the hosts stop', bake: '0ms', approval: `stop ${ids}` });
  }
  await run.unpaused();
  await fold(run, found, release);
  await run.unpaused();
  await drain(run, release, hosts);
  await handedOver(run, found, release, hosts);
  await run.unpaused();
  await settled(hosts.map((host) => stopStack(run, found, host)));
  await run.unpaused();
  run.late = lateRollback(run, found, release);
  await settled([takeOver(run, release), ...hosts.map(({ instanceId }) => stopInstance(run, instanceId))]);
  progress.detail('decommission', `${ids} stopped`);
  await run.unpaused();
  const backups = await backUp(run, hosts);
  const names = backups.map(({ name }) => name).join(', ');
  let known = '';
  const measure = async () => (known = (await run.late?.()) ?? '');
  await measure();
  if (known) progress.event(known);

  progress.detail('decommission', `backup ${names} complete; held ${plan.decommission.hold} before termination`);
  await gate(run, release, {
    what: `the ${plan.decommission.hold} before termination`,
    bake: plan.decommission.hold,
    ...(plan.decommission.approveTerminate
      ? {
          approval: () =>
            [`terminate ${ids}; the point of no return, backup ${names}`, known].filter(Boolean).join('; '),
          before: measure,
        }
      : {}),
  });

  // the gate may have ended in the very task that cancelled
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('cancelled before the point of no return');
  // the measuring ends with a last look: what it or somebody said meanwhile counts
  await run.unpaused();
  run.late = null;
  run.status.undo.irreversible = `${ids} terminated`;
  progress.event(`point of no return: terminating ${ids}`);
  // nothing goes back from here, so a cancellation from the UI is not heard
  await CancellationScope.nonCancellable(async () => {
    for (const { instanceId, imageId } of backups) await terminate(run, instanceId, imageId);
  });
  progress.detail('decommission', `${ids} terminated, backup ${names}`);
  progress.end('decommission', 'done');
}

/** For whoever approves; not knowing it is said and holds nothing up. */
async function toldEdits(run: Migration, move: GrafanaRequest): Promise<void> {
  try {
    await listEdits(run, move);
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.progress.event(`what a way back would lose of Grafana's edits is unknown: ${messageOf(error)}`);
  }
}

/** A weight-0 record is answered when the others are unhealthy: a name must not lead to a host that is off. */
async function fold(run: Migration, found: Survey, release: Release): Promise<void> {
  const pair = pairOf(
    run,
    found.records.filter(({ moved }) => moved !== 'fold'),
    release,
  );
  const earlier = pairOf(
    run,
    found.records.filter(({ moved }) => moved === 'pair'),
    release,
  );
  if (earlier.records.length > 0) {
    const names = earlier.records.map(({ name }) => name).join(', ');
    run.before('record', `${names}: the pair at 100 % again`, async () => {
      const { changeId } = await call('unfoldPair', `${names}: the pair again`, earlier);
      await answered(run, changeId, 0);
    });
  }
  const { changeId } = await recordsChanged(run, release, () =>
    call('foldPair', 'the pair becomes the ECS record alone', pair),
  );
  await answered(run, changeId, pair.ttl);
  run.progress.event('the names lead to ECS alone');
}

async function stopStack(run: Migration, found: Survey, { instanceId, services }: Host): Promise<void> {
  const { plan, owner } = run;
  const { composeDirectory } = plan.source;
  run.before('host', `start ${instanceId} and its containers`, async () => {
    const { publicIp } = await wait('startInstance', `start ${instanceId}`, { instanceId });
    await wait('startStack', `docker compose up -d on ${instanceId}`, {
      instanceId,
      composeDirectory,
      timeoutMs: HOST_TIMEOUT_MS,
    });
    await wait('awaitHost', `until ${instanceId} answers`, {
      instanceId,
      composeDirectory,
      timeoutMs: HOST_TIMEOUT_MS,
      ...(services ? { services } : {}),
      records: plan.records.map(({ name, protocol, port }) => ({ name, protocol, port })),
    });
    const before = found.hosts.find((host) => host.instanceId === instanceId)?.publicIp;
    if (before && publicIp && before !== publicIp) run.addresses[before] = publicIp;
  });
  await wait('stopStack', `stop the containers on ${instanceId}`, {
    owner,
    instanceId,
    composeDirectory,
    stopTimeoutSeconds: plan.decommission.stopTimeout,
  });
  run.progress.event(`${instanceId}: containers stopped`);
}

async function stopInstance(run: Migration, instanceId: string): Promise<void> {
  const { owner } = run;
  await wait('stopInstance', `stop ${instanceId}`, { owner, instanceId });
  run.progress.event(`${instanceId} stopped`);
}

/** Images of the stopped hosts. Their names are fixed here once: a retry tomorrow must not make a second backup. */
async function backUp(run: Migration, hosts: Host[]) {
  const { plan, owner } = run;
  const utc = new Date().toISOString().replace(/[-:]/g, '');
  const [day, time] = [utc.slice(0, 8), utc.slice(9, 15)];
  const backups = await settled(
    hosts.map(async ({ instanceId }) => {
      const name = `${plan.decommission.imagePrefix}-${day}${hosts.length > 1 ? `-${instanceId}` : ''}`;
      const backup = await call('createBackup', `image ${name} of the stopped ${instanceId}`, {
        owner,
        instanceId,
        name,
        fallbackName: `${name}-${time}`,
      });
      await wait('awaitBackup', `until ${backup.name} and its snapshots are complete`, { imageId: backup.imageId });
      run.progress.event(`backup ${backup.name} (${backup.imageId}) of ${instanceId} complete`);
      return backup;
    }),
  );
  return backups;
}

/** Past the point of no return nothing is taken back: a failure waits for a human's retry. */
async function terminate(run: Migration, instanceId: string, imageId: string): Promise<void> {
  for (;;) {
    try {
      await wait('terminateInstance', `terminate ${instanceId}`, { owner: run.owner, instanceId, imageId });
      run.progress.event(`${instanceId} terminated`);
      return;
    } catch (error) {
      const heard = await run.heldForRetry(`retry of terminating ${instanceId}`, messageOf(error));
      if (heard) continue;
      run.progress.leftover({ what: instanceId, why: `not terminated: ${messageOf(error)}` });
      return;
    }
  }
}
