import { storeOf, type StoreName } from '../../stores';
import type { FargateEdit } from '../../stores/fargate';
import { compareVersions } from '../../stores/version';
import type { YamlPath } from '../read/yaml-value';
import { listLeaves, type ConfigurationDocument } from './document';
import { matchesFlag, type Flag } from './flags';

const ANYWHERE = '**.';

/** Which version is imported, where that is known: keys that it does not have are not written. */
export interface EditTarget {
  name: StoreName;
  version: string | undefined;
}

/** Makes a configuration say what Fargate demands. */
export function applyEdits(document: ConfigurationDocument, edits: FargateEdit[], { version }: EditTarget): void {
  for (const edit of edits) {
    const isTooNew = edit.since !== undefined && version !== undefined && compareVersions(version, edit.since) < 0;
    if (isTooNew) continue;
    for (const path of findPlaces(document, edit)) applyEdit(document, path, edit);
  }
}

/** Where an edit is due. */
function findPlaces(document: ConfigurationDocument, { path, only, value }: FargateEdit): YamlPath[] {
  if (path.startsWith(ANYWHERE)) return findAnywhere(document, path.slice(ANYWHERE.length).split('.'));
  const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const isOnlyGiven = only === 'given' || value === undefined;
  if (isOnlyGiven && !document.has(keys)) return [];
  const isOnlyInBlock = only === 'block given';
  return isOnlyInBlock && !document.has(keys.slice(0, -1)) ? [] : [keys];
}

/** Every path that ends with these keys, lists of values included. */
function findAnywhere(document: ConfigurationDocument, ending: string[]): YamlPath[] {
  const paths = listLeaves(document.data).flatMap(({ path }) => {
    const texts = path.map(String);
    const end = texts.findLastIndex((_, index) => isEnding(texts.slice(0, index + 1), ending));
    return end < 0 ? [] : [path.slice(0, end + 1)];
  });
  const unique = new Map(paths.map((path) => [path.join('.'), path]));
  return [...unique.values()];
}

const isEnding = (keys: string[], ending: string[]): boolean =>
  keys.slice(-ending.length).join('.') === ending.join('.');

function applyEdit(document: ConfigurationDocument, path: YamlPath, { value, byDefault, why }: FargateEdit): void {
  const given = readPath(document.data, path);
  if (value === undefined) {
    document.remove(path, why);
    return;
  }
  const isRight = given === undefined ? String(value) === byDefault : JSON.stringify(given) === JSON.stringify(value);
  if (!isRight) document.set(path, value, why);
}

const readPath = (data: unknown, path: YamlPath): unknown =>
  path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key],
    data ?? undefined,
  );

/** The edit that a flag would undo, if any: it would overrule the file. */
export function findOverruled(flag: Flag, edits: FargateEdit[], { name }: EditTarget): FargateEdit | undefined {
  const known = storeOf(name).flags;
  return edits.find(({ path, flags = [] }) => {
    const own = known[path] ?? path.replaceAll('_', '-');
    const isOwn = !path.startsWith(ANYWHERE) && flag.name === own;
    return isOwn || flags.some((pattern) => matchesFlag(flag, pattern));
  });
}
