import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { storeOf, type StoreName } from '../../stores';
import type { Settings } from '../../stores/settings';
import type { Place, Sourced } from '../place';
import type { Problem } from '../problem';
import { expandColonDefaults, interpolate } from './interpolate';
import type { ComposeService } from './service';
import { findOnHost } from './volumes';
import { YamlFile } from './yaml-file';
import { toText, valueAt } from './yaml-value';

/** Where a folder lies: here, and on the host, whose absolute mounts are looked for here. */
export interface FolderPlace {
  root: string;
  host: string;
}

/** `-name=value`, `--name=value`, `-name value` of a service's command line; the last one counts. */
function findFlag({ words }: ComposeService, name: string): Sourced<string> | undefined {
  const flag = new RegExp(`^--?${name.replaceAll('.', '\\.')}(=|$)`);
  const index = words.findLastIndex(({ value }) => flag.test(value));
  const word = words[index];
  if (!word) return undefined;
  const [, given] = /=([\s\S]*)$/.exec(word.value) ?? [];
  if (given !== undefined)
    return {
      ...word,
      value: given,
    };
  const next = words[index + 1];
  return next && !next.value.startsWith('-')
    ? next
    : {
        ...word,
        value: 'true',
      };
}

/** A store's settings: its configuration file, and its command line, which overrules it. */
export class StoreSettings implements Settings<Sourced<string>> {
  private constructor(
    readonly service: ComposeService,
    private readonly flags: Record<string, string>,
    readonly yaml: YamlFile | undefined,
  ) {}

  /** Finds and reads the configuration of a store. */
  static read(service: ComposeService, name: StoreName, folder: FolderPlace, problems: Problem[]): StoreSettings {
    const { flags } = storeOf(name);
    const file = findFile(service, name, folder);
    if (file === undefined) return new StoreSettings(service, flags, undefined);
    const content = expand(service, name, readFileSync(file, 'utf8'));
    return new StoreSettings(service, flags, YamlFile.parse(content, relative(folder.root, file), problems));
  }

  /** A value as text, from its flag or the path in the file; an empty one counts as none. */
  get(path: string): Sourced<string> | undefined {
    const flag = findFlag(this.service, this.flags[path] ?? path.replaceAll('_', '-'));
    if (flag) return flag;
    const value = this.raw(path);
    const isText = ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
    return isText
      ? {
          value: toText(value),
          ...this.place(path),
        }
      : undefined;
  }

  raw(path: string): unknown {
    return valueAt(this.yaml?.data, path.split('.'));
  }

  /** Where a setting stands, or would. */
  place(path = ''): Place {
    if (!this.yaml)
      return {
        file: this.service.file,
        line: this.service.line,
      };
    return path
      ? this.yaml.place(path.split('.'))
      : {
          file: this.yaml.file,
          line: 1,
        };
  }
}

/** Variables in a configuration, where the store is told to expand them; each store does it in its own way. */
function expand(service: ComposeService, name: StoreName, content: string): string {
  if (findFlag(service, 'config.expand-env')?.value !== 'true') return content;
  const lookup = (variable: string) => service.environment.get(variable)?.value;
  if (storeOf(name).expandsWithColon) return expandColonDefaults(content, lookup);
  return interpolate(content, lookup, () => undefined);
}

/** The file that the service is started with, looked for through its mounts; else config/ beside its Compose file. */
function findFile(service: ComposeService, name: StoreName, { root, host }: FolderPlace): string | undefined {
  const named = findFlag(service, 'config.file')?.value;
  const mounted = named === undefined ? undefined : findOnHost(service.volumes, named);
  const inFolder = mounted?.startsWith(`${host}/`) ? join(root, mounted.slice(host.length + 1)) : mounted;
  if (inFolder?.startsWith(root) && existsSync(inFolder)) return inFolder;
  const own = service.file.includes('/') ? service.file.split('/').slice(0, -1).join('/') : name;
  const folder = join(root, own);
  const candidates = [join(folder, 'config'), folder, join(root, name, 'config')].flatMap(listFiles);
  const isConfiguration = new RegExp(`(^|/)${name}[\\w.-]*\\.ya?ml$`);
  return candidates.find((file) => isConfiguration.test(file) && !/compose/.test(file));
}

const listFiles = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory).map((entry) => join(directory, entry)) : [];
