import { parse } from 'yaml';
import type { HostStack } from '../../contract/hosts';
import { isStoreName, storeOf, type StoreName } from '../../stores';
import type { Backend } from '../../stores/backend';
import { settingsOf } from '../../stores/settings';
import type { Deps } from '../clients';
import { askComponent, type ComponentPlace } from './asking';
import { componentOf } from './component';
import { listContainers } from './containers';
import { OUTPUT_LIMIT } from './ssm';

/** Lines of a configuration that must not come into SSM's output: keys, passwords, and URLs that hold them. */
const SECRET_LINES = 'secret|password|access_key|token|://[^/ ]*@';

/** A store that runs on a host. */
export interface RunningStore extends ComponentPlace {
  store: StoreName;
}

/** The stores of a stack that run. */
export async function listRunningStores(deps: Deps, stack: HostStack, purpose: string): Promise<RunningStore[]> {
  const containers = await listContainers(deps, stack, { purpose });
  return containers.flatMap((container) => {
    const store = componentOf(container);
    return isStoreName(store) ? [{ instanceId: stack.instanceId, container, store }] : [];
  });
}

/**
 * Where a store on a host keeps its data, after its own word.
 * @throws ComponentSilent, or an Error that says what the answer was where it is no configuration
 */
export async function askBackends(deps: Deps, { store, ...place }: RunningStore): Promise<Backend[]> {
  const { configuration } = storeOf(store);
  const text = await askComponent(deps, place, configuration, { drop: SECRET_LINES });
  if (text.length >= OUTPUT_LIMIT) {
    throw new Error(`its configuration is longer than the ${OUTPUT_LIMIT} characters that SSM tells`);
  }
  return readBackends(store, text);
}

/** Where a configuration says that a store keeps its data; what it only reads is left out. */
export function readBackends(store: StoreName, text: string): Backend[] {
  const data: unknown = parse(text);
  if (data !== null && typeof data !== 'object') throw new Error(`${text.slice(0, 80)} is no configuration`);
  const backends = storeOf(store).readBackends(settingsOf(data));
  const writable = backends.filter(({ isReadOnly }) => !isReadOnly);
  // periods of a schema may lie in one place
  const placeOf = ({ what, kind, bucket, prefix }: Backend) => [what, kind, bucket, prefix].join(' ');
  return [...new Map(writable.map((backend) => [placeOf(backend), backend])).values()];
}
