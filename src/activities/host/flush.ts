import type { InputOf, OutputOf } from '../../contract/activities';
import type { HostStack } from '../../contract/hosts';
import type { StoreState } from '../../contract/stores';
import { storeOf } from '../../stores';
import { findCurrent, isInS3 } from '../../stores/backend';
import { listObjects, hasNewObjects } from '../aws/object';
import type { Deps } from '../clients';
import { heartbeat, createPause } from '../pacing';
import { askComponent, isSilent, readMetrics } from './asking';
import { askBackends, listRunningStores, type RunningStore } from './stores';
import { describeForeignObjects, describeNothingNew, describeSilence } from './texts';

const POLL_MS = 3000;
/** Mimir answers when its blocks are shipped; SSM allows hours, and the activity heartbeats meanwhile. */
const ANSWER_TIMEOUT_S = 900;

const listStores = (deps: Deps, stack: HostStack) => listRunningStores(deps, stack, 'flush: docker compose ps');

/** Where the stores stand before they are told to write: told by their own endpoints, believed by a listing of S3. */
export async function readStores(deps: Deps, stack: HostStack): Promise<{ stores: StoreState[] }> {
  const running = await listStores(deps, stack);
  return { stores: await Promise.all(running.map((store) => readStore(deps, store))) };
}

/** One that does not say is what a human has to hear of, not a reason to go back. */
async function readStore(deps: Deps, running: RunningStore): Promise<StoreState> {
  const state = { service: running.container.Service, store: running.store };
  try {
    return { ...state, ...(await readPlaceAndCounts(deps, running)) };
  } catch (error) {
    if (!isSilent(error)) throw error;
    return { ...state, silent: error.message };
  }
}

async function readPlaceAndCounts(deps: Deps, running: RunningStore): Promise<Partial<StoreState>> {
  const today = new Date().toISOString().slice(0, 10);
  const backend = findCurrent(await askBackends(deps, running), today);
  if (!backend || !isInS3(backend) || backend.bucket === undefined) return {};
  const { held, stored } = await readCounts(deps, running);
  const { bucket, prefix } = backend;
  const { newest, atNewest } = await listObjects(deps, bucket, prefix);
  const s3 = {
    bucket,
    prefix,
    atNewest,
    ...(newest !== undefined && { newest }),
  };
  return {
    s3,
    ...(held !== undefined && { held }),
    ...(stored !== undefined && { stored }),
  };
}

/** What it holds in memory and how often it has stored something, as far as it says. */
async function readCounts(deps: Deps, running: RunningStore): Promise<{ held?: number; stored?: number }> {
  const { held, stored } = storeOf(running.store);
  const sumOf = await readMetrics(deps, running, [...held, ...stored]);
  const [heldNow, storedNow] = [sumOf(held), sumOf(stored)];
  return { ...(heldNow !== undefined && { held: heldNow }), ...(storedNow !== undefined && { stored: storedNow }) };
}

/** Tells the stores to write what they hold. */
export async function flushStores(deps: Deps, stack: HostStack): Promise<{ failed: string[] }> {
  const running = await listStores(deps, stack);
  const failed = await Promise.all(running.map((store) => flushStore(deps, store)));
  return { failed: failed.flat() };
}

async function flushStore(deps: Deps, running: RunningStore): Promise<string[]> {
  try {
    await askComponent(deps, running, storeOf(running.store).flush, {}, ANSWER_TIMEOUT_S);
    return [];
  } catch (error) {
    if (!isSilent(error)) throw error;
    return [error.message];
  }
}

/** Waits until S3 lists what was flushed; what it does not list in time is said in words. */
export async function awaitFlush(deps: Deps, input: InputOf<'awaitFlush'>): Promise<OutputOf<'awaitFlush'>> {
  const { stores, timeoutMs, ...stack } = input;
  const began = Date.now();
  const pause = createPause(POLL_MS);
  for (;;) {
    const running = await listStores(deps, stack);
    const reasons = await Promise.all(stores.map((state) => findMissing(deps, running, state)));
    const missing = reasons.filter((reason) => reason !== undefined);
    if (missing.length === 0 || Date.now() - began > timeoutMs) return { missing };
    heartbeat({ instanceId: stack.instanceId, missing });
    await pause();
  }
}

/** Why a flush has not arrived; undefined: it has. */
async function findMissing(deps: Deps, running: RunningStore[], state: StoreState): Promise<string | undefined> {
  const { service, store, s3, held, stored, silent } = state;
  if (silent !== undefined) return describeSilence(service, silent);
  if (!s3 || held === 0) return undefined;
  const enough = (listing: Parameters<typeof hasNewObjects>[1]) => hasNewObjects(s3, listing);
  const now = await listObjects(deps, s3.bucket, s3.prefix, { enough });
  if (!hasNewObjects(s3, now)) return describeNothingNew(service, s3);
  // the new stack writes to the same prefix: its objects are not the answer to this flush
  const own = running.find(({ container }) => container.Service === service);
  if (!own || stored === undefined) return undefined;
  const after = (await readCounts(deps, own)).stored;
  const hasNotStored = after !== undefined && after <= stored;
  return hasNotStored ? describeForeignObjects(service, s3, storeOf(store).stored, stored) : undefined;
}
