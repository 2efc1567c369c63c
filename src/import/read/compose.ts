import { basename, dirname, join, resolve } from 'node:path';
import type { Place, Sourced } from '../place';
import { ComposeFiles, type ComposeFile, type Notes, type Reference } from './compose-file';
import { ServiceReader } from './service-reader';
import { listFiles, nameFile } from './folder';
import { overlayService } from './overlay';
import type { ComposeService } from './service';
import { composeFileIsAbsent } from './texts';
import { toList, toMapping, toText, valueAt } from './yaml-value';

/** All Compose files of a folder, taken together. */
export interface Compose extends Notes {
  services: ComposeService[];
  /** the Compose files, relative to the folder, those that others include too */
  files: string[];
  /** `version:` keys, which Compose 2 ignores */
  versions: Sourced<string>[];
}

/** compose.yaml, docker-compose.prod.yml, mimir_docker-compose.yaml … */
const COMPOSE_FILE = /(^|[._-])(docker-)?compose([._-][\w.-]*)?\.ya?ml$/i;
const OVERRIDE = /\.override(\.ya?ml)$/i;
/** folders that Compose files are looked for in, one in the other */
const DEPTH = 3;

/**
 * Reads every Compose file of a folder: `include`, `extends`, override files, env files, anchors and merge keys.
 * Variables come from the folder's env files only: this machine's environment is not the host's.
 */
export function readCompose(root: string): Compose {
  const files = findComposeFiles(root);
  const reader = new ComposeReader(root);
  for (const file of files) {
    const path = join(root, file);
    reader.readProject(path);
  }
  const compose = reader.finish();
  if (files.length === 0) {
    const place = {
      file: basename(root),
      line: 1,
    };
    compose.problems.push({
      ...place,
      message: composeFileIsAbsent(),
    });
  }
  return compose;
}

/** Relative to the root, the ones nearest to it first, and each override file after what it overrides. */
function findComposeFiles(root: string): string[] {
  const files = listFiles(root).filter((file) => {
    const name = basename(file);
    return COMPOSE_FILE.test(name) && countDepth(file) <= DEPTH;
  });
  files.sort(compareDepth);
  const plain = files.filter((file) => !isOverride(file));
  const overrides = files.filter(isOverride);
  return [...plain, ...overrides];
}

function compareDepth(a: string, b: string): number {
  const difference = countDepth(a) - countDepth(b);
  return difference || a.localeCompare(b);
}

function countDepth(file: string): number {
  return file.split('/').length;
}

function isOverride(file: string): boolean {
  return OVERRIDE.test(file);
}

class ComposeReader {
  private readonly compose: Compose = {
    services: [],
    files: [],
    problems: [],
    unset: [],
    versions: [],
  };
  private readonly files: ComposeFiles;
  private readonly services: ServiceReader;
  private readonly taken = new Set<string>();

  constructor(private readonly root: string) {
    const { compose } = this;
    this.files = new ComposeFiles(root, compose);
    this.services = new ServiceReader(root, this.files, compose.problems);
  }

  /** Reads a Compose file and those that it includes, each once. */
  readProject(path: string, reference?: Reference): void {
    if (this.taken.has(path)) return;
    this.taken.add(path);
    const file = this.files.load(path, reference);
    if (!file) return;
    this.compose.files.push(file.yaml.file);
    this.noteVersion(file);
    this.readIncludes(file);
    this.readServices(file, path);
  }

  /** What was read, without services that only serve as a base of others. */
  finish(): Compose {
    const { compose } = this;
    const services = compose.services.filter((service) => {
      return !this.services.isBase(service);
    });
    return {
      ...compose,
      services,
    };
  }

  private noteVersion({ yaml }: ComposeFile): void {
    const version = valueAt(yaml.data, ['version']);
    if (version === undefined) return;
    this.compose.versions.push({
      value: toText(version),
      ...yaml.place(['version']),
    });
  }

  private readIncludes(file: ComposeFile): void {
    const { yaml } = file;
    const entries = toList(valueAt(yaml.data, ['include']));
    for (const [index, entry] of entries.entries()) {
      const place = yaml.place(['include', index]);
      this.readInclude(file, entry, place);
    }
  }

  /** One entry of `include:`: a path, or a mapping with one or several. */
  private readInclude(file: ComposeFile, entry: unknown, place: Place): void {
    const { directory, variables } = file;
    const { path, project_directory: project } = toMapping(entry);
    const paths = typeof entry === 'string' ? [entry] : toList(path);
    for (const relative of paths) {
      const included = resolve(directory, toText(relative));
      const folder = toText(project) || dirname(included);
      this.readProject(included, {
        place,
        variables,
        directory: resolve(directory, folder),
      });
    }
  }

  private readServices(file: ComposeFile, path: string): void {
    const given = valueAt(file.yaml.data, ['services']);
    const names = Object.keys(toMapping(given));
    const services = names.map((name) => this.services.read(file, name));
    if (isOverride(path)) this.override(path, services);
    else this.compose.services.push(...services);
  }

  /** Lays services over those of the file that this one overrides; what is new in it is added. */
  private override(path: string, services: ComposeService[]): void {
    const { services: all } = this.compose;
    const overridden = path.replace(OVERRIDE, '$1');
    const file = nameFile(this.root, overridden);
    for (const over of services) {
      const index = all.findIndex((base) => {
        return base.name === over.name && base.file === file;
      });
      const base = all[index];
      if (base) all[index] = overlayService(base, over);
      else all.push(over);
    }
  }
}
