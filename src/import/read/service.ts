import { isAbsolute, resolve } from 'node:path';
import type { Variables } from './env-file';
import type { Found, Place } from '../problem';
import { at, type YamlFile } from './yaml-file';

export interface Port extends Place {
  /** on the host; undefined when Docker takes a free one */
  published?: number;
  target: number;
  protocol: string;
  address?: string;
}

export interface Volume extends Place {
  type: string;
  /** a path of this machine (bind), or a volume's name */
  source?: string;
  target: string;
}

/** A Compose service, whatever syntax it was written in. */
export interface Service extends Place {
  name: string;
  image?: Found<string>;
  /** the Dockerfile of `build:`, as a path of this machine */
  dockerfile?: Found<string>;
  /** entrypoint and command, in words */
  words: Found<string>[];
  environment: Variables;
  ports: Port[];
  volumes: Volume[];
  health?: Found<string[]>;
  networkMode?: Found<string>;
  replicas: number;
  /** GB */
  memory?: Found<number>;
}

type Loose = Record<string, unknown>;
const object = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
/** Numbers and booleans of a YAML file as the text that Compose makes of them. */
export const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value as number);

/** Words of a command line; quotes hold together what is in them. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:"((?:\\.|[^"])*)"|'([^']*)'|((?:\\.|[^\s"'\\])+))+/g)].map(([whole]) =>
    whole.replace(/"((?:\\.|[^"])*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}

/** Each of `8000-8002`, or the one. */
function range(spec: string): number[] {
  const [from, to = from] = spec.split('-').map(Number) as [number, number?];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function ports(entry: unknown, place: Place): Port[] {
  const long = object(entry);
  const short =
    /^(?:(?<address>\[[^\]]+\]|[\d.]+):(?=.*:))?(?:(?<published>[\d-]*):)?(?<target>[\d-]+)(?:\/(?<protocol>\w+))?$/.exec(
      text(entry),
    )?.groups;
  const {
    published,
    target,
    protocol = 'tcp',
    address,
  } = 'target' in long
    ? {
        published: text(long['published']),
        target: text(long['target']),
        protocol: text(long['protocol']) || 'tcp',
        address: text(long['host_ip']),
      }
    : { ...short };
  if (!target) return [];
  const outside = published ? range(published) : [];
  return range(target).map((port, index) => {
    const host = outside[index] ?? outside[0];
    return { ...place, target: port, protocol, ...(host ? { published: host } : {}), ...(address ? { address } : {}) };
  });
}

function volume(entry: unknown, place: Place, directory: string): Volume {
  const long = object(entry);
  const parts = text(entry).split(':');
  const [source, target] =
    'target' in long
      ? [text(long['source']), text(long['target'])]
      : parts.length > 1
        ? [parts[0]!, parts[1]!]
        : ['', parts[0]!];
  const isPath = /^[./~]/.test(source);
  const type = text(long['type']) || (isPath ? 'bind' : 'volume');
  return { ...place, type, target, ...(source ? { source: isPath ? resolve(directory, source) : source } : {}) };
}

const UNITS: Record<string, number> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, '': 1 };

/** GB of Compose's byte values: 512m, 2gb, 1073741824. */
function gigabytes(value: unknown): number | undefined {
  const [, number, unit = ''] = /^([\d.]+)\s*([bkmg]?)b?$/i.exec(text(value)) ?? [];
  return number === undefined ? undefined : (Number(number) * UNITS[unit.toLowerCase()]!) / 2 ** 30;
}

/**
 * Reads one service of a Compose file that its schema has accepted.
 * @param directory what relative paths start from
 * @param files the variables of its env files, the last one counts
 * @param lookup of a variable that stands without a value
 */
export function readService(
  yaml: YamlFile,
  name: string,
  directory: string,
  files: Variables,
  lookup: (name: string) => string | undefined,
): Service {
  const data = object(at(yaml.data, ['services', name]));
  const place = (...path: (string | number)[]) => yaml.place(['services', name, ...path]);
  const found = <T>(value: T | undefined, ...path: string[]): Found<T> | undefined =>
    value === undefined ? undefined : { value, ...place(...path) };
  const given = at(data, ['environment']);
  const pairs = Array.isArray(given)
    ? given
        .map((entry, index) => ({
          pair: /^([^=]+)(?:=([\s\S]*))?$/.exec(text(entry)) ?? ['', text(entry)],
          at: place('environment', index),
        }))
        .map(({ pair: [, key, value], at }) => ({ key: key!, value, at }))
    : Object.entries(object(given)).map(([key, value]) => ({
        key,
        value: value === null ? undefined : text(value),
        at: place('environment', key),
      }));
  const environment: Variables = new Map(files);
  for (const { key, value, at } of pairs) {
    const taken = value ?? lookup(key);
    if (taken !== undefined) environment.set(key, { value: taken, ...at });
  }
  const argv = (['entrypoint', 'command'] as const).flatMap((key) => {
    const value = data[key];
    return Array.isArray(value)
      ? value.map((word, index) => ({ value: text(word), ...place(key, index) }))
      : words(text(value)).map((word) => ({ value: word, ...place(key) }));
  });
  const build = data['build'];
  const context = typeof build === 'string' ? build : text(object(build)['context']) || '.';
  const test = at(data, ['healthcheck', 'test']);
  const off = at(data, ['healthcheck', 'disable']) === true;
  const memory = gigabytes(at(data, ['deploy', 'resources', 'limits', 'memory']) ?? data['mem_limit']);
  const fields = {
    image: found(data['image'] === undefined ? undefined : text(data['image']), 'image'),
    dockerfile: found(
      build === undefined ? undefined : resolve(directory, context, text(object(build)['dockerfile']) || 'Dockerfile'),
      'build',
    ),
    health: found(
      test === undefined || off ? undefined : Array.isArray(test) ? test.map(text) : ['CMD-SHELL', text(test)],
      'healthcheck',
      'test',
    ),
    networkMode: found(data['network_mode'] === undefined ? undefined : text(data['network_mode']), 'network_mode'),
    memory: found(
      memory,
      ...(data['mem_limit'] === undefined ? ['deploy', 'resources', 'limits', 'memory'] : ['mem_limit']),
    ),
  };
  return {
    name,
    ...place(),
    words: argv,
    environment,
    ports: list(data['ports']).flatMap((entry, index) => ports(entry, place('ports', index))),
    volumes: list(data['volumes']).map((entry, index) => volume(entry, place('volumes', index), directory)),
    replicas: Number(at(data, ['deploy', 'replicas']) ?? data['scale'] ?? 1),
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  };
}

/** How Compose lays one service over another, for `extends` and override files: by name, by port, by target. */
export function laidOver(base: Service, over: Service): Service {
  const key = ({ published, target, protocol, address }: Port) => [address, published, target, protocol].join(' ');
  const unique = <T>(all: T[], by: (entry: T) => string) => [
    ...new Map(all.map((entry) => [by(entry), entry])).values(),
  ];
  return {
    ...base,
    ...over,
    words: over.words.length > 0 ? over.words : base.words,
    environment: new Map([...base.environment, ...over.environment]),
    ports: unique([...base.ports, ...over.ports], key),
    volumes: unique([...base.volumes, ...over.volumes], ({ target }) => target),
    replicas: over.replicas === 1 ? base.replicas : over.replicas,
  };
}

/** Where a path of a container lies on this machine, by its bind mounts. */
export function onHost(service: Service, path: string): string | undefined {
  const mounts = service.volumes.filter(
    ({ type, source, target }) =>
      type === 'bind' &&
      source &&
      isAbsolute(source) &&
      (path === target || path.startsWith(`${target.replace(/\/$/, '')}/`)),
  );
  const mount = mounts.sort((a, b) => b.target.length - a.target.length)[0];
  return (
    mount && resolve(mount.source!, path === mount.target ? '' : path.slice(mount.target.replace(/\/$/, '').length + 1))
  );
}
