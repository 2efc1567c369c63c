import { isCancellation } from '@temporalio/workflow';
import { compareHandover, listGaps, type GapLimits, type Handover, type Reading } from '../../analysis/handover';
import type { Survey } from '../../contract/findings';
import type { Host } from '../../contract/hosts';
import type { StoreService } from '../../contract/stores';
import { readMaxGap } from '../../plan/gaps';
import { findCompose } from '../../plan/compose-place';
import { perform } from '../engine/activities';
import { failFor, messageOf, settleAll } from '../engine/failures';
import type { MemoryQuestion } from '../engine/facts';
import { passGate } from '../engine/gate';
import { holdWhilePaused } from '../engine/hold';
import type { Run } from '../engine/run';
import type { Release } from '../engine/release';
import { joinIds } from './hosts';
import { findProbePlace, NO_PROBE, requireProbe, writeProbeRemoval } from './probe';
import { askToBridge, describeLoss, describeUnmeasuredLoss, tellApprovedGaps, tellHandover } from './texts';

/** Services of the plan whose store's API is known. */
export function listStores({ plan }: Pick<Run, 'plan'>): StoreService[] {
  return Object.entries(plan.services).flatMap(([service, { store, port }]) =>
    store
      ? [
          {
            service,
            store,
            port,
          },
        ]
      : [],
  );
}

/** When users began to come to ECS. */
function findShiftStart({ status }: Run): string {
  return status.phases.find(({ phase }) => phase === 'shift')?.startedAt ?? status.startedAt;
}

/** The same as far as this run knows: before it, where no earlier one moved a name, ECS took nothing in. */
function findFirstUsers({ status }: Run, survey: Survey): string | undefined {
  if (survey.records.some(({ moved }) => moved)) return undefined;
  const began = status.steps.map(({ startedAt }) => startedAt).filter((at) => at !== undefined);
  return began.sort()[0];
}

/**
 * The newest sample of each store on the hosts, flushed just before, and the first that ECS has since the shift began.
 * A gap that is longer than the plan lets it be holds, and so does one that can't be measured: until a retry finds it
 * otherwise, or somebody approves it.
 */
export async function judgeHandover(migration: Run, survey: Survey, release: Release, hosts: Host[]): Promise<void> {
  const { progress, control } = migration;
  for (;;) {
    await holdWhilePaused(migration);
    const report = await measureHandover(migration, survey, release, hosts);
    const gaps = listGaps(report, readLimits(migration));
    if (gaps.length === 0) return;
    const ids = joinIds(hosts);
    await passGate(migration, {
      what: '100 %, while the handover is not proven',
      bake: '0ms',
      takesRetry: true,
      isGrave: true,
      describeApproval: () => askToBridge(ids, gaps, migration.plan.data),
    });
    if (!control.isRetried) return progress.addEvent(tellApprovedGaps(gaps, migration.plan.data));
  }
}

function readLimits(migration: Run): GapLimits {
  const { data } = migration.plan;
  const limits = listStores(migration).map(({ service }) => [service, readMaxGap(data, service)]);
  return Object.fromEntries(limits) as GapLimits;
}

async function measureHandover(migration: Run, survey: Survey, release: Release, hosts: Host[]): Promise<Handover[]> {
  const stores = listStores(migration);
  if (stores.length === 0) return [];
  const orUnknown = (error: unknown): Reading[] => {
    if (isCancellation(error)) throw error;
    return stores.map(({ service }) => ({
      service,
      at: null,
      note: messageOf(error),
    }));
  };
  const before = findFirstUsers(migration, survey);
  const asking = hosts.map(({ instanceId }) =>
    readNewestSamples(migration, instanceId, stores, before).catch(orUnknown),
  );
  const askingEcs = readFirstSamples(migration, survey, release, stores).catch(orUnknown);
  const [first, ...newest] = await settleAll([askingEcs, ...asking]);
  const report = compareHandover(newest.flat(), first!);
  migration.progress.addData({ handover: report });
  migration.progress.addEvent(tellHandover(report));
  return report;
}

function readNewestSamples(
  { plan }: Run,
  instanceId: string,
  stores: StoreService[],
  before: string | undefined,
): Promise<Reading[]> {
  return perform('readNewestSamples', `newest samples on ${instanceId}`, {
    instanceId,
    ...findCompose(plan.source),
    stores,
    ...(before !== undefined && { before }),
  });
}

async function readFirstSamples(
  migration: Run,
  survey: Survey,
  release: Release,
  stores: StoreService[],
): Promise<Reading[]> {
  const probe = requireProbe(migration, survey.network.privateSubnets, release);
  const { namespace } = migration.plan;
  return perform('readFirstSamples', 'first samples on ECS', {
    probe,
    purpose: migration.facts.nextPurpose('first'),
    stores: stores.map((store) => ({
      ...store,
      url: `http://${store.service}.${namespace}:${store.port}`,
    })),
    since: findShiftStart(migration),
    // a probe that is asked again asks the same, or ECS refuses its token
    now: new Date().toISOString(),
  });
}

/** From now on a way back would lose what the new stores hold only in memory: what is needed to measure it is noted. */
export function noteMemoryAtRisk(migration: Run, survey: Survey, release: Release): void {
  const stores = listStores(migration);
  if (stores.length === 0) return;
  const probe = findProbePlace(migration, survey.network.privateSubnets, release, release.images);
  migration.facts.memoryAtRisk = {
    probe,
    stores,
    since: findShiftStart(migration),
  };
}

/**
 * What a rollback from here would lose: nothing that is in S3, and of the rest what the stores fail to flush when their
 * tasks stop. @returns a sentence, or nothing before the hosts have stopped; it never fails
 */
export async function measureLateRollback(migration: Run): Promise<string | null> {
  const question = migration.facts.memoryAtRisk;
  if (!question) return null;
  try {
    return await measureMemory(migration, question);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return describeUnmeasuredLoss(question.since, messageOf(error));
  }
}

async function measureMemory(migration: Run, { probe, stores, since }: MemoryQuestion): Promise<string> {
  if (!probe) throw failFor('NoProbe', NO_PROBE);
  writeProbeRemoval(migration);
  const purpose = migration.facts.nextPurpose('memory');
  const summary = 'what the stores on ECS hold only in memory';
  const amounts = await perform('measureUnflushed', summary, {
    probe,
    purpose,
    stores,
  });
  const at = new Date().toISOString();
  migration.progress.addData({
    unflushed: {
      at,
      since,
      stores: amounts,
    },
  });
  return describeLoss(since, at, amounts);
}
