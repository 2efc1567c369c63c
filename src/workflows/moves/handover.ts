import { isCancellation } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { Host } from '../../contract/hosts';
import { handover, inMemory, type Reading } from '../../analysis/store';
import type { Release } from '../phases/deploy';
import { messageOf, settled } from '../engine/failures';
import type { Migration } from '../engine/migration';
import { ask, figure } from '../engine/activities';
import { beforeProbe, probeOf } from './rings';

const NO_PROBE = 'no service of the plan has probe: true';

/** Services of the plan whose API is known. */
function storesOf({ plan }: Migration) {
  return Object.entries(plan.services).flatMap(([service, { store, port }]) =>
    store ? [{ service, store, port, url: `http://${service}.${plan.namespace}:${port}` }] : [],
  );
}

/** When users began to come to ECS. */
function began({ status }: Migration): string {
  return status.phases.find(({ phase }) => phase === 'shift')?.startedAt ?? status.startedAt;
}

/** The newest sample of each store on the hosts, flushed just before, and the first that ECS has since the shift began. */
export async function handedOver(run: Migration, found: Survey, release: Release, hosts: Host[]): Promise<void> {
  const stores = storesOf(run);
  if (stores.length === 0) return;
  const { composeDirectory } = run.plan.source;
  const unknown = (error: unknown): Reading[] => {
    if (isCancellation(error)) throw error;
    return stores.map(({ service }) => ({ service, at: null, note: messageOf(error) }));
  };
  const olds = hosts.map(({ instanceId }) =>
    ask('readNewestSamples', `newest samples on ${instanceId}`, { instanceId, composeDirectory, stores }).catch(
      unknown,
    ),
  );
  const [first, ...old] = await settled([firstOnEcs(run, found, release).catch(unknown), ...olds]);
  const report = handover(old.flat(), first!);
  run.data({ handover: report });
  run.progress.event(
    `handover: ${report.map(({ service, gapSeconds, note }) => `${service} ${gapSeconds === null ? `not measured (${note})` : `gap ${gapSeconds} s`}`).join(', ')}`,
  );
}

function firstOnEcs(run: Migration, found: Survey, release: Release): Promise<Reading[]> {
  const probe = probeOf(run, found, release, release.images);
  if (!probe) return Promise.reject(new Error(NO_PROBE));
  beforeProbe(run);
  return ask('readFirstSamples', 'first samples on ECS', {
    probe,
    purpose: run.purpose('first'),
    stores: storesOf(run),
    since: began(run),
  });
}

/**
 * What a rollback from here would lose: nothing that is in S3, and of the rest what the stores fail to flush when
 * their tasks stop. @returns the measuring, which says it in a sentence and never fails
 */
export function lateRollback(run: Migration, found: Survey, release: Release): (() => Promise<string>) | null {
  const stores = storesOf(run);
  if (stores.length === 0) return null;
  const since = began(run);
  return async () => {
    const from = `a rollback from here: what ECS took in since ${since.slice(0, 16).replace('T', ' ')} UTC`;
    try {
      const probe = probeOf(run, found, release, release.images);
      if (!probe) throw new Error(NO_PROBE);
      beforeProbe(run);
      const amounts = await figure('measureUnflushed', 'what the stores on ECS hold only in memory', {
        probe,
        purpose: run.purpose('memory'),
        stores,
      });
      const at = new Date().toISOString();
      run.data({ unflushed: { at, since, stores: amounts } });
      return `${from} is in S3 but for ${inMemory(amounts)} in memory at ${at.slice(11, 16)} (flushed when their tasks stop)`;
    } catch (error) {
      if (isCancellation(error)) throw error;
      return `${from} is in S3 but for what is in memory: not measured (${messageOf(error)})`;
    }
  };
}
