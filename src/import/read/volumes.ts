import { isAbsolute, join, resolve } from 'node:path';
import type { Place } from '../place';
import { isMapping, toText } from './yaml-value';

/** What is mounted into a container. */
export interface ComposeVolume extends Place {
  /** bind, volume, tmpfs … */
  type: string;
  /** a path of this machine (bind), or a volume's name; absent for an anonymous one */
  source?: string;
  /** a path in the container */
  target: string;
}

const PATH = /^[./~]/;

/**
 * Reads one entry of `volumes:`, in its short or its long syntax.
 * @param directory what relative paths start from
 */
export function readVolume(entry: unknown, place: Place, directory: string): ComposeVolume {
  const { type, source, target } = isMapping(entry) ? readLong(entry) : readShort(toText(entry));
  const isPath = PATH.test(source);
  const kind = isPath ? 'bind' : 'volume';
  const volume = {
    ...place,
    type: type || kind,
    target,
  };
  if (source === '') return volume;
  return {
    ...volume,
    source: isPath ? resolve(directory, source) : source,
  };
}

interface VolumeSpec {
  type: string;
  source: string;
  target: string;
}

function readLong(entry: Record<string, unknown>): VolumeSpec {
  return {
    type: toText(entry['type']),
    source: toText(entry['source']),
    target: toText(entry['target']),
  };
}

/** `source:target[:options]`, or a target alone. */
function readShort(entry: string): VolumeSpec {
  const [first = '', second] = entry.split(':');
  const isAnonymous = second === undefined;
  return {
    type: '',
    source: isAnonymous ? '' : first,
    target: isAnonymous ? first : second,
  };
}

/** Where a path of a container lies on this machine, by its bind mounts: the innermost one counts. */
export function findOnHost(volumes: ComposeVolume[], path: string): string | undefined {
  const mounts = volumes.filter((volume) => isBind(volume) && contains(volume.target, path));
  const [mount] = mounts.sort((a, b) => b.target.length - a.target.length);
  if (!mount?.source) return undefined;
  const inside = path.slice(trimSlash(mount.target).length + 1);
  return resolve(mount.source, inside);
}

/**
 * The same within the imported folder, for a bind mount that names the folder as it lies on the hosts.
 * @param host the folder's path on the hosts
 */
export function findInFolder(volumes: ComposeVolume[], path: string, root: string, host: string): string | undefined {
  const source = findOnHost(volumes, path);
  const isOnHost = source?.startsWith(`${host}/`);
  if (!source || !isOnHost) return source;
  const inside = source.slice(host.length + 1);
  return join(root, inside);
}

function isBind({ type, source }: ComposeVolume): boolean {
  return type === 'bind' && source !== undefined && isAbsolute(source);
}

function contains(target: string, path: string): boolean {
  return path === target || path.startsWith(`${trimSlash(target)}/`);
}

function trimSlash(path: string): string {
  return path.replace(/\/$/, '');
}
