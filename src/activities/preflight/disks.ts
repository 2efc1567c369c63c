import type { HostStack } from '../../contract/hosts';
import type { ComposePlace } from '../../plan/compose-place';
import type { Deps } from '../clients';
import { quoted } from '../curl';
import { compose, type Container } from '../host/containers';
import { OUTPUT_LIMIT, runScriptWell } from '../host/ssm';

const INSPECT_TIMEOUT_S = 300;
/** `du` of a large disk takes minutes. */
const DU_TIMEOUT_S = 1800;
/** The host's own, which containers look into and keep nothing in. */
const NOT_DATA = /^\/(proc|sys|dev|run|var\/run|etc|usr|lib)(\/|$)|^\/$|^\/var\/lib\/docker\/?$/;

/** A folder on a host's disk and how much lies in it. `kb` undefined: it is not there. */
export interface Folder {
  path: string;
  kb?: number;
}

/** A folder of the host, or a volume, as a container sees it. */
interface Mount {
  Type: string;
  Source: string;
  Destination: string;
  RW: boolean;
}

/** A container as docker inspect tells of it, as far as its data is concerned. */
export interface InspectedContainer {
  name: string;
  image: string;
  service: string | null;
  /** bytes in its own writable layer */
  layer: number | null;
  mounts: Mount[];
}

/** docker's template of an {@link InspectedContainer} */
const FORMAT = [
  '{"name":{{json .Name}}',
  '"image":{{json .Config.Image}}',
  '"service":{{json (index .Config.Labels "com.docker.compose.service")}}',
  '"layer":{{json .SizeRw}}',
  '"mounts":{{json .Mounts}}}',
].join(',');

/** All containers of a stack, since stopped ones have volumes too. */
export async function inspectContainers(deps: Deps, stack: HostStack): Promise<InspectedContainer[]> {
  const script = writeInspection(stack);
  const purpose = 'preflight: docker inspect';
  const output = await runScriptWell(deps, stack.instanceId, purpose, script, INSPECT_TIMEOUT_S);
  if (output.length >= OUTPUT_LIMIT) {
    throw new Error(`there are more containers than SSM can tell of in ${OUTPUT_LIMIT} characters`);
  }
  const lines = output.trim().split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as InspectedContainer);
}

/** The script that inspects them. */
export function writeInspection(place: ComposePlace): string {
  const ids = `$(${compose(place, 'ps --all -q')})`;
  return `docker inspect --size --format ${quoted(FORMAT)} ${ids}`;
}

/** A container among those that were inspected: by its own name, else by its service's. */
export function findInspected(
  inspected: InspectedContainer[],
  { Name, Service }: Container,
): InspectedContainer | undefined {
  const byName = inspected.find((container) => nameOf(container) === Name);
  return byName ?? inspected.find(({ service }) => service === Service);
}

/** docker puts a slash before each name */
export const nameOf = ({ name }: InspectedContainer): string => name.replace(/^\//, '');

/** What of the host's disk a container writes to. */
export function listWritableMounts({ mounts }: InspectedContainer): Mount[] {
  return mounts.filter(({ Type, Source, RW }) => RW && Type !== 'tmpfs' && !NOT_DATA.test(Source));
}

/**
 * Where a path of a container lies on the host.
 * @param isMain what no mount covers lies in the container's own layer, which only a store's main data is taken to fill
 */
export function locateFolder(
  path: string,
  inspected: InspectedContainer | undefined,
  isMain: boolean,
): Folder | undefined {
  const absolute = `/${path.replace(/^\.?\//, '')}`;
  const mount = findMount(inspected?.mounts ?? [], absolute);
  if (mount) return { path: `${mount.Source}${absolute.slice(rootOf(mount).length)}` };
  if (!isMain) return undefined;
  const name = inspected ? nameOf(inspected) : '';
  const bytes = inspected?.layer ?? 0;
  return {
    path: `${absolute} inside the container ${name}`,
    kb: Math.round(bytes / 1024),
  };
}

const rootOf = ({ Destination }: Mount): string => Destination.replace(/\/$/, '');

/** The innermost mount that covers a path. */
function findMount(mounts: Mount[], path: string): Mount | undefined {
  const covering = mounts.filter((mount) => path === mount.Destination || path.startsWith(`${rootOf(mount)}/`));
  return covering.sort((a, b) => b.Destination.length - a.Destination.length)[0];
}

/** Fills in how much lies in each folder that does not say so yet, by `du`; one that is not there stays without. */
export async function measureFolders(deps: Deps, instanceId: string, folders: Folder[]): Promise<void> {
  const unmeasured = folders.filter(({ kb }) => kb === undefined);
  const paths = [...new Set(unmeasured.map(({ path }) => path))];
  if (paths.length === 0) return;
  const sizes = readSizes(await runScriptWell(deps, instanceId, 'preflight: du', writeSizes(paths), DU_TIMEOUT_S));
  for (const folder of unmeasured) {
    const kb = sizes.get(folder.path);
    if (kb !== undefined) folder.kb = kb;
  }
}

/** The script that measures folders; one du for each: in one call it counts a folder within another only once. */
export function writeSizes(paths: string[]): string {
  return [...paths.map((path) => `du -sk ${quoted(path)} 2>/dev/null`), 'true'].join('\n');
}

function readSizes(output: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const line of output.trim().split('\n')) {
    const [, kb, path] = /^(\d+)\s+(.+)$/.exec(line) ?? [];
    if (path !== undefined) sizes.set(path, Number(kb));
  }
  return sizes;
}
