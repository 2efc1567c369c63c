import type { Deps } from '../clients';
import { heartbeat, pauses } from '../pacing';
import { ask, componentOf, metrics, silent } from './component';
import { list, written } from '../aws/object';
import { runScriptWell } from './ssm';
import { compose, containersOf, type Container } from './stack';
import { backendsOf, inS3, isStore, SECRET_LINES, STORES, type StoreName } from './store';
import type { Activities } from '../../contract/activities';
import type { StoreState } from '../../contract/stores';

const POLL_MS = 3000;
/** Mimir answers when its blocks are shipped; SSM allows hours, and the activity heartbeats meanwhile. Seconds. */
const ANSWER_TIMEOUT = 900;

const sum = (found: Record<string, number>, names: string[]): number | undefined => {
  const values = names.flatMap((name) => found[name] ?? []);
  return values.length > 0 ? values.reduce((total, value) => total + value, 0) : undefined;
};

/** What the stores hold in memory goes to S3 before they stop: told by their own endpoints, believed by a listing. */
export function flushActivities(deps: Deps) {
  async function storesOn(
    instanceId: string,
    directory: string,
  ): Promise<{ container: Container; store: StoreName }[]> {
    const containers = containersOf(
      await runScriptWell(deps, instanceId, 'flush: docker compose ps', `${compose(directory)} ps --format json`),
    );
    return containers.flatMap((container) => {
      const store = componentOf(container);
      return isStore(store) ? [{ container, store }] : [];
    });
  }

  const counts = async (instanceId: string, container: Container, store: StoreName) => {
    const { held, stored } = STORES[store];
    const found = await metrics(deps, instanceId, container, [...held, ...stored]);
    return { held: sum(found, held), stored: sum(found, stored) };
  };

  /** Where a store stands; one that does not say is what a human has to hear of, not a reason to go back. */
  async function before(instanceId: string, container: Container, store: StoreName): Promise<StoreState> {
    const of = { service: container.Service, store };
    try {
      const [backend] = backendsOf(
        store,
        await ask(deps, instanceId, container, STORES[store].config, { drop: SECRET_LINES }),
      ).filter(inS3);
      if (!backend?.bucket) return of;
      const { held, stored } = await counts(instanceId, container, store);
      const { newest, atNewest } = await list(deps, backend.bucket, backend.prefix);
      return {
        ...of,
        s3: { bucket: backend.bucket, prefix: backend.prefix, atNewest, ...(newest ? { newest } : {}) },
        ...(held === undefined ? {} : { held }),
        ...(stored === undefined ? {} : { stored }),
      };
    } catch (error) {
      if (!silent(error)) throw error;
      return { ...of, silent: error.message };
    }
  }

  /** Why a flush has not arrived; empty: it has. */
  async function missing(
    instanceId: string,
    container: Container | undefined,
    { service, store, s3, held, stored, silent: why }: StoreState,
  ): Promise<string> {
    if (why !== undefined) return `${service} does not answer: ${why}`;
    if (!s3 || held === 0) return '';
    const place = `s3://${s3.bucket}/${s3.prefix}`;
    const now = await list(deps, s3.bucket, s3.prefix, { enough: (seen) => written(s3, seen) });
    if (!written(s3, now)) return `${service}: ${place} lists nothing newer than ${s3.newest ?? 'nothing'}`;
    // the new stack writes to the same prefix: its objects are not the answer to this flush
    const after = container && stored !== undefined ? (await counts(instanceId, container, store)).stored : undefined;
    return after !== undefined && after <= stored!
      ? `${service}: ${place} lists something new, but ${STORES[store].stored.join(', ')} still is ${stored}: not of this host`
      : '';
  }

  return {
    async readStores({ instanceId, composeDirectory }) {
      const stores = await storesOn(instanceId, composeDirectory);
      return { stores: await Promise.all(stores.map(({ container, store }) => before(instanceId, container, store))) };
    },

    async flushStores({ instanceId, composeDirectory }) {
      const stores = await storesOn(instanceId, composeDirectory);
      const failed = await Promise.all(
        stores.map(async ({ container, store }) => {
          const { path, question } = STORES[store].flush;
          return ask(deps, instanceId, container, path, { ...question, timeoutSeconds: ANSWER_TIMEOUT }).then(
            () => [],
            (error: unknown) => {
              if (!silent(error)) throw error;
              return [error.message];
            },
          );
        }),
      );
      return { failed: failed.flat() };
    },

    async awaitFlush({ instanceId, composeDirectory, stores, timeoutMs }) {
      const began = Date.now();
      const pause = pauses(POLL_MS);
      for (;;) {
        const running = await storesOn(instanceId, composeDirectory);
        const reasons = await Promise.all(
          stores.map((flushed) =>
            missing(
              instanceId,
              running.find(({ container }) => container.Service === flushed.service)?.container,
              flushed,
            ),
          ),
        );
        const left = reasons.filter((reason) => reason !== '');
        if (left.length === 0 || Date.now() - began > timeoutMs) return { missing: left };
        heartbeat({ instanceId, missing: left });
        await pause();
      }
    },
  } satisfies Partial<Activities>;
}
