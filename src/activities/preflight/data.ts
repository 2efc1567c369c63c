import type { Finding } from '../../contract/findings';
import type { HostStack } from '../../contract/hosts';
import type { Plan } from '../../plan/schema';
import { findCompose } from '../../plan/compose-place';
import { isStoreName } from '../../stores';
import { isInS3, isOnDisk, type Backend } from '../../stores/backend';
import { listObjects } from '../aws/object';
import type { Deps } from '../clients';
import { isAws, isDenied, isFromElsewhere } from '../failures';
import { allowListing, readEncryption } from './bucket';
import { compareStores } from './sameness';
import { componentOf } from '../host/component';
import type { Container } from '../host/containers';
import { askSetup } from '../host/stores';
import {
  findInspected,
  inspectContainers,
  listWritableMounts,
  locateFolder,
  measureFolders,
  nameOf,
  type InspectedContainer,
} from './disks';
import { failAs, type Look } from './finding';
import type { HeldBackend, StoreHoldings, Volume } from './holding';
import { judgeHoldings } from './holdings';
import type { Hosts } from './hosts';
import { findingsOf } from './reading';
import { judgeTaskDisks } from './task-disks';
import { FIX_UNINSPECTED, sayUninspected } from './texts/data';

/** Pages of 1,000 objects that preflight looks at: enough to say that S3 has it, seconds at most. */
const PAGES = 20;

/** What lies on the hosts' disks, how much, and whether S3 has the rest. Reads only. */
export async function lookAtData(deps: Deps, plan: Plan, { hosts, containers }: Hosts): Promise<Look> {
  const running = hosts.filter(({ state }) => state === 'running');
  const looks = running.map(async ({ instanceId }) => {
    const own = containers.filter((container) => container.instanceId === instanceId);
    const stack = {
      instanceId,
      ...findCompose(plan.source),
    };
    return own.length === 0 ? [] : findingsOf(lookAtHost(deps, plan, stack, own));
  });
  return { findings: (await Promise.all(looks)).flat() };
}

async function lookAtHost(deps: Deps, plan: Plan, stack: HostStack, containers: Container[]): Promise<Finding[]> {
  const { instanceId } = stack;
  let inspected: InspectedContainer[];
  try {
    inspected = await inspectContainers(deps, stack);
  } catch (error) {
    if (isFromElsewhere(error)) throw error;
    const { message } = error as Error;
    return [failAs('host/volumes', 'data', sayUninspected(instanceId, message), FIX_UNINSPECTED)];
  }
  const holdings = await readAllHoldings(deps, instanceId, containers, inspected);
  const volumes = listForeignVolumes(instanceId, inspected);
  const folders = holdings.flatMap((store) => [
    ...store.folders,
    ...store.backends.flatMap(({ local }) => local ?? []),
  ]);
  await measureFolders(deps, instanceId, [...folders, ...volumes]);
  const encryption = await askEncryption(deps, plan.bucket, holdings);
  const losses = judgeHoldings(holdings, volumes, Date.now());
  const differences = compareStores(plan, holdings, encryption);
  const disks = judgeTaskDisks(holdings, plan.services);
  return [...losses, ...disks, ...differences];
}

/** What the bucket does by itself, where a host asks for something; what can't be read is a finding of the bucket's. */
async function askEncryption(deps: Deps, bucket: string, stores: StoreHoldings[]): Promise<string | undefined> {
  const isAsked = stores.some(({ backends }) => backends.some(({ encryption }) => encryption !== undefined));
  if (!isAsked) return undefined;
  const { encryption } = await readEncryption(deps, bucket);
  return encryption;
}

/** What the stores keep, each after its own word. */
function readAllHoldings(
  deps: Deps,
  instanceId: string,
  containers: Container[],
  inspected: InspectedContainer[],
): Promise<StoreHoldings[]> {
  const stores = containers.filter((container) => isStoreName(componentOf(container)));
  return Promise.all(
    stores.map((container) => readHoldings(deps, instanceId, container, findInspected(inspected, container))),
  );
}

async function readHoldings(
  deps: Deps,
  instanceId: string,
  container: Container,
  inspected: InspectedContainer | undefined,
): Promise<StoreHoldings> {
  const store = componentOf(container);
  const mounts = inspected ? listWritableMounts(inspected) : [];
  const folders = mounts.map(({ Source }) => ({ path: Source }));
  const holdings = {
    instanceId,
    service: String(store),
    backends: [],
    folders,
  };
  if (!isStoreName(store)) return holdings;
  try {
    const { backends, ...setup } = await askSetup(deps, {
      instanceId,
      container,
      store,
    });
    const held = backends.map((backend, index) => readBackend(deps, backend, inspected, index === 0));
    return {
      ...holdings,
      setup,
      backends: await Promise.all(held),
    };
  } catch (error) {
    if (isFromElsewhere(error)) throw error;
    return {
      ...holdings,
      silent: (error as Error).message,
    };
  }
}

/** A backend with what a listing of it says, or with its folder on the host. */
async function readBackend(
  deps: Deps,
  backend: Backend,
  inspected: InspectedContainer | undefined,
  isMain: boolean,
): Promise<HeldBackend> {
  if (isOnDisk(backend) && backend.folder !== undefined) {
    const local = locateFolder(backend.folder, inspected, isMain);
    return {
      ...backend,
      ...(local && { local }),
    };
  }
  if (!isInS3(backend) || backend.bucket === undefined) return backend;
  return {
    ...backend,
    ...(await listBackend(deps, backend.bucket, backend.prefix)),
  };
}

async function listBackend(
  deps: Deps,
  bucket: string,
  prefix: string,
): Promise<Pick<HeldBackend, 'listing' | 'refused' | 'statement'>> {
  try {
    return { listing: await listObjects(deps, bucket, prefix, { pages: PAGES }) };
  } catch (error) {
    if (!isAws(error)) throw error;
    return {
      refused: `${error.name}: ${error.message}`,
      ...(isDenied(error) && { statement: allowListing(bucket) }),
    };
  }
}

/** Writable volumes of what is none of the six: Grafana's database has a check of its own, Alloy keeps only queues. */
function listForeignVolumes(instanceId: string, inspected: InspectedContainer[]): Volume[] {
  const foreign = inspected.filter(
    ({ image, service, name }) =>
      componentOf({
        Image: image,
        Service: service ?? name,
      }) === undefined,
  );
  return foreign.flatMap((container) => {
    const service = container.service ?? nameOf(container);
    const mounts = listWritableMounts(container);
    return mounts.map(({ Source, Destination }) => ({
      instanceId,
      service,
      destination: Destination,
      path: Source,
    }));
  });
}
