import { parseAllDocuments } from 'yaml';
import type { HostStack } from '../../contract/hosts';
import { isStoreName, storeOf, type StoreName } from '../../stores';
import type { Backend } from '../../stores/backend';
import { readSetting, settingsOf, type Settings } from '../../stores/settings';
import type { DefaultedSetting } from '../../stores/store';
import type { Deps } from '../clients';
import { askComponent, isSilent, silentAs, type ComponentPlace } from './asking';
import { componentOf } from './component';
import { writeCut } from './configuration';
import { listContainers } from './containers';
import { OUTPUT_LIMIT } from './ssm';

/** Characters of an answer that a complaint quotes. */
const QUOTED = 80;

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
 * @throws ApplicationFailure of type ComponentSilent, where it does not answer, or with what can't be read
 */
export async function askBackends(deps: Deps, { store, ...place }: RunningStore): Promise<Backend[]> {
  const { requests, settings } = storeOf(store).configuration;
  const text = await askComponent(deps, place, requests, { filter: writeCut(settings) });
  return readCut(store, text);
}

/** How a store on a host keeps its data, as far as a store on ECS has to do the same. */
export interface StoreSetup {
  backends: Backend[];
  /** the only tenant, or that there are several */
  tenant: string;
  /** of its schema, each in words, where it has any */
  periods?: string[];
}

/** What a store has where it tells tenants apart. */
const SEVERAL_TENANTS = 'several';

/** The same, with all else that has to be as it is on the other side. @throws as askBackends */
export async function askSetup(deps: Deps, { store, ...place }: RunningStore): Promise<StoreSetup> {
  const { configuration, tenancy } = storeOf(store);
  const { requests, settings } = configuration;
  const tenants = [...tenancy.isSeveral.paths, ...tenancy.single.paths];
  const text = await askComponent(deps, place, requests, { filter: writeCut([...settings, ...tenants]) });
  return {
    backends: readCut(store, text),
    ...readAnswer(text, (data) => readTenancy(store, settingsOf(data))),
  };
}

function readTenancy(store: StoreName, settings: Settings): Omit<StoreSetup, 'backends'> {
  const { tenancy, schema } = storeOf(store);
  const read = ({ paths, byDefault }: DefaultedSetting) => readSetting(settings, ...paths) ?? byDefault;
  const tenant = read(tenancy.isSeveral) === 'true' ? SEVERAL_TENANTS : read(tenancy.single);
  return {
    tenant,
    ...(schema && { periods: schema.describe(settings) }),
  };
}

/** What is left of a configuration that was cut on the host. @throws as readBackends, and where SSM has cut it too */
export function readCut(store: StoreName, text: string): Backend[] {
  if (text.length >= OUTPUT_LIMIT) {
    throw silentAs(`its configuration is longer than the ${OUTPUT_LIMIT} characters that SSM tells`);
  }
  return readBackends(store, text);
}

/** A setting of a store on a host, after its own word; undefined: it does not say. */
export async function askSetting(
  deps: Deps,
  { store, ...place }: RunningStore,
  path: string,
): Promise<string | undefined> {
  const { requests } = storeOf(store).configuration;
  try {
    const text = await askComponent(deps, place, requests, { filter: writeCut([path]) });
    return readAnswer(text, (data) => settingsOf(data).get(path)?.value);
  } catch (error) {
    if (!isSilent(error)) throw error;
    return undefined;
  }
}

/**
 * Where a configuration says that a store keeps its data; what it only reads is left out.
 * @throws ApplicationFailure of type ComponentSilent that quotes what is no configuration
 */
export function readBackends(store: StoreName, text: string): Backend[] {
  const backends = readAnswer(text, (data) => storeOf(store).readBackends(settingsOf(data)));
  if (backends.length === 0)
    throw silentAs(`what it answers does not say where it keeps its data: ${text.slice(0, QUOTED)}`);
  const writable = backends.filter(({ isReadOnly }) => !isReadOnly).map(takeFirstBucket);
  // periods of a schema that follow each other may lie in one place, from the first of them on
  const placeOf = ({ what, kind, bucket, prefix }: Backend) => [what, kind, bucket, prefix].join(' ');
  return writable.filter((backend, index) => index === 0 || placeOf(backend) !== placeOf(writable[index - 1]!));
}

/** Whatever an answer makes fail is its store's silence: another try would fail the same. */
function readAnswer<T>(text: string, read: (data: unknown) => T): T {
  try {
    return read(readConfiguration(text));
  } catch (error) {
    const { message } = error as Error;
    throw silentAs(`what it answers is no configuration (${message}): ${text.slice(0, QUOTED)}`);
  }
}

/** The last document: Tempo writes a line and a `---` before it. @throws Error where it is none */
function readConfiguration(text: string): unknown {
  const documents = parseAllDocuments(text);
  const last = Array.isArray(documents) ? documents.at(-1) : undefined;
  const [error] = last?.errors ?? [];
  if (error) throw error;
  const data: unknown = last?.toJS();
  if (data === null || typeof data === 'object') return data;
  throw new Error('not a mapping');
}

/** Data that is spread over several buckets is in each of them: one listing tells whether it arrives. */
function takeFirstBucket(backend: Backend): Backend {
  const first = backend.bucket?.split(',')[0];
  if (first === undefined || first === backend.bucket) return backend;
  return {
    ...backend,
    bucket: first,
    spread: backend.bucket!,
  };
}
