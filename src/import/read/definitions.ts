import { isAbsolute, resolve } from 'node:path';
import type { Place } from '../place';
import type { ComposeFile } from './compose-file';
import type { ComposeVolume } from './volumes';
import { YamlSection } from './yaml-section';
import { isMapping, toList, toText } from './yaml-value';

/** A file that Compose gives to a container by `configs:` or `secrets:`. */
export interface GrantedFile extends Place {
  /** of the config or secret */
  name: string;
  /** a path in the container */
  target: string;
  /** a path of this machine; absent for one that Docker itself keeps */
  path?: string;
  /** where it stands in the Compose file */
  content?: string;
}

/** What stands beside the services, of all files of a project: the last one counts. */
interface Definition {
  section: YamlSection;
  directory: string;
}

const FOLDERS = {
  configs: '/',
  secrets: '/run/secrets/',
};

/**
 * What a service is given of the project's configs and secrets.
 * Source: Compose Specification, "configs" and "secrets" of services and top-level elements.
 */
export function readGrants(service: YamlSection, project: ComposeFile[]): GrantedFile[] {
  const kinds = ['configs', 'secrets'] as const;
  return kinds.flatMap((kind) => {
    const entries = toList(service.get(kind));
    return entries.map((entry, index) => {
      const place = service.place(kind, index);
      return readGrant(kind, entry, place, project);
    });
  });
}

function readGrant(kind: keyof typeof FOLDERS, entry: unknown, place: Place, project: ComposeFile[]): GrantedFile {
  const { source, target } = isMapping(entry)
    ? entry
    : {
        source: entry,
        target: undefined,
      };
  const name = toText(source);
  const definition = findDefinition(project, kind, name);
  const path = toText(definition?.section.get('file'));
  // a secret's text is read by nobody here
  const content = kind === 'configs' ? definition?.section.get('content') : undefined;
  return {
    ...place,
    name,
    target: resolve(FOLDERS[kind], toText(target) || name),
    ...(definition && path !== '' && { path: resolve(definition.directory, path) }),
    ...(typeof content === 'string' && {
      content,
    }),
  };
}

function findDefinition(project: ComposeFile[], kind: string, name: string): Definition | undefined {
  const file = project.findLast(({ yaml }) => new YamlSection(yaml, [kind, name]).get() !== undefined);
  if (!file) return undefined;
  return {
    section: new YamlSection(file.yaml, [kind, name]),
    directory: file.directory,
  };
}

/**
 * A named volume that is a folder of the host is one that is mounted.
 * Source: Docker's docs, "Volumes top-level element", driver_opts.
 */
export function resolveVolume(volume: ComposeVolume, project: ComposeFile[]): ComposeVolume {
  if (volume.type !== 'volume' || volume.source === undefined) return volume;
  const definition = findDefinition(project, 'volumes', volume.source);
  const folder = definition && findFolder(definition);
  if (folder === undefined) return volume;
  return {
    ...volume,
    type: 'bind',
    source: folder,
  };
}

/**
 * A relative folder starts where the Compose file lies for the driver `local` and `o: bind` alone; Docker gets it as it
 * stands else, and has no such folder. Source: compose-go paths/resolve.go, volumeDriverOpts.
 */
function findFolder({ section, directory }: Definition): string | undefined {
  const driver = toText(section.get('driver'));
  const mode = toText(section.get('driver_opts', 'o'));
  const device = toText(section.get('driver_opts', 'device'));
  if (!mode.split(',').includes('bind')) return undefined;
  if (isAbsolute(device)) return device;
  const isResolved = driver === 'local' && mode === 'bind';
  return isResolved ? resolve(directory, device) : undefined;
}
