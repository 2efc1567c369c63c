import { ApplicationFailure } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { GrafanaCopy, GrafanaCounts, GrafanaRequest } from '../../contract/grafana';
import { milliseconds } from '../../plan/duration';
import { atOnce, volumeOf } from '../../plan/names';
import type { Release } from '../phases/deploy';
import { messageOf } from '../engine/failures';
import type { Migration } from '../engine/migration';
import { wait } from '../engine/activities';
import { countsInWords as inWords } from '../details';

/** What the old database is and where its copy goes; undefined where nothing is to be moved. */
export function moveOf({ plan }: Migration, { grafana }: Survey): GrafanaRequest | undefined {
  if (plan.grafana.database !== 'move' || !grafana) return undefined;
  const volume = volumeOf(plan, plan.grafana.service);
  return { ...grafana, target: volume ? { fileSystem: volume.fileSystem, directory: volume.directory } : null };
}

/** Says before the first weight that these names wait for the last one, and what happens then. */
export function announce(run: Migration): void {
  const { plan, progress } = run;
  const names = atOnce(plan);
  const text = `${names.join(', ')} will go from 0 to 100 % in one step, the last: Grafana on the host becomes read-only, its database is copied, and only then the names move`;
  progress.status.steps.at(-1)!.reason = text;
  progress.event(text);
}

/**
 * Grafana's database, in one step: the old one read-only, its copy compared, the new one started on it. Users
 * read on the old side meanwhile. What fails holds for a human; going back makes the old one writable again.
 */
export async function moveGrafana(run: Migration, found: Survey, release: Release): Promise<void> {
  const request = moveOf(run, found);
  if (!request)
    throw ApplicationFailure.nonRetryable(
      "Grafana's database was not found on a host; abort, and see preflight",
      'GrafanaNotFound',
    );
  for (;;) {
    try {
      await copied(run, request, release);
      return;
    } catch (error) {
      if (
        !(await run.heldForRetry(
          "retry of moving Grafana's database; Grafana on the host is read-only meanwhile",
          messageOf(error),
        ))
      )
        throw error;
    }
  }
}

async function copied(run: Migration, request: GrafanaRequest, release: Release): Promise<void> {
  const { plan, owner, progress } = run;
  const { instanceId, path, target } = request;
  const name = plan.grafana.service;
  const scaled = { owner, cluster: release.cluster, service: name };

  run.before('data', `Grafana on ${instanceId} takes edits again`, () =>
    wait('unlockGrafana', `${path} takes writes again`, { instanceId, path }),
  );
  const { counts } = await wait('lockGrafana', `${path} on ${instanceId} read-only`, { instanceId, path });
  progress.event(
    `Grafana on ${instanceId} is read-only: whoever saves there is told "database is locked"; it has ${inWords(counts)}`,
  );

  await wait('scaleService', `${name} to 0: nobody writes to the copy`, { ...scaled, count: 0 });
  const copy = await wait('copyGrafana', `copy ${path}`, request);
  if (!copy.equal)
    throw ApplicationFailure.nonRetryable(
      `the copy of ${path} has sha256 ${copy.copySha256}, the database ${copy.sha256}; nothing was put in place, retry or abort`,
      'CopyDiffers',
    );
  const where = target
    ? `${target.fileSystem}:${target.directory}/grafana.db`
    : `lgtm-migrate-import.db beside ${path}`;
  run.status.data = {
    ...run.status.data,
    grafana: {
      from: `${instanceId}:${path}`,
      to: where,
      at: copy.at!,
      sha256: copy.sha256,
      copySha256: copy.copySha256,
      before: copy.counts,
      after: null,
      edits: null,
    },
  };
  progress.event(
    `copied to ${where}, ${copy.bytes} bytes, sha256 ${copy.sha256.slice(0, 12)}… on both sides${copy.aside ? `; what was there is now ${copy.aside}` : ''}`,
  );
  if (!target) await imported(run, request, copy);

  const count = release.counts[name]!;
  await wait('scaleService', `${name} on the copy`, { ...scaled, count });
  await wait('awaitSteadyState', `${name} steady at ${count}`, {
    cluster: release.cluster,
    service: name,
    count,
    timeoutMs: milliseconds(plan.deploy.steadyTimeout),
  });
  if (!target) return;
  run.before('data', `edits in ${where} that the host's Grafana has not`, () => listEdits(run, request));
  const { counts: after } = await wait('countGrafana', 'what the new Grafana has', request);
  const report = run.status.data.grafana!;
  run.status.data.grafana = { ...report, after, fingerprint: copy.fingerprint };
  const fewer = (Object.keys(after) as (keyof GrafanaCounts)[]).filter((key) => after[key] < copy.counts[key]);
  if (fewer.length > 0)
    throw ApplicationFailure.nonRetryable(
      `the new Grafana has ${inWords(after)}, the old one ${inWords(copy.counts)}; see its log group, then retry or abort`,
      'GrafanaLost',
    );
  progress.event(`the new Grafana runs on the copy: ${inWords(after)}; before: ${inWords(copy.counts)}`);
}

/** Nothing of Grafana's or ours turns SQLite into PostgreSQL or MySQL faithfully: somebody does, and says so. */
async function imported(run: Migration, { instanceId, path }: GrafanaRequest, { counts }: GrafanaCopy): Promise<void> {
  const { plan } = run;
  const host =
    plan.services[plan.grafana.service]!.environment['GF_DATABASE_HOST'] ??
    'the database of services.grafana.environment';
  run.before('data', `what was edited in ${host}`, async () => {
    run.progress.event(
      `what was edited in ${host} since the copy is not listed, because lgtm-migrate has no way into it: look there; it stays as it is`,
    );
  });
  await run.approved(
    `Grafana's data is in ${host}`,
    `import lgtm-migrate-import.db, beside ${path} on ${instanceId}, into ${host} (docs/data.md), count ${inWords(counts)} there, then approve; lgtm-migrate does not check it`,
  );
}

/** What a way back loses sight of: told, never merged and never written over. */
export async function listEdits(run: Migration, request: GrafanaRequest): Promise<void> {
  const report = run.status.data?.grafana;
  if (!report?.fingerprint) return;
  const { edits, total, counts, oldUnchanged } = await wait(
    'listGrafanaEdits',
    `what ${report.to} has and the host has not`,
    { ...request, since: report.at, fingerprint: report.fingerprint },
  );
  run.status.data!.grafana = { ...report, edits: { total, listed: edits } };
  run.progress.event(
    `${total === 0 ? 'no edit' : `${total} edit${total === 1 ? '' : 's'}`} in ${report.to} since ${report.at} that the host's Grafana has not; it has ${inWords(counts)}${total > 0 ? ', and stays as it is' : ''}`,
  );
  for (const { kind, name, change, by, at } of edits)
    run.progress.event(
      `only in ${report.to}: ${kind} "${name}" ${change}${by ? ` by ${by}` : ''}${at ? ` at ${at}` : ''}`,
    );
  if (!oldUnchanged)
    run.progress.event(`the database on the host is not as it was when it was copied: somebody wrote to it since`);
}
