import { GRAFANA_PIN } from './defaults';
/** The services that an imported folder is searched for. */
export const COMPONENTS = ['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy'] as const;
export type ComponentName = (typeof COMPONENTS)[number];

/** What the images of dockerfiles/ are made for, each its Dockerfile's `ARG VERSION=`; a test keeps them in step. */
export const PINS: Record<ComponentName, string> = {
  mimir: '3.2.1',
  loki: '3.7.8',
  tempo: '2.10.8',
  pyroscope: '1.21.1',
  grafana: GRAFANA_PIN,
  alloy: 'v1.19.2',
};

/** Repository names that Grafana Labs publishes a component under. */
const REPOSITORIES: Record<string, ComponentName> = {
  ...Object.fromEntries(COMPONENTS.map((name) => [name, name])),
  'mimir-alpine': 'mimir',
  'grafana-oss': 'grafana',
  'grafana-enterprise': 'grafana',
};

/** Repository and tag of an image reference; a digest is left aside. */
export function parseImage(reference: string): { repository: string; tag?: string } {
  const [whole] = reference.split('@') as [string];
  const [, repository, tag] = /^(.*?)(?::([^:/]+))?$/.exec(whole)!;
  return { repository: repository!, ...(tag ? { tag } : {}) };
}

/** Which of the six an image is, by the name that Grafana Labs publishes it under. */
export const publishedAs = (image: string): ComponentName | undefined =>
  REPOSITORIES[parseImage(image).repository.split('/').at(-1)!];

interface Boundary {
  /** the first version on the far side */
  at: string;
  what: string;
  source: string;
}

/** Versions at which what is stored, or the options it is described by, changed so that the other side can't take over. */
export const BOUNDARIES: Record<ComponentName, Boundary[]> = {
  mimir: [
    {
      at: '3.0.0',
      what: 'Kafka-based ingest storage became the architecture that is documented first, the read-write mode and deprecated options are gone',
      source: 'https://grafana.com/docs/mimir/latest/release-notes/v3.0/',
    },
  ],
  loki: [
    {
      at: '3.0.0',
      what: 'structured metadata is on, which a schema other than tsdb v13 does not start with, and shared_store is gone: an index in another store than its chunks is lost',
      source: 'https://grafana.com/docs/loki/latest/setup/upgrade/#300',
    },
  ],
  tempo: [
    {
      at: '2.5.0',
      what: 'vParquet blocks (the first version) are not read any more',
      source: 'https://github.com/grafana/tempo/pull/3663',
    },
    {
      at: '2.6.0',
      what: 'vParquet4 is the default block format, which older versions do not read',
      source: 'https://grafana.com/docs/tempo/v2.6.x/setup/upgrade/',
    },
    {
      at: '3.0.0',
      what: 'v2 and vParquet3 blocks are not read any more, block builders and live stores replace ingester and compactor, and there is no downgrade',
      source: 'https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/upgrade/',
    },
  ],
  pyroscope: [
    {
      at: '2.0.0',
      what: 'profiles are written as v2 by default, which is another layout in S3 with a metastore of its own',
      source: 'https://grafana.com/docs/pyroscope/latest/release-notes/v2-0/',
    },
  ],
  // every start migrates the database forward, see judgeVersion
  grafana: [],
  // Alloy keeps nothing but its queues
  alloy: [],
};

const GRAFANA_SOURCE = 'https://github.com/grafana/grafana/pull/78976';

export interface Version {
  parts: [major: number, minor: number, patch: number];
}

/** A complete version, with or without `v` and a suffix; undefined for `latest`, `3` or `3.2`, which move. */
export function parseVersion(tag: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+][\w.-]+)?$/.exec(tag);
  return match ? { parts: [Number(match[1]), Number(match[2]), Number(match[3])] } : undefined;
}

/** Below 0 when a is older than b. Both must be complete versions. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a)!.parts, parseVersion(b)!.parts];
  return left.map((part, index) => part - right[index]!).find((difference) => difference !== 0) ?? 0;
}

/** The version of a tag that stays what it is; undefined for latest, main, 3 or 3.2. */
export function versionOf(image: string | undefined): string | undefined {
  const tag = image && parseImage(image).tag;
  return tag && parseVersion(tag) ? tag : undefined;
}

export interface Judgement {
  level: 'pass' | 'warn' | 'fail';
  message: string;
  source?: string;
}

/**
 * Whether a component may go from one version to another in the course of a move.
 * @param found what runs @param target what would run
 * @returns fail across storage or schema formats, in both directions; warn for any other difference
 */
export function judgeVersion(component: ComponentName, found: string, target: string): Judgement {
  const unclear = [found, target].find((tag) => !parseVersion(tag));
  if (unclear !== undefined) return { level: 'fail', message: `"${unclear}" says no version of ${component}` };
  const difference = compareVersions(found, target);
  if (difference === 0) return { level: 'pass', message: `${component} ${found}` };
  const [older, newer] = difference < 0 ? [found, target] : [target, found];
  const boundary = BOUNDARIES[component].find(
    ({ at }) => compareVersions(older, at) < 0 && compareVersions(newer, at) >= 0,
  );
  if (boundary)
    return {
      level: 'fail',
      message: `${component} ${found} and ${target} lie on both sides of ${boundary.at}: ${boundary.what}`,
      source: boundary.source,
    };
  const majors = parseVersion(found)!.parts[0] !== parseVersion(target)!.parts[0];
  const minors = majors || parseVersion(found)!.parts[1] !== parseVersion(target)!.parts[1];
  if (component === 'grafana' && (majors || (difference > 0 && minors))) {
    return {
      level: 'fail',
      message: `grafana ${target} would ${difference > 0 ? 'be started on a database of' : 'migrate the database of'} ${found}, and there is no way back: migrations only go forward`,
      source: GRAFANA_SOURCE,
    };
  }
  return {
    level: 'warn',
    message:
      difference < 0
        ? `${component} ${target} is newer than ${found}`
        : `${component} ${target} is older than ${found}`,
  };
}
