import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { ask, componentOf, quoted } from '../host/component';
import { isAws } from '../failures';
import { list } from '../aws/object';
import { OUTPUT_LIMIT, runScriptWell } from '../host/ssm';
import { compose, type Container } from '../host/stack';
import { backendsOf, inS3, isStore, SECRET_LINES, STORES, type Backend } from '../host/store';
import type { Finding } from '../../contract/findings';
import { judgeHoldings, type Folder, type StoreHoldings, type Volume } from './holdings';
import type { Hosts } from './hosts';
import { fail } from './index';

/** Pages of 1,000 objects that preflight looks at: enough to say that S3 has it, seconds at most. */
const PAGES = 20;
/** `du` of a large disk takes minutes. Seconds. */
const DU_TIMEOUT = 1800;
/** The host's own, which containers look into and keep nothing in. */
const NOT_DATA = /^\/(proc|sys|dev|run|var\/run|etc|usr|lib)(\/|$)|^\/$|^\/var\/lib\/docker\/?$/;

/** A container as docker inspect tells of it, as far as its data is concerned. */
interface Inspected {
  name: string;
  image: string;
  service: string | null;
  /** bytes in its own writable layer */
  layer: number | null;
  mounts: { Type: string; Source: string; Destination: string; RW: boolean }[];
}

const INSPECT =
  '{"name":{{json .Name}},"image":{{json .Config.Image}},"service":{{json (index .Config.Labels "com.docker.compose.service")}},"layer":{{json .SizeRw}},"mounts":{{json .Mounts}}}';

/** What lies on the hosts' disks, how much, and whether S3 has the rest. Reads only. */
export async function lookAtData(deps: Deps, plan: Plan, { hosts, containers }: Hosts): Promise<Finding[]> {
  const running = hosts.filter(
    ({ instanceId, state }) =>
      state === 'running' && containers.some((container) => container.instanceId === instanceId),
  );
  return (
    await Promise.all(
      running.map(({ instanceId }) =>
        dataOn(
          deps,
          plan,
          instanceId,
          containers.filter((container) => container.instanceId === instanceId),
        ),
      ),
    )
  ).flat();
}

async function dataOn(deps: Deps, plan: Plan, instanceId: string, containers: Container[]): Promise<Finding[]> {
  const directory = plan.source.composeDirectory;
  let inspected: Inspected[];
  try {
    // stopped containers have volumes too
    const output = await runScriptWell(
      deps,
      instanceId,
      'preflight: docker inspect',
      `docker inspect --size --format ${quoted(INSPECT)} $(${compose(directory)} ps --all -q)`,
      300,
    );
    if (output.length >= OUTPUT_LIMIT)
      throw new Error('there are more containers than SSM can tell of in 24,000 characters');
    inspected = output
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Inspected);
  } catch (error) {
    return [
      {
        id: 'host/volumes',
        ...fail(
          'data',
          `nobody knows what lies on ${instanceId}: ${(error as Error).message}`,
          'run docker inspect there and mend what it says, or accept it by name: data.accept: [host/volumes]',
        ),
      },
    ];
  }
  const writable = (container: Inspected) =>
    container.mounts.filter(({ Type, Source, RW }) => RW && Type !== 'tmpfs' && !NOT_DATA.test(Source));
  const of = (container: Container) =>
    inspected.find(({ name }) => name.replace(/^\//, '') === container.Name) ??
    inspected.find(({ service }) => service === container.Service);
  const asked = await Promise.all(
    containers
      .filter((container) => isStore(componentOf(container)))
      .map((container) => holdingsOf(deps, instanceId, container, of(container), writable)),
  );
  // Grafana's database has a check of its own, Alloy keeps nothing but queues
  const others = inspected.filter(
    ({ image, service, name }) => componentOf({ Image: image, Service: service ?? name }) === undefined,
  );
  const volumes: Volume[] = others.flatMap((container) =>
    writable(container).map(({ Source, Destination }) => ({
      instanceId,
      service: container.service ?? container.name.replace(/^\//, ''),
      destination: Destination,
      path: Source,
    })),
  );
  const paths = [
    ...asked.flatMap(({ folders, backends }) => [...folders, ...backends.flatMap(({ local }) => local ?? [])]),
    ...volumes,
  ];
  const sizes = await sizesOf(deps, instanceId, [
    ...new Set(paths.filter(({ kb }) => kb === undefined).map(({ path }) => path)),
  ]);
  for (const folder of paths) {
    const kb = folder.kb ?? sizes.get(folder.path);
    if (kb !== undefined) folder.kb = kb;
  }
  return judgeHoldings(asked, volumes, Date.now());
}

/** Asks a store where its data is, and S3 whether it is there. */
async function holdingsOf(
  deps: Deps,
  instanceId: string,
  container: Container,
  inspected: Inspected | undefined,
  writable: (of: Inspected) => Inspected['mounts'],
): Promise<StoreHoldings> {
  const service = componentOf(container)!;
  const holdings: StoreHoldings = {
    instanceId,
    service,
    backends: [],
    folders: inspected ? writable(inspected).map(({ Source }) => ({ path: Source })) : [],
  };
  if (!isStore(service)) return holdings;
  let backends: Backend[];
  try {
    const text = await ask(deps, instanceId, container, STORES[service].config, { drop: SECRET_LINES });
    if (text.length >= OUTPUT_LIMIT)
      throw new Error(`its configuration is longer than the ${OUTPUT_LIMIT} characters that SSM tells`);
    backends = backendsOf(service, text);
  } catch (error) {
    return { ...holdings, silent: (error as Error).message };
  }
  for (const [index, backend] of backends.entries()) {
    const local =
      backend.path && /^(filesystem|local)$/.test(backend.kind)
        ? folderOf(backend.path, inspected, index === 0)
        : undefined;
    holdings.backends.push({
      ...backend,
      ...(local ? { local } : {}),
      ...(inS3(backend) && backend.bucket ? await listed(deps, backend.bucket, backend.prefix) : {}),
    });
  }
  return holdings;
}

async function listed(
  deps: Deps,
  bucket: string,
  prefix: string,
): Promise<Pick<StoreHoldings['backends'][number], 'listing' | 'refused'>> {
  try {
    return { listing: await list(deps, bucket, prefix, { pages: PAGES }) };
  } catch (error) {
    if (!isAws(error)) throw error;
    return { refused: `${error.name}: ${error.message}` };
  }
}

/** Where a path of a container lies on the host; what no mount covers lies in the container's own layer, which only the store's main data is taken to fill. */
function folderOf(path: string, inspected: Inspected | undefined, main: boolean): Folder | undefined {
  const absolute = `/${path.replace(/^\.?\//, '')}`;
  const mount = inspected?.mounts
    .filter(({ Destination }) => absolute === Destination || absolute.startsWith(`${Destination.replace(/\/$/, '')}/`))
    .sort((a, b) => b.Destination.length - a.Destination.length)[0];
  if (mount) return { path: `${mount.Source}${absolute.slice(mount.Destination.replace(/\/$/, '').length)}` };
  return main
    ? {
        path: `${absolute} inside the container ${inspected?.name.replace(/^\//, '') ?? ''}`,
        kb: Math.round((inspected?.layer ?? 0) / 1024),
      }
    : undefined;
}

/** `du` of each folder, in KB; one that is not there is left out. */
async function sizesOf(deps: Deps, instanceId: string, paths: string[]): Promise<Map<string, number>> {
  if (paths.length === 0) return new Map();
  // one du for each: in one call it counts a folder within another only once
  const script = [...paths.map((path) => `du -sk ${quoted(path)} 2>/dev/null`), 'true'].join('\n');
  const output = await runScriptWell(deps, instanceId, 'preflight: du', script, DU_TIMEOUT);
  return new Map(
    output
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [, kb, path] = /^(\d+)\s+(.+)$/.exec(line) ?? [];
        return kb !== undefined && path !== undefined ? [[path, Number(kb)] as const] : [];
      }),
  );
}
