import { basename, dirname, join, resolve } from 'node:path';
import type { Place, Sourced } from '../place';
import type { Problem } from '../problem';
import { ComposeFiles, type ComposeFile, type Notes, type Reference } from './compose-file';
import { ServiceReader } from './extends';
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

const COMPOSE_FILE = /(^|[._-])(docker-)?compose([._-][\w.-]*)?\.ya?ml$/i;
const OVERRIDE = /\.override(\.ya?ml)$/i;
const DEPTH = 3;

/**
 * Reads every Compose file of a folder: `include`, `extends`, override files, env files, anchors and merge keys.
 * Variables come from the folder's env files only: this machine's environment is not the host's.
 */
export function readCompose(root: string): Compose {
  const files = findComposeFiles(root);
  const reader = new ComposeReader(root);
  if (files.length === 0) reader.complain({ file: basename(root), line: 1, message: composeFileIsAbsent() });
  // an override file comes after what it overrides
  const plain = files.filter((file) => !isOverride(file));
  const overrides = files.filter(isOverride);
  for (const file of [...plain, ...overrides]) reader.readProject(join(root, file));
  return reader.finish();
}

/** Compose files down to three folders deep, relative to the root, the ones nearest to it first. */
function findComposeFiles(root: string): string[] {
  const files = listFiles(root).filter((file) => COMPOSE_FILE.test(basename(file)));
  const near = files.filter((file) => countDepth(file) <= DEPTH);
  return near.sort((a, b) => countDepth(a) - countDepth(b) || a.localeCompare(b));
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
    this.files = new ComposeFiles(root, this.compose);
    this.services = new ServiceReader(root, this.files, this.compose.problems);
  }

  complain(problem: Problem): void {
    this.compose.problems.push(problem);
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
    const names = Object.keys(toMapping(valueAt(file.yaml.data, ['services'])));
    const services = names.map((name) => this.services.read(file, name));
    if (isOverride(path)) this.override(path, services);
    else this.compose.services.push(...services);
  }

  /** What was read, without services that only serve as a base of others. */
  finish(): Compose {
    const services = this.compose.services.filter((service) => !this.services.isBase(service));
    return { ...this.compose, services };
  }

  private noteVersion({ yaml }: ComposeFile): void {
    const version = valueAt(yaml.data, ['version']);
    if (version === undefined) return;
    const place = yaml.place(['version']);
    this.compose.versions.push({ value: toText(version), ...place });
  }

  private readIncludes({ yaml, directory, variables }: ComposeFile): void {
    const entries = toList(valueAt(yaml.data, ['include']));
    for (const [index, entry] of entries.entries()) {
      const place: Place = yaml.place(['include', index]);
      const { path, project_directory: own } = toMapping(entry);
      const paths = typeof entry === 'string' ? [entry] : toList(path);
      for (const included of paths.map((each) => resolve(directory, toText(each)))) {
        const folder = own === undefined ? dirname(included) : resolve(directory, toText(own));
        this.readProject(included, { place, variables, directory: folder });
      }
    }
  }

  /** Lays services over those of the file that this one overrides; what is new in it is added. */
  private override(path: string, services: ComposeService[]): void {
    const file = nameFile(this.root, path.replace(OVERRIDE, '$1'));
    for (const over of services) {
      const index = this.compose.services.findIndex((base) => base.name === over.name && base.file === file);
      const base = this.compose.services[index];
      if (base) this.compose.services[index] = overlayService(base, over);
      else this.compose.services.push(over);
    }
  }
}
