import { storeOf, type StoreName } from '../../stores';
import { isInS3, type Backend } from '../../stores/backend';
import { runsCompactor, type DefaultedSetting } from '../../stores/store';
import type { Place, Sourced } from '../place';
import type { Problem } from '../problem';
import { looksSecret } from '../../plan/secrecy';
import type { ComposeService } from './service';
import type { FolderPlace } from './container-file';
import { StoreSettings } from './settings';

/** A place where a store keeps data, and where its configuration says so. */
export interface Storage extends Place {
  what: string;
  backend: string;
  bucket?: string;
  prefix: string;
  region?: string;
  endpoint?: string;
  /** the folder of files that somebody put there, and that the store only reads */
  readsFrom?: string;
}

/** What a store is set to, as far as a move is concerned. */
export interface Store {
  service: ComposeService;
  settings: StoreSettings;
  storages: Storage[];
  /** 0s: for ever */
  retention: Sourced<string>;
  tenants: Sourced<{
    several: boolean;
    single: string;
  }>;
  ring: Sourced<{
    store: string;
    replicationFactor: string;
  }>;
  /** whether its compactor runs */
  compacts: boolean;
  /** the periods of its schema as they stand, where it has any */
  periods?: Sourced<unknown[]>;
  /** where its configuration holds a key for S3 */
  keys: Place[];
}

/** Settings that hold a key for S3, wherever they stand. */
const KEY = /^(access_key(_id)?|secret_(access_)?key)$/;
const KEY_FLAG = /^--?[\w.-]*s3[\w.-]*(access-key|secret)[\w-]*=./;
const FOR_EVER = /^(|0|0s|none)$/;

/** Reads a store's settings. */
export function readStore(name: StoreName, service: ComposeService, folder: FolderPlace, problems: Problem[]): Store {
  const settings = StoreSettings.read(service, name, folder, problems);
  const { tenancy, schema } = storeOf(name);
  const several = findDefaulted(settings, tenancy.isSeveral);
  const single = findDefaulted(settings, tenancy.single).value;
  const periods = schema && settings.raw(schema.setting);
  return {
    service,
    settings,
    storages: readBackends(name, settings).map((backend) => placeBackend(settings, backend)),
    retention: readRetention(name, settings),
    tenants: {
      ...several,
      value: {
        several: several.value === 'true',
        single,
      },
    },
    ring: readRing(name, settings),
    compacts: runsCompactor(storeOf(name), settings),
    ...(schema && {
      periods: {
        value: Array.isArray(periods) ? (periods as unknown[]) : [],
        ...settings.place(schema.setting),
      },
    }),
    keys: findKeys(name, settings),
  };
}

/** The backends that its configuration speaks of. */
export const readBackends = (name: StoreName, settings: StoreSettings): Backend[] =>
  storeOf(name)
    .readBackends(settings)
    .filter(({ isImplied }) => !isImplied);

/** Where a setting is given, in the file or by a flag, or would be: its value may be a secret and is left out. */
function findPlace(settings: StoreSettings, path: string): Place {
  const { file, line } = settings.get(path) ?? settings.place(path);
  return {
    file,
    line,
  };
}

function placeBackend(settings: StoreSettings, backend: Backend): Storage {
  const { what, kind, setting, since, prefix, bucket, region, endpoint } = backend;
  const readsFrom = backend.isReadOnly ? backend.folder : undefined;
  return {
    what: since === undefined ? what : `${what} from ${since}`,
    backend: kind,
    ...findPlace(settings, setting),
    prefix,
    ...(bucket !== undefined && {
      bucket,
    }),
    ...(region !== undefined && {
      region,
    }),
    ...(endpoint !== undefined && {
      endpoint,
    }),
    ...(readsFrom !== undefined && {
      readsFrom,
    }),
  };
}

/** The first of these settings that is given, or the store's default at the place where it would stand. */
function findDefaulted(settings: StoreSettings, { paths, byDefault }: DefaultedSetting): Sourced<string> {
  const given = paths.map((path) => settings.get(path)).find((value) => value !== undefined);
  return (
    given ?? {
      value: byDefault,
      ...settings.place(paths[0]),
    }
  );
}

function readRetention(name: StoreName, settings: StoreSettings): Sourced<string> {
  const { retention, isRetentionOn } = storeOf(name);
  const { paths, byDefault } = retention;
  // of several the first counts that is not 0; the last one's 0 is for ever
  const given = paths.slice(0, -1).filter((path) => !FOR_EVER.test(settings.get(path)?.value ?? ''));
  const kept = findDefaulted(settings, {
    paths: [...given, ...paths.slice(-1)],
    byDefault,
  });
  const holds = !isRetentionOn || isRetentionOn(settings);
  return {
    ...kept,
    value: !holds || FOR_EVER.test(kept.value) ? '0s' : kept.value,
  };
}

function readRing(name: StoreName, settings: StoreSettings): Store['ring'] {
  const { blocks } = storeOf(name).ring;
  const stores = blocks.map((block) => `${block}.kvstore.store`);
  const factors = [...blocks.map((block) => `${block}.replication_factor`), 'common.replication_factor'];
  const store = findDefaulted(settings, {
    paths: stores,
    byDefault: 'memberlist',
  });
  const factor = findDefaulted(settings, {
    paths: factors,
    byDefault: '',
  });
  return {
    ...store,
    value: {
      store: store.value,
      replicationFactor: factor.value,
    },
  };
}

/** Keys for S3 in a configuration and in flags; a flag's line is its word's. */
function findKeys(name: StoreName, settings: StoreSettings): Place[] {
  const own = (storeOf(name).findKeySettings?.(settings) ?? []).map((path) => findPlace(settings, path));
  const flags = settings.service.words.filter(({ value }) => KEY_FLAG.test(value) && looksSecret(value));
  return [
    ...listKeyPaths(settings.yaml?.data).map((path) => settings.place(path)),
    ...flags.map(({ file, line }) => ({
      file,
      line,
    })),
    ...own,
  ];
}

function listKeyPaths(value: unknown, path: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const below = [...path, key];
    return KEY.test(key) && inner ? [below.join('.')] : listKeyPaths(inner, below);
  });
}

/** Whether S3 of AWS holds it; MinIO and the like are on a host that goes away. */
export const inS3 = ({ backend, endpoint }: Storage): boolean =>
  isInS3({
    kind: backend,
    ...(endpoint !== undefined && {
      endpoint,
    }),
  });
