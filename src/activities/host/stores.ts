import { ApplicationFailure } from '@temporalio/activity';
import { parse } from 'yaml';
import type { HostStack } from '../../contract/hosts';
import { isStoreName, storeOf, type StoreName } from '../../stores';
import type { Backend } from '../../stores/backend';
import { settingsOf } from '../../stores/settings';
import type { Deps } from '../clients';
import { askComponent, type ComponentPlace, type LineFilter } from './asking';
import { componentOf } from './component';
import { listContainers } from './containers';
import { OUTPUT_LIMIT } from './ssm';

/** Lines of a configuration that must not come into SSM's output: keys and passwords. */
const SECRET_LINES = 'secret|password|access_key|token';
/**
 * Takes keys out of a URL, which may be escaped as a whole, and leaves the bucket behind them. A secret may hold
 * slashes: they end at the last `@`.
 */
const ERASE_KEYS = 's,//.*@,//,; s,%2F%2F.*%40,%2F%2F,I';

/** What of a configuration leaves the host. */
export const WITHOUT_SECRETS: LineFilter = { edit: ERASE_KEYS, drop: SECRET_LINES };

/** A store that runs on a host. */
export interface RunningStore extends ComponentPlace {
  store: StoreName;
}

/** The stores of a stack that run. */
export async function listRunningStores(deps: Deps, stack: HostStack, purpose: string): Promise<RunningStore[]> {
  const containers = await listContainers(deps, stack, { purpose });
  return containers.flatMap((container) => {
    const store = componentOf(container);
    return isStoreName(store)
      ? [
          {
            instanceId: stack.instanceId,
            container,
            store,
          },
        ]
      : [];
  });
}

/**
 * Where a store on a host keeps its data, after its own word.
 * @throws ApplicationFailure of type ComponentSilent, where the answer is longer than SSM tells too: what was cut off
 * may be the very place
 * @throws Error that quotes an answer which is no configuration
 */
export async function askBackends(deps: Deps, { store, ...place }: RunningStore): Promise<Backend[]> {
  const { configuration } = storeOf(store);
  const text = await askComponent(deps, place, configuration, WITHOUT_SECRETS);
  if (text.length >= OUTPUT_LIMIT) {
    const message = `its configuration is longer than the ${OUTPUT_LIMIT} characters that SSM tells`;
    throw ApplicationFailure.retryable(message, 'ComponentSilent');
  }
  return readBackends(store, text);
}

/** Where a configuration says that a store keeps its data; what it only reads is left out. */
export function readBackends(store: StoreName, text: string): Backend[] {
  const data: unknown = parse(text);
  if (data !== null && typeof data !== 'object') throw new Error(`${text.slice(0, 80)} is no configuration`);
  const backends = storeOf(store).readBackends(settingsOf(data));
  const writable = backends.filter(({ isReadOnly }) => !isReadOnly).map(takeFirstBucket);
  // periods of a schema may lie in one place
  const placeOf = ({ what, kind, bucket, prefix }: Backend) => [what, kind, bucket, prefix].join(' ');
  return [...new Map(writable.map((backend) => [placeOf(backend), backend])).values()];
}

/** Data that is spread over several buckets is in each of them: one listing tells whether it arrives. */
function takeFirstBucket(backend: Backend): Backend {
  const first = backend.bucket?.split(',')[0];
  return first === undefined ? backend : { ...backend, bucket: first };
}
