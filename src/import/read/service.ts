import { resolve } from 'node:path';
import type { Place, Sourced } from '../place';
import { readWords } from './command-line';
import type { ComposeFile } from './compose-file';
import { readGrants, resolveVolume, type GrantedFile } from './definitions';
import { readDockerfile, type Build } from './dockerfile';
import type { Variables } from './env-file';
import { readEnvironment } from './environment';
import type { Lookup } from './interpolate';
import { parseGigabytes } from './memory';
import { readPorts, type ComposePort } from './ports';
import { readVolume, type ComposeVolume } from './volumes';
import type { YamlFile } from './yaml-file';
import { YamlSection } from './yaml-section';
import { toList, toMapping, toText } from './yaml-value';

/** A Compose service, whatever syntax it was written in. */
export interface ComposeService extends Place {
  name: string;
  image?: Sourced<string> | undefined;
  /** the Dockerfile of `build:`, as a path of this machine */
  dockerfile?: Sourced<string> | undefined;
  build?: Build | undefined;
  entrypoint?: Sourced<string>[] | undefined;
  command?: Sourced<string>[] | undefined;
  /** entrypoint and command, in words */
  words: Sourced<string>[];
  environment: Variables;
  ports: ComposePort[];
  volumes: ComposeVolume[];
  /** its configs and secrets */
  grants: GrantedFile[];
  /** those with which it runs; none: always */
  profiles: string[];
  /** as Compose has it, CMD or CMD-SHELL first */
  health?: Sourced<string[]> | undefined;
  networkMode?: Sourced<string> | undefined;
  replicas: number;
  /** GB */
  memory?: Sourced<number> | undefined;
}

/** What a service of a Compose file is read with. */
export interface ServiceContext {
  /** what relative paths start from */
  directory: string;
  /** the files of its project */
  project: ComposeFile[];
  /** the variables of its env files, the last one counts */
  envFiles: Variables;
  /** of a variable that stands without a value */
  lookup: Lookup;
}

/** Reads one service of a Compose file that its schema has accepted. */
export function readService(yaml: YamlFile, name: string, context: ServiceContext): ComposeService {
  const section = new YamlSection(yaml, ['services', name]);
  const entrypoint = readCommand(section, 'entrypoint');
  const command = readCommand(section, 'command');
  return {
    name,
    ...section.place(),
    image: section.readText('image'),
    dockerfile: findDockerfile(section, context.directory),
    build: readBuild(section, context.directory),
    entrypoint,
    command,
    words: [...(entrypoint ?? []), ...(command ?? [])],
    environment: readVariables(section, context),
    ports: readAllPorts(section),
    volumes: readAllVolumes(section, context),
    grants: readGrants(section, context.project),
    profiles: toList(section.get('profiles')).map(toText),
    health: readHealth(section),
    networkMode: section.readText('network_mode'),
    replicas: readReplicas(section),
    memory: readMemory(section),
  };
}

function findDockerfile(section: YamlSection, directory: string): Sourced<string> | undefined {
  const build = section.get('build');
  if (build === undefined) return undefined;
  const { dockerfile } = toMapping(build);
  const file = toText(dockerfile) || 'Dockerfile';
  const place = section.place('build');
  return {
    value: resolve(findContext(build, directory), file),
    ...place,
  };
}

function findContext(build: unknown, directory: string): string {
  const { context } = toMapping(build);
  const folder = typeof build === 'string' ? build : toText(context) || '.';
  return resolve(directory, folder);
}

function readBuild(section: YamlSection, directory: string): Build | undefined {
  const dockerfile = findDockerfile(section, directory);
  if (!dockerfile) return undefined;
  const target = section.readText('build', 'target')?.value;
  const args = readEnvironment(section.get('build', 'args'), new Map(), () => undefined, section.place.bind(section));
  const values = [...args].map(([name, { value }]) => [name, value]);
  return {
    context: findContext(section.get('build'), directory),
    dockerfile: readDockerfile(dockerfile.value, section.get('build', 'dockerfile_inline')),
    target,
    arguments: Object.fromEntries(values) as Record<string, string>,
  };
}

/** undefined: what the image has holds. */
function readCommand(section: YamlSection, key: 'entrypoint' | 'command'): Sourced<string>[] | undefined {
  const value = section.get(key);
  if (value === undefined || value === null) return undefined;
  return readWords(value, (...index) => section.place(key, ...index));
}

function readVariables(section: YamlSection, { envFiles, lookup }: ServiceContext): Variables {
  const given = section.get('environment');
  return readEnvironment(given, envFiles, lookup, (key) => section.place('environment', key));
}

function readAllPorts(section: YamlSection): ComposePort[] {
  const entries = toList(section.get('ports'));
  return entries.flatMap((entry, index) => {
    const place = section.place('ports', index);
    return readPorts(entry, place);
  });
}

function readAllVolumes(section: YamlSection, { directory, project }: ServiceContext): ComposeVolume[] {
  const entries = toList(section.get('volumes'));
  return entries.map((entry, index) => {
    const place = section.place('volumes', index);
    return resolveVolume(readVolume(entry, place, directory), project);
  });
}

function readHealth(section: YamlSection): Sourced<string[]> | undefined {
  const test = section.get('healthcheck', 'test');
  const isDisabled = section.get('healthcheck', 'disable') === true;
  if (test === undefined || isDisabled) return undefined;
  const place = section.place('healthcheck', 'test');
  const words = toList(test).map(toText);
  const isShell = !Array.isArray(test);
  return {
    value: isShell ? ['CMD-SHELL', ...words] : words,
    ...place,
  };
}

function readReplicas(section: YamlSection): number {
  const replicas = section.get('deploy', 'replicas') ?? section.get('scale');
  return Number(replicas ?? 1);
}

function readMemory(section: YamlSection): Sourced<number> | undefined {
  const deployed = section.readText('deploy', 'resources', 'limits', 'memory');
  const limit = deployed ?? section.readText('mem_limit');
  const value = limit && parseGigabytes(limit.value);
  if (value === undefined) return undefined;
  return {
    ...limit!,
    value,
  };
}
