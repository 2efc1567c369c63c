import { resolve } from 'node:path';
import { COMPONENTS, type ComponentName } from '../../plan/components';
import { versionOf } from '../../plan/versions';
import { isStoreName } from '../../stores';
import type { Place, Sourced } from '../place';
import { ImportError, type Problem } from '../problem';
import { readCompose, type Compose } from './compose';
import { readGrafana, type Grafana } from './grafana';
import type { FolderPlace } from './container-file';
import { completeWords, findImage, identifyComponent } from './images';
import { readPipeline, type Pipeline } from './pipeline';
import type { Selection } from './project';
import type { RunningHost } from './running';
import type { ComposeService } from './service';
import { readStore, type Store } from './stores';

/** One of the six as it was found; several services when it is split or runs more than once. */
export interface Component extends Place {
  name: ComponentName;
  services: ComposeService[];
  image?: Sourced<string>;
  /** what runs, where the host could be asked; else what the folder says */
  version?: string;
  /** one per service; empty for Grafana and Alloy */
  stores: Store[];
  grafana?: Grafana;
  /** Alloy's, where it is in the folder */
  pipeline?: Pipeline;
}

/** Everything that was found in a folder and on its hosts. */
export interface Inventory {
  /** absolute */
  root: string;
  compose: Compose;
  components: Component[];
  /** services that are none of the six */
  others: ComposeService[];
  running: RunningHost[];
  /** the EFS file system that Grafana's SQLite is to move to */
  grafanaEfs?: string;
}

/** What is read beside the folder itself, and what of it. */
interface ReadOptions extends Selection {
  /** the EFS file system that Grafana's SQLite is to move to */
  grafanaEfs?: string | undefined;
}

/**
 * Reads a folder; it changes nothing in it.
 * @param host the folder's absolute path on the hosts
 * @throws ImportError with everything that can't be read
 */
export function readInventory(
  folder: string,
  host: string,
  running: RunningHost[],
  options: ReadOptions = {},
): Inventory {
  const root = resolve(folder);
  const { grafanaEfs } = options;
  const compose = readCompose(root, options);
  const { problems, services } = compose;
  const components = COMPONENTS.flatMap((name) => {
    const named = services.filter((service) => identifyComponent(service) === name);
    const own = named.map((service) => completeWords(name, service));
    return own.length > 0
      ? [
          readComponent(
            name,
            own,
            running,
            {
              root,
              host,
            },
            problems,
          ),
        ]
      : [];
  });
  if (problems.length > 0) throw new ImportError(problems);
  const others = services.filter((service) => !identifyComponent(service));
  return {
    root,
    compose,
    components,
    others,
    running,
    ...(grafanaEfs && {
      grafanaEfs,
    }),
  };
}

function readComponent(
  name: ComponentName,
  services: ComposeService[],
  running: RunningHost[],
  folder: FolderPlace,
  problems: Problem[],
): Component {
  const [first] = services as [ComposeService];
  const image = findImage(first);
  const version = versionOf(findRunningImage(services, running)) ?? versionOf(image?.value);
  const pipeline = name === 'alloy' ? readPipeline(first, folder) : undefined;
  return {
    name,
    services,
    file: first.file,
    line: first.line,
    ...(image && {
      image,
    }),
    ...(version !== undefined && {
      version,
    }),
    stores: isStoreName(name) ? services.map((service) => readStore(name, service, folder, problems)) : [],
    ...(name === 'grafana' && {
      grafana: readGrafana(first, folder.root, folder.host),
    }),
    ...(pipeline && { pipeline }),
  };
}

export const listGrafanas = ({ components }: Inventory): Grafana[] =>
  components.flatMap((component) => component.grafana ?? []);

function findRunningImage(services: ComposeService[], running: RunningHost[]): string | undefined {
  const containers = running.flatMap((host) => host.containers);
  return containers.find(({ Service, Image }) => Image && services.some(({ name }) => name === Service))?.Image;
}

/** The running image of a component, when its host could be asked. */
export function runningImage({ services }: Component, running: RunningHost[]): string | undefined {
  const containers = running.flatMap((host) => host.containers);
  return containers.find(({ Service }) => services.some(({ name }) => name === Service))?.Image;
}
