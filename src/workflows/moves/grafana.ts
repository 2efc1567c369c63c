import type { GrafanaCopy, GrafanaCounts, GrafanaRequest } from '../../contract/grafana';
import type { Survey } from '../../contract/findings';
import { toMilliseconds } from '../../plan/duration';
import { listNamesMovedAtOnce, findVolume } from '../../plan/names';
import { perform, type Patience } from '../engine/activities';
import { failFor } from '../engine/failures';
import { holdUntilApproval, retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';
import type { Release } from '../engine/release';
import {
  askToImport,
  tellChangedOriginal,
  tellCopy,
  tellCopyDiffers,
  tellEdit,
  tellEdits,
  tellFewer,
  tellReadOnly,
  tellRunsOnCopy,
  tellUnlistedEdits,
} from './grafana-texts';
import { moveService, stopService } from './services';
import { tellLateNames } from './texts';

/** What the old database is and where its copy goes; undefined where nothing is to be moved. */
export function findGrafanaMove({ plan }: Run, { grafana }: Survey): GrafanaRequest | undefined {
  if (plan.grafana.database !== 'move' || !grafana) return undefined;
  const volume = findVolume(plan, plan.grafana.service);
  const target = volume
    ? {
        fileSystem: volume.fileSystem,
        directory: volume.directory,
      }
    : null;
  return {
    ...grafana,
    target,
  };
}

/** Says before the first weight that these names wait for the last one, and what happens then. */
export function announceGrafanaMove({ plan, progress }: Run): void {
  const text = tellLateNames(listNamesMovedAtOnce(plan));
  progress.status.steps.at(-1)!.reason = text;
  progress.addEvent(text);
}

/**
 * Grafana's database, in one step: the old one read-only, its copy compared, the new one started on it. Users read on
 * the old side meanwhile. What fails holds for a human; going back makes the old one writable again.
 */
export async function moveGrafana(migration: Run, survey: Survey, release: Release): Promise<void> {
  const what = "moving Grafana's database; Grafana on the host is read-only meanwhile";
  await retryWhenTold(migration, what, async () => {
    const request = findGrafanaMove(migration, survey);
    if (!request) {
      throw failFor('GrafanaNotFound', "Grafana's database was not found on a host; abort, and see preflight");
    }
    await copyAndStart(migration, request, release);
  });
}

async function copyAndStart(migration: Run, request: GrafanaRequest, release: Release): Promise<void> {
  const { plan } = migration;
  const service = plan.grafana.service;
  const { cluster } = release;
  await lockOldGrafana(migration, request);
  await stopService(migration, `${service} to 0: nobody writes to the copy`, {
    cluster,
    service,
  });
  const copy = await copyDatabase(migration, request);
  if (!request.target) await waitForImport(migration, request, copy);

  const timeoutMs = toMilliseconds(plan.deploy.steadyTimeout);
  const count = release.counts[service]!;
  await moveService(migration, `${service} on the copy`, {
    cluster,
    service,
    count,
    timeoutMs,
  });
  if (request.target) await compareCounts(migration, request, copy);
}

async function lockOldGrafana(migration: Run, { instanceId, path }: GrafanaRequest): Promise<void> {
  const database = {
    instanceId,
    path,
  };
  const id = `Grafana on ${instanceId} takes edits again`;
  migration.writeUndo({
    id,
    stage: 'data',
    verb: 'unlockGrafana',
    input: database,
  });
  const { counts } = await perform('lockGrafana', `${path} on ${instanceId} read-only`, database);
  migration.progress.addEvent(tellReadOnly(instanceId, counts));
}

async function copyDatabase({ progress }: Run, request: GrafanaRequest): Promise<GrafanaCopy> {
  const { instanceId, path } = request;
  const copy = await perform('copyGrafana', `copy ${path}`, request);
  if (!copy.equal) throw failFor('CopyDiffers', tellCopyDiffers(path, copy));
  const { at, sha256, copySha256, counts } = copy;
  const from = `${instanceId}:${path}`;
  const to = describeTarget(request);
  progress.status.data = {
    ...progress.status.data,
    grafana: {
      from,
      to,
      at: at!,
      sha256,
      copySha256,
      before: counts,
      after: null,
      edits: null,
    },
  };
  progress.addEvent(tellCopy(to, copy));
  return copy;
}

function describeTarget({ path, target }: GrafanaRequest): string {
  return target ? `${target.fileSystem}:${target.directory}/grafana.db` : `lgtm-migrate-import.db beside ${path}`;
}

/** @throws GrafanaLost where the new Grafana has less than the old one had */
async function compareCounts(migration: Run, request: GrafanaRequest, copy: GrafanaCopy): Promise<void> {
  const { progress } = migration;
  const id = `edits in ${describeTarget(request)} that the host's Grafana has not`;
  migration.writeUndo({
    id,
    stage: 'data',
    verb: 'listGrafanaEdits',
    input: request,
  });
  const { counts: after } = await perform('countGrafana', 'what the new Grafana has', request);
  const report = progress.status.data!.grafana!;
  progress.status.data!.grafana = {
    ...report,
    after,
    fingerprint: copy.fingerprint,
  };
  const kinds = Object.keys(after) as (keyof GrafanaCounts)[];
  const hasLess = kinds.some((kind) => after[kind] < copy.counts[kind]);
  if (hasLess) throw failFor('GrafanaLost', tellFewer(after, copy.counts));
  progress.addEvent(tellRunsOnCopy(after, copy.counts));
}

/** Nothing of Grafana's or ours turns SQLite into PostgreSQL or MySQL faithfully: somebody does, and says so. */
async function waitForImport(migration: Run, request: GrafanaRequest, { counts }: GrafanaCopy): Promise<void> {
  const { grafana, services } = migration.plan;
  const named = services[grafana.service]!.environment['GF_DATABASE_HOST'];
  const database = named ?? 'the database of services.grafana.environment';
  const id = `what was edited in ${database}`;
  migration.writeUndo({
    id,
    stage: 'data',
    verb: 'tellUnlistedEdits',
    input: { database },
  });
  await holdUntilApproval(migration, {
    what: `Grafana's data is in ${database}`,
    reason: askToImport(request, database, counts),
    isGrave: true,
  });
}

/** Undo: what was edited in a database of somebody's own can't be listed, and that is said. */
export function tellEditsAreUnlisted({ progress }: Run, database: string): void {
  progress.addEvent(tellUnlistedEdits(database));
}

/** Undo: what a way back loses sight of is told, never merged and never written over. */
export async function listGrafanaEdits(
  { progress }: Run,
  request: GrafanaRequest,
  patience: Patience = 'ordinary',
): Promise<void> {
  const report = progress.status.data?.grafana;
  if (!report?.fingerprint) return;
  const { to, at, fingerprint } = report;
  const asked = {
    ...request,
    since: at,
    fingerprint,
  };
  const found = await perform('listGrafanaEdits', `what ${to} has and the host has not`, asked, patience);
  const { edits, total, counts, oldUnchanged } = found;
  progress.status.data!.grafana = {
    ...report,
    edits: {
      total,
      listed: edits,
    },
  };
  progress.addEvent(tellEdits(to, at, total, counts));
  for (const edit of edits) progress.addEvent(tellEdit(to, edit));
  if (!oldUnchanged) progress.addEvent(tellChangedOriginal());
}
