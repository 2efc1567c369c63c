import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import type { Sourced } from '../place';
import type { FolderPlace } from './container-file';
import type { ComposeService } from './service';
import { readTextFile } from './text-file';
import { findInFolder } from './volumes';
import { YamlFile } from './yaml-file';
import { YamlSection } from './yaml-section';
import { toList } from './yaml-value';

/** Source: Grafana's docs, "Configure a Grafana Docker image", default paths. */
const DEFAULT_PATH = '/etc/grafana/provisioning';

/**
 * The providers of dashboards that Grafana's provisioning names, as far as it is in the folder; one may have no name.
 * Source: pkg/services/provisioning/dashboards/config_reader.go and types.go.
 */
export function readProviders(service: ComposeService, place: FolderPlace): Sourced<string>[] {
  const path = service.environment.get('GF_PATHS_PROVISIONING')?.value || DEFAULT_PATH;
  const directory = findInFolder(service.volumes, `${path}/dashboards`, place.root, place.host);
  return listYaml(directory).flatMap((file) => readFile(file, place.root));
}

/** A file may be mounted in the place of the directory's own. */
function listYaml(directory: string | undefined): string[] {
  if (!directory || !existsSync(directory) || !statSync(directory).isDirectory()) return [];
  const files = readdirSync(directory).filter((name) => ['.yaml', '.yml'].includes(extname(name)));
  return files.sort().map((name) => join(directory, name));
}

function readFile(path: string, root: string): Sourced<string>[] {
  const text = readTextFile(path);
  // a file that is no YAML has none: Grafana itself does not start with it
  const yaml = text === undefined ? undefined : YamlFile.parse(text, relative(root, path), []);
  if (!yaml) return [];
  const section = new YamlSection(yaml, ['providers']);
  return toList(section.get()).map((_, index) => ({
    value: section.readText(index, 'name')?.value ?? '',
    ...section.place(index),
  }));
}
