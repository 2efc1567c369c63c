import { resolve } from 'node:path';
import { readCompose, type Compose } from './compose';
import { readGrafana, type Grafana } from './grafana';
import { componentOf, imageOf } from './images';
import { ImportError, type Found, type Place } from '../problem';
import type { Running } from './running';
import type { Service } from './service';
import { readStore, type Store, type StoreName } from './stores';
import { COMPONENTS, versionOf, type ComponentName } from '../../plan/versions';

/** One of the six as it was found; several services when it is split or runs more than once. */
export interface Component extends Place {
  name: ComponentName;
  services: Service[];
  image?: Found<string>;
  /** what runs, where the host could be asked; else what the folder says */
  version?: string;
  /** one per service; empty for Grafana and Alloy */
  stores: Store[];
  grafana?: Grafana;
}

/** Everything that was found in a folder and on its hosts. */
export interface Inventory {
  /** absolute */
  root: string;
  compose: Compose;
  components: Component[];
  /** services that are none of the six */
  others: Service[];
  running: Running[];
  /** the EFS file system that Grafana's SQLite is to move to */
  grafanaEfs?: string;
}

const STORES: readonly string[] = ['mimir', 'loki', 'tempo', 'pyroscope'] satisfies StoreName[];

/**
 * Reads a folder; it changes nothing in it.
 * @param host the folder's absolute path on the hosts
 * @throws ImportError with everything that can't be read
 */
export function readInventory(folder: string, host: string, running: Running[], grafanaEfs?: string): Inventory {
  const root = resolve(folder);
  const compose = readCompose(root);
  const { problems, services } = compose;
  const components = COMPONENTS.flatMap((name): Component[] => {
    const own = services.filter((service) => componentOf(service) === name);
    if (own.length === 0) return [];
    const image = imageOf(own[0]!);
    const runs = running
      .flatMap(({ containers }) => containers)
      .find(({ Service, Image }) => Image && own.some((service) => service.name === Service));
    const version = versionOf(runs?.Image) ?? versionOf(image?.value);
    return [
      {
        name,
        services: own,
        file: own[0]!.file,
        line: own[0]!.line,
        ...(image ? { image } : {}),
        ...(version ? { version } : {}),
        stores: STORES.includes(name)
          ? own.map((service) => readStore(name as StoreName, service, root, host, problems))
          : [],
        ...(name === 'grafana' ? { grafana: readGrafana(own[0]!, root, host) } : {}),
      },
    ];
  });
  if (problems.length > 0) throw new ImportError(problems);
  return {
    root,
    compose,
    components,
    others: services.filter((service) => !componentOf(service)),
    running,
    ...(grafanaEfs ? { grafanaEfs } : {}),
  };
}

/** The running image of a component, when its host could be asked. */
export function runningImage({ services }: Component, running: Running[]): string | undefined {
  return running
    .flatMap(({ containers }) => containers)
    .find(({ Service }) => services.some(({ name }) => name === Service))?.Image;
}
