import { isCancellation } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { Unflushed, WritingStore } from '../../contract/stores';
import { makeEnvironment } from '../../plan/definition';
import { toMilliseconds } from '../../plan/duration';
import { storeOf } from '../../stores';
import { perform } from '../engine/activities';
import { messageOf } from '../engine/failures';
import { passGate } from '../engine/gate';
import { holdWhilePaused } from '../engine/hold';
import type { Release } from '../engine/release';
import type { Run } from '../engine/run';
import { listStores } from './handover';
import { requireProbe } from './probe';
import { askThoughUnwritten, tellApprovedUnwritten, tellWritten } from './texts';

/** When it is asked, and what would be done though it is not proven: `stop i-0abc`. */
interface Occasion {
  /** of the gate: `100 %` */
  where: string;
  what: string;
}

/**
 * That the stores on ECS write to S3: the plan document's "S3 저장 확인". What is not proven holds, until a retry sees it
 * or somebody approves.
 */
export async function requireWriting(
  migration: Run,
  survey: Survey,
  release: Release,
  { where, what }: Occasion,
): Promise<void> {
  const { progress, control } = migration;
  const stores = listWriting(migration);
  if (stores.length === 0) return;
  for (;;) {
    await holdWhilePaused(migration);
    const missing = await proveWriting(migration, survey, release, stores);
    const words = missing.map(({ why }) => why);
    progress.addData({
      written: { at: new Date().toISOString(), stores: stores.map(({ service }) => service), missing: words },
    });
    if (words.length === 0) return progress.addEvent(tellWritten(stores.map(({ service }) => service)));
    progress.addEvent(words.join('; '));
    await passGate(migration, {
      what: `${where}, while ECS is not seen to write to S3`,
      bake: '0ms',
      takesRetry: true,
      isGrave: true,
      describeApproval: () => askThoughUnwritten(what, words),
    });
    if (!control.isRetried) return progress.addEvent(tellApprovedUnwritten(words));
  }
}

/** The stores of the plan, and where its images write. */
function listWriting(migration: Run): WritingStore[] {
  const { plan } = migration;
  return listStores(migration).map((store) => {
    const { S3_PREFIX: prefix = storeOf(store.store).image.prefix } = makeEnvironment(plan, store.service, 'off');
    return {
      ...store,
      bucket: plan.bucket,
      prefix,
    };
  });
}

/** Nobody who could be asked is not an answer. */
async function proveWriting(
  migration: Run,
  survey: Survey,
  release: Release,
  stores: WritingStore[],
): Promise<Unflushed[]> {
  try {
    return await askToWrite(migration, survey, release, stores);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const why = messageOf(error);
    return stores.map(({ service }) => ({
      service,
      why: `${service} on ECS: ${why}`,
    }));
  }
}

async function askToWrite(
  migration: Run,
  survey: Survey,
  release: Release,
  stores: WritingStore[],
): Promise<Unflushed[]> {
  const probe = requireProbe(migration, survey.network.privateSubnets, release);
  const { facts, plan } = migration;
  const before = await perform('readWriting', 'what the stores on ECS have stored', {
    probe,
    purpose: facts.nextPurpose('stored'),
    stores,
  });
  const { missing } = await perform('proveWriting', 'until S3 lists what the stores on ECS write', {
    probe,
    purpose: facts.nextPurpose('writing'),
    stores: before.stores,
    timeoutMs: toMilliseconds(plan.decommission.flushTimeout),
  });
  return missing;
}
