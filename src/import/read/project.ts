import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isComponent } from '../../plan/components';
import { lookUp, type Variables } from './env-file';
import { listFiles } from './folder';

/** What somebody says is read, where it is not what `docker compose` takes by itself in the folder. */
export interface Selection {
  /** Compose files of one project, each laid over those before it; relative to the folder */
  composeFiles?: string[] | undefined;
  /** take the place of `.env`; relative to the folder */
  envFiles?: string[] | undefined;
  /** active beside those of COMPOSE_PROFILES; `*` is all */
  profiles?: string[] | undefined;
}

/** The Compose files of one project, as paths: each is laid over those before it. */
export type ProjectFiles = string[];

/** Source: compose-go cli/options.go, DefaultFileNames and DefaultOverrideFileNames: the first that is there counts. */
const DEFAULT_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const DEFAULT_OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** compose.yaml, docker-compose.prod.yml, mimir_docker-compose.yaml … */
const COMPOSE_FILE = /(^|[._-])(docker-)?compose([._-][\w.-]*)?\.ya?ml$/i;
/** mimir_docker-compose.yaml: the plan document's name of a component's file */
const OWN_FILE = /^[\w-]+?[._-](docker-)?compose\.ya?ml$/i;
/** docker-compose.mimir.yaml */
const SUFFIXED_FILE = /^(?:docker-)?compose[._-](?<name>[\w-]+)\.ya?ml$/i;
/** folders that Compose files are looked for in, one in the other */
const DEPTH = 3;

/** Whether a file is one of Compose by its name. */
export function isComposeName(file: string): boolean {
  return COMPOSE_FILE.test(basename(file));
}

/** Every Compose file of a folder by its name, relative to it, the ones nearest to it first. */
export function listComposeFiles(root: string): string[] {
  const files = listFiles(root).filter((file) => isComposeName(file) && countDepth(file) <= DEPTH);
  return files.sort(compareDepth);
}

function compareDepth(a: string, b: string): number {
  const difference = countDepth(a) - countDepth(b);
  return difference || a.localeCompare(b);
}

function countDepth(file: string): number {
  return file.split('/').length;
}

/**
 * The projects of a folder: the one that somebody names, or COMPOSE_FILE, or that has a default's name at the top;
 * else, as in the plan document, one of each component.
 * Source: Docker's docs, "Configure pre-defined environment variables in Docker Compose", COMPOSE_FILE.
 */
export function findProjects(root: string, variables: Variables, selection: Selection): ProjectFiles[] {
  const named = selection.composeFiles ?? listNamedFiles(variables);
  if (named.length > 0) return [named.map((file) => resolve(root, file))];
  const top = findDefault(root);
  return top ? [top] : findComponentProjects(root);
}

/**
 * What `docker compose` has to be told of these projects: files that it does not find by itself, with `:` between those
 * of one project, or the folder in which it does.
 * @returns undefined where it finds the only one at the top
 */
export function nameProjects(root: string, projects: ProjectFiles[]): string[] | undefined {
  const names = projects.map((files) => {
    const isFound = DEFAULT_NAMES.includes(basename(files[0]!));
    const paths = isFound ? [dirname(files[0]!)] : files;
    return paths.map((path) => relative(root, path)).join(':');
  });
  return names.length === 0 || names.includes('') ? undefined : names;
}

function listNamedFiles(variables: Variables): string[] {
  const find = lookUp(variables);
  const separator = find('COMPOSE_PATH_SEPARATOR') || ':';
  const files = find('COMPOSE_FILE') ?? '';
  return files.split(separator).filter((file) => file !== '');
}

/** @returns undefined for a directory in which `docker compose` finds nothing */
function findDefault(directory: string): ProjectFiles | undefined {
  const file = findFirst(directory, DEFAULT_NAMES);
  if (!file) return undefined;
  const override = findFirst(directory, DEFAULT_OVERRIDES);
  return override ? [file, override] : [file];
}

function findFirst(directory: string, names: string[]): string | undefined {
  const paths = names.map((name) => join(directory, name));
  return paths.find((path) => existsSync(path));
}

function findComponentProjects(root: string): ProjectFiles[] {
  const files = listComposeFiles(root);
  const directories = files.map((file) => dirname(join(root, file)));
  return [...new Set(directories)].flatMap((directory) => {
    const project = findDefault(directory);
    if (project) return [project];
    const own = files.filter((file) => dirname(join(root, file)) === directory && isOwnFile(basename(file)));
    return own.map((file) => [join(root, file)]);
  });
}

function isOwnFile(name: string): boolean {
  const suffix = SUFFIXED_FILE.exec(name)?.groups?.['name'];
  return suffix === undefined ? OWN_FILE.test(name) : isComponent(suffix);
}
