import type { InputOf, OutputOf } from '../../contract/activities';
import type { HostStack } from '../../contract/hosts';
import type { StoreState, Unflushed } from '../../contract/stores';
import { storeOf } from '../../stores';
import { findCurrent, isInS3 } from '../../stores/backend';
import { listObjects } from '../aws/object';
import type { Deps } from '../clients';
import { heartbeat, createPause } from '../pacing';
import { Arrival } from './arrival';
import { askComponent, isSilent, silentAs } from './asking';
import { readCounts } from './counts';
import { askBackends, listRunningStores, type RunningStore } from './stores';

const POLL_MS = 3000;
/** Mimir answers when its blocks are shipped; SSM allows hours. */
const ANSWER_TIMEOUT_S = 900;

const listStores = (deps: Deps, stack: HostStack) => listRunningStores(deps, stack, 'flush: docker compose ps');

/** Where the stores stand before they are told to write: told by their own endpoints, believed by a listing of S3. */
export async function readStores(deps: Deps, stack: HostStack): Promise<{ stores: StoreState[] }> {
  const running = await listStores(deps, stack);
  return { stores: await Promise.all(running.map((store) => readStore(deps, store))) };
}

/** One that does not say is what a human has to hear of, not a reason to go back. */
async function readStore(deps: Deps, running: RunningStore): Promise<StoreState> {
  const state = {
    service: running.container.Service,
    store: running.store,
  };
  try {
    return {
      ...state,
      ...(await readPlaceAndCounts(deps, running)),
    };
  } catch (error) {
    if (!isSilent(error)) throw error;
    return {
      ...state,
      silent: error.message,
    };
  }
}

async function readPlaceAndCounts(deps: Deps, running: RunningStore): Promise<Partial<StoreState>> {
  const today = new Date().toISOString().slice(0, 10);
  const backend = findCurrent(await askBackends(deps, running), today);
  if (!backend) throw silentAs('its configuration has no period that holds today');
  if (!isInS3(backend)) return {};
  if (backend.bucket === undefined) throw silentAs(`it keeps its data in S3 (${backend.setting}) and names no bucket`);
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

/** Tells the stores to write what they hold. */
export async function flushStores(deps: Deps, stack: HostStack): Promise<OutputOf<'flushStores'>> {
  const running = await listStores(deps, stack);
  const failed = await Promise.all(running.map((store) => flushStore(deps, store)));
  return { failed: failed.flat() };
}

/** A call that was cut may have been heard: whether its data arrives is awaitFlush's to say. */
async function flushStore(deps: Deps, running: RunningStore): Promise<Unflushed[]> {
  const { request } = storeOf(running.store).flush;
  try {
    await askComponent(deps, running, [request], { timeoutSeconds: ANSWER_TIMEOUT_S });
    return [];
  } catch (error) {
    if (!isSilent(error)) throw error;
    return [
      {
        service: running.container.Service,
        why: error.message,
      },
    ];
  }
}

/** Waits until S3 lists what was flushed; what it does not list in time is said in words. */
export async function awaitFlush(deps: Deps, input: InputOf<'awaitFlush'>): Promise<OutputOf<'awaitFlush'>> {
  const { stores, timeoutMs, unheard = [], ...stack } = input;
  const began = Date.now();
  const pause = createPause(POLL_MS);
  const arrivals = stores.map((state) => new Arrival(state, !unheard.includes(state.service)));
  for (;;) {
    const running = await listStores(deps, stack);
    const looks = await Promise.all(arrivals.map((arrival) => arrival.look(deps, running)));
    const missing = looks.flatMap((why, index) =>
      why === undefined
        ? []
        : [
            {
              service: stores[index]!.service,
              why,
            },
          ],
    );
    const isOver = looks.every((why, index) => why === undefined || arrivals[index]!.isHopeless);
    if (isOver || Date.now() - began > timeoutMs) return { missing };
    heartbeat({
      instanceId: stack.instanceId,
      missing,
    });
    await pause();
  }
}
