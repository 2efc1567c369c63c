import { ApplicationFailure } from '@temporalio/activity';
import type { HostStack } from '../../contract/hosts';
import type { ComposePlace } from '../../plan/compose-place';
import type { Deps } from '../clients';
import { asWord } from '../curl';
import type { ScriptResult } from './script-result';
import { runScript } from './ssm';
import { sayCommandFailed, sayContainersUnreadable } from './texts';

/** Characters of an output that a complaint quotes. */
const QUOTED = 80;
/** What is no file is a folder in which Compose finds one. */
const FILE = /\.ya?ml$/;
const DEFAULT_PURPOSE = 'docker compose ps';

/** One container as `docker compose ps --format json` prints it. */
export interface Container {
  /** of the container, as docker inspect takes it */
  Name?: string;
  Service: string;
  State: string;
  Health?: string;
  Image?: string;
  /** null of a container without ports */
  Publishers?: Publisher[] | null;
  /** it is in the host's own network: what it listens at stands for what it publishes; not of Compose */
  isOnHost?: boolean;
}

/** A port of a container; PublishedPort 0: only other containers reach it. */
export interface Publisher {
  URL?: string;
  TargetPort?: number;
  PublishedPort: number;
  Protocol: string;
}

export interface ContainerRequest {
  /** stands in the command's comment: two of one purpose at one time are one command */
  purpose?: string;
  /** those that have ended too */
  all?: boolean;
  timeoutSeconds?: number;
}

/** The containers of a stack, or how Docker Compose failed to list them. */
export type ContainerListing =
  { containers: Container[]; failure?: undefined } | { containers?: undefined; failure: ScriptResult };

/** The beginnings of commands for a stack: one for each of its projects. */
export function listProjects({ composeDirectory, composeFiles }: ComposePlace): string[] {
  if (!composeFiles) return [`docker compose --project-directory ${asWord(composeDirectory)}`];
  return composeFiles.map((project) => {
    const option = FILE.test(project) ? '-f' : '--project-directory';
    const paths = project.split(':').map((path) => asWord(`${composeDirectory}/${path}`));
    return ['docker compose', ...paths.map((path) => `${option} ${path}`)].join(' ');
  });
}

/** A command for each project of a stack; the first that fails ends it. */
export function compose(place: ComposePlace, words: string): string {
  return listProjects(place)
    .map((project) => `${project} ${words}`)
    .join(' && ');
}

/**
 * Asks Docker Compose for a stack's containers, where a directory without a stack is an
 * answer too.
 */
export async function tryListContainers(
  deps: Deps,
  stack: HostStack,
  { purpose = DEFAULT_PURPOSE, all = false, timeoutSeconds }: ContainerRequest = {},
): Promise<ContainerListing> {
  const script = compose(stack, `ps ${all ? '--all ' : ''}--format json`);
  const result = await runScript(deps, stack.instanceId, purpose, script, timeoutSeconds);
  return result.code === 0 ? { containers: containersOf(result.output) } : { failure: result };
}

/**
 * Asks Docker Compose on a host for a stack's running containers, or with `all` for all of
 * them.
 * @throws ApplicationFailure of type CommandFailed, retryable, with what Docker said
 */
export async function listContainers(
  deps: Deps,
  stack: HostStack,
  request: ContainerRequest = {},
): Promise<Container[]> {
  const { containers, failure } = await tryListContainers(deps, stack, request);
  if (containers) return containers;
  const message = sayCommandFailed(request.purpose ?? DEFAULT_PURPOSE, stack.instanceId, failure);
  throw ApplicationFailure.retryable(message, 'CommandFailed');
}

/**
 * Compose 2.21 prints a line per container, older ones an array for each project, which may have several lines.
 * @throws ApplicationFailure of type ContainersUnreadable, retryable, that quotes what is none
 */
export function containersOf(output: string): Container[] {
  const text = output.trim();
  if (text === '') return [];
  const isOlder = text.startsWith('[');
  const documents = isOlder ? text.split(/^(?=\[)/m) : text.split('\n').filter(Boolean);
  return documents.flatMap(parseJson).map(requireContainer);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(text);
  }
}

function requireContainer(entry: unknown): Container {
  const { Service, State } = (entry ?? {}) as Partial<Container>;
  if (typeof Service !== 'string' || typeof State !== 'string') throw unreadable(JSON.stringify(entry));
  return entry as Container;
}

/** SSM may have cut it. */
function unreadable(text: string): ApplicationFailure {
  return ApplicationFailure.retryable(sayContainersUnreadable(text.slice(0, QUOTED)), 'ContainersUnreadable');
}

/** The ports that are reached from outside the host's Docker network. */
export function publishedPorts({ Publishers }: Container): Publisher[] {
  return (Publishers ?? []).filter(({ PublishedPort }) => PublishedPort > 0);
}
