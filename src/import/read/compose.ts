import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readEnvFile, type Variables } from './env-file';
import { interpolate } from './interpolate';
import { schemaProblems } from './compose-schema';
import type { Found, Place, Problem } from '../problem';
import { laidOver, readService, text, type Service } from './service';
import { at, YamlFile } from './yaml-file';

export interface Compose {
  services: Service[];
  /** the Compose files, relative to the folder, those that others include too */
  files: string[];
  problems: Problem[];
  /** variables that are set nowhere in the folder and become empty texts */
  unset: Found<string>[];
  /** `version:` keys, which Compose 2 ignores */
  versions: Found<string>[];
}

const COMPOSE_FILE = /(^|[._-])(docker-)?compose([._-][\w.-]*)?\.ya?ml$/i;
const OVERRIDE = /\.override(\.ya?ml)$/i;
const DEPTH = 3;

/** Compose files down to three folders deep, relative to the root, the ones nearest to it first. */
export function composeFiles(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && COMPOSE_FILE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => file.split('/').length <= DEPTH)
    .sort((a, b) => a.split('/').length - b.split('/').length || a.localeCompare(b));
}

interface Loaded {
  yaml: YamlFile;
  directory: string;
  env: Variables;
}

/**
 * Reads every Compose file of a folder: `include`, `extends`, override files, env files, anchors and merge keys.
 * Variables come from the folder's env files only: this machine's environment is not the host's.
 */
export function readCompose(root: string): Compose {
  const result: Compose = { services: [], files: [], problems: [], unset: [], versions: [] };
  const shown = (file: string) => relative(root, file) || basename(file);
  const taken = new Set<string>();
  /** services of other files that only serve as a base */
  const bases = new Set<string>();
  const loaded = new Map<string, Loaded | undefined>();

  function load(file: string, from: Place | undefined, outer: Variables, directory: string): Loaded | undefined {
    if (loaded.has(file)) return loaded.get(file);
    loaded.set(file, undefined);
    let content: string;
    try {
      content = readFileSync(file, 'utf8');
    } catch {
      result.problems.push({
        ...(from ?? { file: shown(file), line: 1 }),
        message: `${shown(file)} can't be read; put it into the folder`,
      });
      return undefined;
    }
    const dotEnv =
      readEnvFile(join(directory, '.env'), shown(join(directory, '.env')), () => undefined, result.problems) ??
      new Map();
    const env: Variables = new Map([...dotEnv, ...outer]);
    const replace = (value: string, place: Place) =>
      interpolate(
        value,
        (name) => env.get(name)?.value,
        (message) => result.problems.push({ ...place, message }),
        (name) => result.unset.push({ value: name, ...place }),
      );
    const yaml = YamlFile.parse(content, shown(file), result.problems, replace);
    if (!yaml) return undefined;
    // what its schema refuses is read on, so that all that is wrong is named at once
    result.problems.push(...schemaProblems(yaml));
    const whole = { yaml, directory, env };
    loaded.set(file, whole);
    return whole;
  }

  function service({ yaml, directory, env }: Loaded, name: string, chain: string[] = []): Service {
    const files: Variables = new Map();
    const entries = [at(yaml.data, ['services', name, 'env_file']) ?? []].flat();
    for (const [index, entry] of entries.entries()) {
      const path = typeof entry === 'string' ? entry : text(at(entry, ['path']));
      const file = resolve(directory, path);
      const read = readEnvFile(file, shown(file), (variable) => env.get(variable)?.value, result.problems);
      if (!read && at(entry, ['required']) !== false)
        result.problems.push({
          ...yaml.place(['services', name, 'env_file', index]),
          message: `env file ${path} is not there; put it into the folder (without its secrets), or say required: false`,
        });
      for (const [key, value] of read ?? []) files.set(key, value);
    }
    const own = readService(yaml, name, directory, files, (variable) => env.get(variable)?.value);
    const parent = at(yaml.data, ['services', name, 'extends']);
    if (parent === undefined) return own;
    const place = yaml.place(['services', name, 'extends']);
    const parentName = typeof parent === 'string' ? parent : text(at(parent, ['service']));
    const file = at(parent, ['file']);
    const path = file === undefined ? undefined : resolve(directory, text(file));
    const base = path === undefined ? { yaml, directory, env } : load(path, place, env, dirname(path));
    if (path) bases.add(`${shown(path)}#${parentName}`);
    const key = `${path ?? yaml.file}#${parentName}`;
    if (!base) return own;
    if (chain.includes(key) || at(base.yaml.data, ['services', parentName]) === undefined) {
      result.problems.push({
        ...place,
        message: chain.includes(key)
          ? `${name} extends itself`
          : `there is no service ${parentName} in ${base.yaml.file} to extend`,
      });
      return own;
    }
    return laidOver(service(base, parentName, [...chain, key]), own);
  }

  function project(file: string, from: Place | undefined, outer: Variables, directory: string): void {
    if (taken.has(file)) return;
    taken.add(file);
    const whole = load(file, from, outer, directory);
    if (!whole) return;
    const { yaml, env } = whole;
    result.files.push(yaml.file);
    const version = at(yaml.data, ['version']);
    if (version !== undefined) result.versions.push({ value: text(version), ...yaml.place(['version']) });
    for (const [index, entry] of [at(yaml.data, ['include']) ?? []].flat().entries()) {
      const place = yaml.place(['include', index]);
      for (const path of [typeof entry === 'string' ? entry : at(entry, ['path'])].flat()) {
        const included = resolve(directory, text(path));
        const own = at(entry, ['project_directory']);
        project(included, place, env, own === undefined ? dirname(included) : resolve(directory, text(own)));
      }
    }
    const given = at(yaml.data, ['services']);
    const names = typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.keys(given) : [];
    const found = names.map((name) => service(whole, name));
    if (!OVERRIDE.test(file)) {
      result.services.push(...found);
      return;
    }
    for (const over of found) {
      const base = result.services.findIndex(
        ({ name, file: of }) => name === over.name && of === shown(file.replace(OVERRIDE, '$1')),
      );
      if (base < 0) result.services.push(over);
      else result.services[base] = laidOver(result.services[base]!, over);
    }
  }

  const files = composeFiles(root).map((file) => join(root, file));
  if (files.length === 0)
    result.problems.push({
      file: basename(root),
      line: 1,
      message:
        'has no Compose file; they are looked for as <service>/<service>_docker-compose.yaml, compose.yaml and the like',
    });
  // an override file comes after what it overrides
  const ordered = [...files.filter((file) => !OVERRIDE.test(file)), ...files.filter((file) => OVERRIDE.test(file))];
  for (const file of ordered) project(file, undefined, new Map(), dirname(file));
  return { ...result, services: result.services.filter(({ file, name }) => !bases.has(`${file}#${name}`)) };
}
