import { addSums, ALWAYS_THERE, BUILD_INFO, readVersion, sumMetrics } from '../../analysis/metrics';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { ProbePlace } from '../../contract/probes';
import type { StoreService, StoreState, ToldStore, Unflushed, WritingStore } from '../../contract/stores';
import { storeOf } from '../../stores';
import type { Metric } from '../../stores/endpoint';
import { isPast } from '../../stores/version';
import { hasNewObjects, listObjects } from '../aws/object';
import type { Deps } from '../clients';
import { escaped } from '../curl';
import { describeLaterVersion } from '../host/texts';
import { createPause } from '../pacing';
import { addAddresses, runProbe } from './probe';
import { explainRefusal, readAnswers, writeScript, type HttpAnswer, type HttpQuestion } from './script';
import { describeNothingCounted, describeNothingListed, describeRestart } from './texts';

/** How often S3 is listed, which says when it is worth a task to ask the stores again. */
const LIST_EVERY_MS = 3000;
/** A task that asks costs half a minute and a part of a cent. */
const ASK_EVERY_MS = 20_000;

/** What a store's tasks say together; `silent`: why one of them does not. */
type Counts = Pick<StoreState, 'held' | 'stored' | 'silent'>;

/** Through a probe: where the stores on ECS stand before they are told to write. */
export async function readWriting(deps: Deps, input: InputOf<'readWriting'>): Promise<OutputOf<'readWriting'>> {
  const { probe, purpose, stores } = input;
  const counts = await askCounts(deps, probe, purpose, stores);
  const told = stores.map(async (store, index) => ({
    ...store,
    before: await describeState(deps, store, counts[index]!),
  }));
  return { stores: await Promise.all(told) };
}

async function describeState(deps: Deps, store: WritingStore, counts: Counts): Promise<StoreState> {
  const { bucket, prefix } = store;
  const { newest, atNewest } = await listObjects(deps, bucket, prefix);
  return {
    service: store.service,
    store: store.store,
    s3: {
      bucket,
      prefix,
      atNewest,
      ...(newest !== undefined && { newest }),
    },
    ...counts,
  };
}

/**
 * Through a probe: tells the stores on ECS to write, and waits until S3 lists it and they have counted it as their own:
 * the hosts write below the same prefixes. A call that is not answered may have been heard: what is counted decides.
 */
export async function proveWriting(deps: Deps, input: InputOf<'proveWriting'>): Promise<OutputOf<'proveWriting'>> {
  const silent = input.stores.flatMap(({ service, before }) =>
    before.silent === undefined ? [] : [describeUnsaid(service, before.silent)],
  );
  // nothing more is seen of a store that could not be asked before
  const stores = input.stores.filter(({ before }) => before.silent === undefined);
  const missing =
    stores.length > 0
      ? await untilWritten(deps, {
          ...input,
          stores,
        })
      : [];
  return { missing: [...silent, ...missing] };
}

/** @returns what was not seen in time */
async function untilWritten(deps: Deps, input: InputOf<'proveWriting'>): Promise<Unflushed[]> {
  const { probe, purpose, stores, timeoutMs } = input;
  const until = Date.now() + timeoutMs;
  await tellToWrite(deps, probe, `${purpose}-flush`, stores);
  const pause = createPause(ASK_EVERY_MS);
  for (let look = 1; ; look++) {
    const listed = await listUntil(deps, stores, until);
    const counts = await askCounts(deps, probe, `${purpose}-${look}`, stores);
    const missing = stores.flatMap((store, index) => judge(store, counts[index]!, listed[index]!));
    if (missing.length === 0 || Date.now() > until) return missing;
    await pause();
  }
}

const describeUnsaid = (service: string, why: string): Unflushed => ({
  service,
  why: `${service}: ${why}`,
});

async function tellToWrite(deps: Deps, probe: ProbePlace, purpose: string, stores: StoreService[]): Promise<void> {
  const asked = await addAddresses(deps, probe.cluster, stores);
  const questions = asked.flatMap(({ service, store, port, addresses }) =>
    addresses.map((address) => askAt(service, address, port, storeOf(store).flush.request, '.')),
  );
  await runProbe(deps, probe, purpose, writeScript(questions));
}

const askAt = (
  service: string,
  address: string,
  port: number,
  request: HttpQuestion['request'],
  only: string,
): HttpQuestion => ({
  key: `${service} ${address}`,
  origin: `http://${escaped(address)}:${port}`,
  request,
  only,
});

/** Whether S3 lists something newer of each store: once it does of all, or the time is over. */
async function listUntil(deps: Deps, stores: ToldStore[], until: number): Promise<boolean[]> {
  const pause = createPause(LIST_EVERY_MS);
  for (;;) {
    const listed = await Promise.all(stores.map((store) => isListed(deps, store)));
    if (listed.every(Boolean) || Date.now() > until) return listed;
    await pause();
  }
}

async function isListed(deps: Deps, { bucket, prefix, before }: ToldStore): Promise<boolean> {
  const enough = (listing: Parameters<typeof hasNewObjects>[1]) => hasNewObjects(before.s3!, listing);
  return enough(await listObjects(deps, bucket, prefix, { enough }));
}

/** A store that holds nothing has nothing to write; that it ever wrote is seen by what it has counted. */
function judge(store: ToldStore, now: Counts, isNewer: boolean): Unflushed[] {
  const { service, before } = store;
  const say = (why: string): Unflushed[] => [
    {
      service,
      why,
    },
  ];
  if (now.silent !== undefined) return [describeUnsaid(service, now.silent)];
  const [stored, storedBefore] = [now.stored!, before.stored!];
  if (stored < storedBefore) return say(describeRestart(service));
  if (stored > storedBefore && isNewer) return [];
  if (storedBefore > 0 && before.held === 0 && now.held === 0) return [];
  return say(isNewer ? describeNothingCounted(store, stored) : describeNothingListed(store));
}

/** In the order of the stores. */
async function askCounts(deps: Deps, probe: ProbePlace, purpose: string, stores: StoreService[]): Promise<Counts[]> {
  const asked = await addAddresses(deps, probe.cluster, stores);
  const questions = asked.flatMap(({ service, store, port, addresses }) => {
    const { request, held, stored } = storeOf(store).metrics;
    const names = [...new Set([...held, ...stored].map(({ name }) => name))].join('|');
    const only = `^(${names}|${BUILD_INFO}|${ALWAYS_THERE})[{ ].*`;
    return addresses.map((address) => askAt(service, address, port, request, only));
  });
  const answers = readAnswers(await runProbe(deps, probe, purpose, writeScript(questions)));
  return asked.map(({ service, store, addresses }) => {
    const pages = addresses.map((address) => answers.get(`${service} ${address}`));
    return countStored(store, pages);
  });
}

/** Over the tasks of a store, a page of metrics of each; one that does not say leaves all unknown. */
export function countStored(store: StoreService['store'], pages: (HttpAnswer | undefined)[]): Counts {
  if (pages.length === 0) return { silent: 'no task of it runs' };
  const { held, stored, until } = storeOf(store).metrics;
  for (const page of pages) {
    const silent = explainRefusal(page) ?? findOtherCounting(store, page!, stored, until);
    if (silent !== undefined) return { silent };
  }
  const heldNow = sumOver(pages as HttpAnswer[], held);
  return {
    stored: sumOver(pages as HttpAnswer[], stored)!,
    ...(heldNow !== undefined && { held: heldNow }),
  };
}

function findOtherCounting(
  store: StoreService['store'],
  { body }: HttpAnswer,
  stored: Metric[],
  until: string | undefined,
): string | undefined {
  const version = readVersion(body);
  if (isPast(version, until)) return describeLaterVersion(store, version!, until!);
  return sumMetrics(body, stored) === undefined ? `it has no ${stored[0]!.name}` : undefined;
}

const sumOver = (pages: HttpAnswer[], metrics: Metric[]): number | undefined =>
  addSums(pages.map(({ body }) => sumMetrics(body, metrics)));
