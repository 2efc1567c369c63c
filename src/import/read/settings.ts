import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { storeOf, type StoreName } from '../../stores';
import type { Settings } from '../../stores/settings';
import type { Place, Sourced } from '../place';
import type { Problem } from '../problem';
import { isGiven, readContainerFile, type ContainerFile, type FolderPlace } from './container-file';
import { expandColonDefaults, interpolate } from './interpolate';
import type { ComposeService } from './service';
import { readTextFile } from './text-file';
import { YamlFile } from './yaml-file';
import { toText, valueAt } from './yaml-value';

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
    /** what holds without a file: nothing, or what its image brings; absent where a file is named and not found */
    private readonly shipped?: Record<string, unknown>,
    /** the file as it is written, before any variable is expanded; absent where there is none */
    readonly source?: string,
  ) {}

  /** Whether a configuration is named that is not in the folder: nobody knows what it says. */
  get isUnknown(): boolean {
    return !this.yaml && !this.shipped;
  }

  /** Finds and reads the configuration of a store. */
  static read(service: ComposeService, name: StoreName, folder: FolderPlace, problems: Problem[]): StoreSettings {
    const { flags } = storeOf(name);
    const file = findFile(service, name, folder);
    if (file === undefined) return new StoreSettings(service, flags, undefined, findShipped(service, name));
    const content = expand(service, name, file.text);
    return new StoreSettings(service, flags, YamlFile.parse(content, file.name, problems), undefined, file.text);
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
    return valueAt(this.yaml?.data ?? this.shipped, path.split('.'));
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

/** The file that the service is started with; else config/ beside its Compose file, where one is named at all. */
function findFile(service: ComposeService, name: StoreName, folder: FolderPlace): ContainerFile | undefined {
  const named = findFlag(service, 'config.file')?.value;
  const given = named === undefined ? undefined : readContainerFile(service, named, folder);
  if (given) return given;
  const isShipped = findShipped(service, name) !== undefined;
  return isShipped ? undefined : findByName(service, name, folder.root);
}

/** @returns undefined where a file is named that is not the image's own */
function findShipped(service: ComposeService, name: StoreName): Record<string, unknown> | undefined {
  const named = findFlag(service, 'config.file')?.value;
  if (named === undefined) return {};
  const { shipped } = storeOf(name);
  const isOwn = named === shipped?.path && !isGiven(service, named);
  return isOwn ? shipped?.settings : undefined;
}

function findByName({ file }: ComposeService, name: StoreName, root: string): ContainerFile | undefined {
  const own = file.includes('/') ? file.split('/').slice(0, -1).join('/') : name;
  const folder = join(root, own);
  const candidates = [join(folder, 'config'), folder, join(root, name, 'config')].flatMap(listFiles);
  const isConfiguration = new RegExp(`(^|/)${name}[\\w.-]*\\.ya?ml$`);
  const path = candidates.find((candidate) => isConfiguration.test(candidate) && !/compose/.test(candidate));
  const text = path === undefined ? undefined : readTextFile(path);
  if (path === undefined || text === undefined) return undefined;
  return {
    name: relative(root, path),
    text,
  };
}

const listFiles = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory).map((entry) => join(directory, entry)) : [];
