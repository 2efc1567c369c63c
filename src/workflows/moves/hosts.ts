import type { Survey } from '../../contract/findings';
import type { BackupImage, Host, HostHealthRequest } from '../../contract/hosts';
import type { StartHostInput } from '../../contract/undos';
import { perform, type Patience } from '../engine/activities';
import { listUserRecords } from '../../plan/names';
import { findCompose } from '../../plan/compose-place';
import { settleAll } from '../engine/failures';
import { retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';

/** How long a started host may take until its containers run. */
const HOST_TIMEOUT_MS = 15 * 60_000;
/** How long EC2 may take. It is a minute or two; what takes longer is a human's. */
const START_MS = 5 * 60_000;
export const STOP_MS = 15 * 60_000;
/** A large snapshot takes hours, but its figure moves. */
const BACKUP_STALL_MS = 60 * 60_000;

export const joinIds = (hosts: Pick<Host, 'instanceId'>[]): string =>
  hosts.map(({ instanceId }) => instanceId).join(', ');

/** Those that preflight has seen running. */
export const listRunning = ({ hosts }: Survey): Host[] => hosts.filter(({ state }) => state === 'running');

/** Stops the containers of a host gracefully; from here on the way back has to start it. */
export async function stopStack(migration: Run, host: Host): Promise<void> {
  const { plan, owner, progress } = migration;
  const { instanceId } = host;
  const id = `start ${instanceId} and its containers`;
  migration.writeUndo({
    id,
    stage: 'host',
    verb: 'startHost',
    input: describeHost(migration, host),
  });
  writeCompactors(migration, host);
  await perform('stopStack', `stop the containers on ${instanceId}`, {
    owner,
    instanceId,
    ...findCompose(plan.source),
    stopTimeoutSeconds: plan.decommission.stopTimeout,
  });
  progress.addEvent(`${instanceId}: containers stopped`);
}

/** A separate compactor would compact beside ECS: it starts when ECS does not any more. */
function writeCompactors(migration: Run, { instanceId, compactors = [] }: Host): void {
  if (compactors.length === 0) return;
  migration.writeUndo({
    id: `start ${compactors.join(', ')} on ${instanceId}`,
    stage: 'compaction',
    verb: 'startCompactors',
    input: {
      instanceId,
      ...findCompose(migration.plan.source),
      timeoutMs: HOST_TIMEOUT_MS,
      services: compactors,
    },
  });
}

/** What starts a host again, and how it is known that it serves. */
export function describeHost(
  { plan }: Pick<Run, 'plan'>,
  {
    instanceId,
    services,
    publicIp,
    compactors = [],
  }: Pick<Host, 'instanceId' | 'services' | 'publicIp' | 'compactors'>,
): StartHostInput {
  const serving = services?.filter((service) => !compactors.includes(service));
  return {
    instanceId,
    ...findCompose(plan.source),
    timeoutMs: HOST_TIMEOUT_MS,
    records: listUserRecords(plan).map(({ name, protocol, port }) => ({
      name,
      protocol,
      port,
    })),
    ...(serving && { services: serving }),
    ...(compactors.length > 0 && { compactors }),
    ...(publicIp !== undefined && { publicIp }),
  };
}

/** Undo: the host and its containers run again and answer; its public address may be another one. */
export async function startHost(
  { facts }: Run,
  { publicIp: addressBefore, compactors, ...host }: StartHostInput,
  patience: Patience,
): Promise<void> {
  const { instanceId, timeoutMs } = host;
  const { publicIp } = await perform(
    'startInstance',
    `start ${instanceId}`,
    {
      instanceId,
      timeoutMs: START_MS,
    },
    patience,
  );
  const stack = {
    instanceId,
    ...findCompose(host),
    timeoutMs,
    ...(compactors && { except: compactors }),
  };
  await perform('startStack', `docker compose up -d on ${instanceId}`, stack, patience);
  facts.hostsRunSince ??= Date.now();
  await perform('awaitHost', `until ${instanceId} answers`, host, patience);
  const hasMoved = addressBefore !== undefined && publicIp !== undefined && addressBefore !== publicIp;
  if (hasMoved) facts.changedAddresses[addressBefore] = publicIp;
}

/** Undo: what only compacts runs again, beside all else. */
export async function startCompactors(host: HostHealthRequest, patience: Patience): Promise<void> {
  const { instanceId, timeoutMs, services = [] } = host;
  const names = services.join(', ');
  const stack = {
    instanceId,
    ...findCompose(host),
    timeoutMs,
  };
  await perform('startStack', `docker compose up -d on ${instanceId}, with ${names}`, stack, patience);
  await perform('awaitHost', `until ${names} run on ${instanceId}`, host, patience);
}

export async function stopInstance({ owner, progress }: Run, instanceId: string): Promise<void> {
  await perform('stopInstance', `stop ${instanceId}`, {
    owner,
    instanceId,
    timeoutMs: STOP_MS,
  });
  progress.addEvent(`${instanceId} stopped`);
}

/** Images of the stopped hosts. Their names are fixed here once: a retry tomorrow must not make a second backup. */
export function backUp(migration: Run, hosts: Host[]): Promise<BackupImage[]> {
  const { day, time } = readUtc();
  const prefix = `${migration.plan.decommission.imagePrefix}-${day}`;
  const backups = hosts.map(({ instanceId }) => {
    const name = hosts.length > 1 ? `${prefix}-${instanceId}` : prefix;
    return retryWhenTold(migration, `the backup of ${instanceId}`, () =>
      backUpHost(migration, instanceId, name, `${name}-${time}`),
    );
  });
  return settleAll(backups);
}

/** Now, as it stands in names: `20261126` and `050000`. */
export function readUtc(): { day: string; time: string } {
  const utc = new Date().toISOString().replace(/[-:]/g, '');
  return {
    day: utc.slice(0, 8),
    time: utc.slice(9, 15),
  };
}

/** An image of one host, once it is complete. */
export async function backUpHost(
  { owner, progress }: Run,
  instanceId: string,
  name: string,
  fallbackName: string,
): Promise<BackupImage> {
  const request = {
    owner,
    instanceId,
    name,
    fallbackName,
  };
  const backup = await perform('createBackup', `image ${name} of the stopped ${instanceId}`, request);
  const { imageId } = backup;
  await perform('awaitBackup', `until ${backup.name} and its snapshots are complete`, {
    imageId,
    stallMs: BACKUP_STALL_MS,
  });
  progress.addEvent(`backup ${backup.name} (${imageId}) of ${instanceId} complete`);
  return backup;
}
