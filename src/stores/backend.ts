import { readS3Url } from './s3-url';
import { findSetting, readSetting, type Settings } from './settings';

/** A place where a store keeps data, after its own word. */
export interface Backend {
  /** `blocks`, `chunks and index`, `rules` */
  what: string;
  /** `s3`, `filesystem`, `gcs` … */
  kind: string;
  /** the setting that says so, or would */
  setting: string;
  prefix: string;
  /** several, over which the data is spread, are one list with commas */
  bucket?: string;
  /** all of them, where they are several and `bucket` is the first */
  spread?: string;
  region?: string;
  endpoint?: string;
  /** how it asks S3 to encrypt, `SSE-KMS arn:…`; absent: as the bucket does by itself */
  encryption?: string;
  /** of a filesystem, inside the container */
  folder?: string;
  /** from when on it is used, where it is one of several */
  since?: string;
  /** its block is not in the configuration: maybe nothing writes there */
  isImplied?: boolean;
  /** files that somebody put there, and that the store only reads */
  isReadOnly?: boolean;
}

/** Paths of the settings that a backend is described by; of each list the first that is given counts. */
export interface BackendPaths {
  kind: string[];
  prefix?: string[];
  bucket?: string[];
  region?: string[];
  endpoint?: string[];
  folder?: string[];
  /** blocks with a type and a key of KMS. Source: "Encrypting Grafana Mimir data at rest" */
  sse?: string[];
  /** of URLs that name region or endpoint, and the bucket; any setting of its own overrules its part of one */
  url?: string[];
}

/** What holds where nothing is set. */
export interface BackendDefaults {
  kind: string;
  folder: string;
}

/** Reads a backend by the settings that describe it. */
export function readBackend(
  settings: Settings,
  what: string,
  paths: BackendPaths,
  { kind, folder }: BackendDefaults,
): Backend {
  const read = (key: keyof BackendPaths) => readSetting(settings, ...(paths[key] ?? []));
  const found = findSetting(settings, paths.kind);
  const url = readS3Url(read('url'));
  const { bucket, inBucket } = splitBucket(read('bucket') ?? url.bucket);
  const endpoint = read('endpoint') ?? url.endpoint;
  return withoutGaps({
    what,
    kind: found?.value ?? kind,
    setting: found?.path ?? paths.kind[0]!,
    prefix: joinPrefixes(inBucket, read('prefix')),
    bucket,
    region: read('region') ?? url.region ?? findRegion(endpoint),
    endpoint,
    encryption: readEncryption(settings, paths.sse),
    folder: read('folder') ?? folder,
  });
}

function readEncryption(settings: Settings, blocks: string[] = []): string | undefined {
  const inBlocks = (key: string) => readSetting(settings, ...blocks.map((block) => `${block}.${key}`));
  const type = inBlocks('type');
  return type && [type, inBlocks('kms_key_id')].filter(Boolean).join(' ');
}

/** `logs/old` is the bucket `logs`, with `old/` in front of every key. Several buckets stay one list. */
function splitBucket(name = ''): { bucket: string | undefined; inBucket: string } {
  const slash = name.includes(',') ? -1 : name.indexOf('/');
  if (slash >= 0) {
    return {
      bucket: name.slice(0, slash),
      inBucket: name.slice(slash + 1),
    };
  }
  return {
    bucket: name || undefined,
    inBucket: '',
  };
}

/** The settings of an S3 block, and of the one that it inherits from. */
export function listS3Paths(
  bucket: string,
  ...blocks: string[]
): Pick<BackendPaths, 'bucket' | 'region' | 'endpoint' | 'sse'> {
  const inEach = (key: string) => blocks.map((block) => `${block}.${key}`);
  return {
    sse: inEach('sse'),
    bucket: inEach(bucket),
    region: inEach('region'),
    endpoint: inEach('endpoint'),
  };
}

/** One prefix below the other, without slashes at its ends. */
export function joinPrefixes(...prefixes: (string | undefined)[]): string {
  const trimmed = prefixes.map((prefix = '') => prefix.replace(/^\/+|\/+$/g, ''));
  return trimmed.filter((prefix) => prefix !== '').join('/');
}

/** Region of `s3.ap-northeast-2.amazonaws.com` and its kind. */
function findRegion(endpoint = ''): string | undefined {
  return /(?:^|[./])s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/.exec(endpoint)?.[1];
}

/** Without the keys that are not there. */
export function withoutGaps(backend: { [K in keyof Backend]: Backend[K] | undefined }): Backend {
  const given = Object.entries(backend).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as Backend;
}

/**
 * Where new data goes: of the places of the data itself, which come first, the last one that is in use already.
 * @param today `2026-01-31`
 */
export function findCurrent(backends: Backend[], today: string): Backend | undefined {
  const places = backends.filter(({ what }) => what === backends[0]?.what);
  return places.findLast(({ since = '' }) => since <= today) ?? places[0];
}

const AWS = /(^|\.)amazonaws\.com(\.cn)?(:\d+)?\/?$/;

/** Whether S3 of AWS holds it; MinIO and the like are on a host that goes away. */
export function isInS3({ kind, endpoint }: Pick<Backend, 'kind' | 'endpoint'>): boolean {
  return kind === 's3' && (!endpoint || AWS.test(endpoint));
}

/** Whether it lies on the disk of the host. */
export const isOnDisk = ({ kind }: Pick<Backend, 'kind'>): boolean => kind === 'filesystem' || kind === 'local';
