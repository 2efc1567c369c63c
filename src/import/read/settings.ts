import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expandLikeMimir, interpolate } from './interpolate';
import type { Found, Place, Problem } from '../problem';
import { onHost, text, type Service } from './service';
import { at, YamlFile } from './yaml-file';

/** `-name=value`, `--name=value`, `-name value` of a service's command line; the last one counts. */
export function flag(service: Service, name: string): Found<string> | undefined {
  const { words } = service;
  const index = words.findLastIndex(({ value }) => new RegExp(`^--?${name.replaceAll('.', '\\.')}(=|$)`).test(value));
  const word = words[index];
  if (!word) return undefined;
  const [, given] = /=([\s\S]*)$/.exec(word.value) ?? [];
  const next = words[index + 1];
  if (given !== undefined) return { ...word, value: given };
  return next && !next.value.startsWith('-') ? next : { ...word, value: 'true' };
}

/** Flags that are not called as their path in the file. Source: the components' references of configuration parameters. */
const FLAGS: Record<string, string> = {
  'ingester.ring.kvstore.store': 'ingester.ring.store',
  'ingester.lifecycler.ring.kvstore.store': 'ring.store',
  'common.ring.kvstore.store': 'common.storage.ring.store',
  'ingester.lifecycler.ring.replication_factor': 'distributor.replication-factor',
  'limits.compactor_blocks_retention_period': 'compactor.blocks-retention-period',
  'limits.max_global_series_per_user': 'ingester.max-global-series-per-user',
  'limits_config.retention_period': 'store.retention',
  'compactor.retention_enabled': 'compactor.retention-enabled',
  no_auth_tenant: 'auth.no-auth-tenant',
};

/** A component's settings: its configuration file, and its command line, which overrules it. */
export class Settings {
  private constructor(
    readonly service: Service,
    readonly yaml: YamlFile | undefined,
  ) {}

  /**
   * Finds and reads the configuration of a Mimir, Loki, Tempo or Pyroscope.
   * @param host where the folder lies on the host: its absolute mounts are looked for here
   */
  static of(service: Service, component: string, root: string, host: string, problems: Problem[]): Settings {
    const named = flag(service, 'config.file');
    const file = configFile(service, component, root, host, named?.value);
    if (!file) return new Settings(service, undefined);
    const raw = readFileSync(file, 'utf8');
    const lookup = (name: string) => service.environment.get(name)?.value;
    const expanded =
      flag(service, 'config.expand-env')?.value !== 'true'
        ? raw
        : component === 'mimir'
          ? expandLikeMimir(raw, lookup)
          : interpolate(raw, lookup, () => undefined);
    return new Settings(service, YamlFile.parse(expanded, relative(root, file), problems));
  }

  /** A value as text, from the flag of that name or the path in the file; an empty one counts as none. */
  get(path: string, flagName = FLAGS[path] ?? path.replaceAll('_', '-')): Found<string> | undefined {
    const byFlag = flag(this.service, flagName);
    if (byFlag) return byFlag;
    const value = this.raw(path);
    return value === undefined || value === null || value === '' || typeof value === 'object'
      ? undefined
      : { value: text(value), ...this.place(path) };
  }

  raw(path: string): unknown {
    return at(this.yaml?.data, path.split('.'));
  }

  /** Where it stands, or would. */
  place(path = ''): Place {
    return this.yaml && path
      ? this.yaml.place(path.split('.'))
      : this.yaml
        ? { file: this.yaml.file, line: 1 }
        : { file: this.service.file, line: this.service.line };
  }
}

/** The file that the service is started with, looked for through its mounts; else config/ beside its Compose file. */
function configFile(
  service: Service,
  component: string,
  root: string,
  host: string,
  named: string | undefined,
): string | undefined {
  const mounted = named && onHost(service, named);
  const inFolder = mounted?.startsWith(`${host}/`) ? join(root, mounted.slice(host.length + 1)) : mounted;
  if (inFolder && inFolder.startsWith(root) && existsSync(inFolder)) return inFolder;
  const folder = join(root, service.file.includes('/') ? service.file.split('/').slice(0, -1).join('/') : component);
  const candidates = [join(folder, 'config'), folder, join(root, component, 'config')].flatMap((directory) =>
    existsSync(directory) ? readdirSync(directory).map((entry) => join(directory, entry)) : [],
  );
  return candidates.find(
    (file) => new RegExp(`(^|/)${component}[\\w.-]*\\.ya?ml$`).test(file) && !/compose/.test(file),
  );
}
