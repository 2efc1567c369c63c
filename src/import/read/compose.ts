import { basename, dirname, join, resolve } from 'node:path';
import type { Place, Sourced } from '../place';
import { ComposeFiles, type ComposeFile, type Notes, type Reference } from './compose-file';
import { lookUp, readEnvFile, type Variables } from './env-file';
import { nameFile } from './folder';
import { overlayService } from './overlay';
import { findProjects, listComposeFiles, nameProjects, type ProjectFiles, type Selection } from './project';
import type { ComposeService } from './service';
import { ServiceReader } from './service-reader';
import { composeFileIsAbsent, envFileIsAbsent } from './texts';
import { toList, toMapping, toText, valueAt } from './yaml-value';

/** What Compose runs of a folder. */
export interface Compose extends Notes {
  services: ComposeService[];
  /** services of profiles that are not active */
  inactive: ComposeService[];
  /** where the folder is no project itself, its projects as `docker compose` is told of them, relative to it */
  projects?: string[];
  /** the Compose files, relative to the folder, those that others include too */
  files: string[];
  /** Compose files that are there and not read */
  unread: string[];
  /** `version:` keys, which Compose 2 ignores */
  versions: Sourced<string>[];
}

/**
 * Reads what `docker compose` would take of a folder: its project with overrides, `include`, `extends`, env files,
 * profiles, anchors and merge keys; without a project at the top, one of each component.
 * Variables come from the folder's env files only: this machine's environment is not the host's.
 */
export function readCompose(root: string, selection: Selection = {}): Compose {
  const notes: Notes = {
    problems: [],
    unset: [],
  };
  const environment = readOuterEnvironment(root, selection, notes);
  const projects = findProjects(root, environment, selection);
  const outer = selection.envFiles && environment;
  const reader = new ComposeReader(root, notes, outer, selection.profiles ?? []);
  for (const files of projects) reader.readProject(files);
  if (projects.length === 0) {
    notes.problems.push({
      file: basename(root),
      line: 1,
      message: composeFileIsAbsent(),
    });
  }
  const named = nameProjects(root, projects);
  return {
    ...reader.finish(),
    ...(named && { projects: named }),
  };
}

/** `.env` at the top, or the files that somebody names in its place. */
function readOuterEnvironment(root: string, { envFiles }: Selection, { problems }: Notes): Variables {
  const variables: Variables = new Map();
  for (const name of envFiles ?? ['.env']) {
    const path = resolve(root, name);
    const file = nameFile(root, path);
    // what is wrong in .env is told where its project is read
    const complaints = envFiles ? problems : [];
    const own = readEnvFile(path, file, lookUp(variables), complaints);
    for (const [variable, value] of own ?? []) variables.set(variable, value);
    if (own || !envFiles) continue;
    problems.push({
      file,
      line: 1,
      message: envFileIsAbsent(name),
    });
  }
  return variables;
}

class ComposeReader {
  private readonly services: ComposeService[] = [];
  private readonly inactive: ComposeService[] = [];
  private readonly names: string[] = [];
  private readonly versions: Sourced<string>[] = [];
  private readonly files: ComposeFiles;
  private readonly reader: ServiceReader;
  private readonly taken = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly notes: Notes,
    environment: Variables | undefined,
    private readonly profiles: string[],
  ) {
    this.files = new ComposeFiles(root, notes, environment);
    this.reader = new ServiceReader(root, this.files, notes.problems);
  }

  /** Reads the Compose files of a project, each laid over those before it, and what they include, each once. */
  readProject(paths: ProjectFiles, reference?: Reference): void {
    const project = this.load(paths, reference);
    for (const file of project) this.readIncludes(file);
    const services = this.readServices(project);
    const [first] = project;
    const active = first ? this.listProfiles(first) : [];
    for (const service of services) {
      const runs = isActive(service, active);
      (runs ? this.services : this.inactive).push(service);
    }
  }

  /** What was read, without services that only serve as a base of others. */
  finish(): Compose {
    const isOwn = (service: ComposeService) => !this.reader.isBase(service);
    const unread = listComposeFiles(this.root).filter((file) => !this.files.has(join(this.root, file)));
    return {
      ...this.notes,
      services: this.services.filter(isOwn),
      inactive: this.inactive.filter(isOwn),
      files: this.names,
      unread,
      versions: this.versions,
    };
  }

  private load(paths: ProjectFiles, reference?: Reference): ComposeFile[] {
    const project: ComposeFile[] = [];
    for (const path of paths) {
      if (this.taken.has(path)) continue;
      this.taken.add(path);
      const [first] = project;
      const file = this.files.load(path, first ? layOver(first, nameFile(this.root, path)) : reference);
      if (!file) continue;
      project.push(file);
      this.names.push(file.yaml.file);
      this.noteVersion(file);
    }
    return project;
  }

  private noteVersion({ yaml }: ComposeFile): void {
    const version = valueAt(yaml.data, ['version']);
    if (version === undefined) return;
    this.versions.push({
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

  /** One entry of `include:`: a path, or a mapping with one or several, each of which is laid over those before it. */
  private readInclude(file: ComposeFile, entry: unknown, place: Place): void {
    const { directory, variables } = file;
    const { path, project_directory: project } = toMapping(entry);
    const paths = typeof entry === 'string' ? [entry] : toList(path);
    const included = paths.map((relative) => resolve(directory, toText(relative)));
    const [first] = included;
    if (first === undefined) return;
    const folder = toText(project) || dirname(first);
    this.readProject(included, {
      place,
      variables,
      directory: resolve(directory, folder),
    });
  }

  /** Services of a later file are laid over those of the same name; what is new in it is added. */
  private readServices(project: ComposeFile[]): ComposeService[] {
    const services = new Map<string, ComposeService>();
    for (const file of project) {
      const given = valueAt(file.yaml.data, ['services']);
      for (const name of Object.keys(toMapping(given))) {
        const over = this.reader.read(file, name, project);
        const base = services.get(name);
        services.set(name, base ? overlayService(base, over) : over);
      }
    }
    return [...services.values()];
  }

  /** Source: Docker's docs, "Using profiles with Compose". */
  private listProfiles({ variables }: ComposeFile): string[] {
    const listed = lookUp(variables)('COMPOSE_PROFILES') ?? '';
    const own = listed.split(',').map((profile) => profile.trim());
    return [...own, ...this.profiles];
  }
}

/** A later file of a project: its relative paths start where those of the first do, and it has the same variables. */
function layOver({ directory, variables }: ComposeFile, file: string): Reference {
  return {
    place: {
      file,
      line: 1,
    },
    directory,
    variables,
    isLaidOver: true,
  };
}

function isActive({ profiles }: ComposeService, active: string[]): boolean {
  if (profiles.length === 0 || active.includes('*')) return true;
  return profiles.some((profile) => active.includes(profile));
}
