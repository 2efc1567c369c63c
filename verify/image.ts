import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOf, programOf } from '../lab/bases';
import { DOCKERFILES, type Service } from '../lab/services';

/** Files of a build context, and where an image has them. */
interface Copy {
  sources: string[];
  to: string;
}

/** What a Dockerfile of this repository says of its image. */
export interface ImageFile {
  service: Service;
  /** the build context */
  folder: string;
  /** of the vendor's image that it builds on */
  version: string;
  environment: Record<string, string>;
  ports: number[];
  copies: Copy[];
  /** entrypoint and command */
  words: string[];
  /** absolute paths that its scripts and its configuration name */
  paths: string[];
}

/** Reads `dockerfiles/<service>/Dockerfile`. */
export function readImageFile(service: Service): ImageFile {
  const folder = join(DOCKERFILES, service);
  const text = readFileSync(join(folder, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
  const linesOf = (instruction: string) =>
    [...text.matchAll(new RegExp(`^${instruction} +(.*)$`, 'gm'))].map(([, rest]) => rest!.trim());
  const copies = linesOf('COPY').map(splitWords);
  const [version] = linesOf('ARG').flatMap((line) => /^VERSION=(.*)$/.exec(line)?.[1] ?? []);
  return {
    service,
    folder,
    version: version!,
    environment: Object.fromEntries(linesOf('ENV').flatMap(readPairs)),
    ports: linesOf('EXPOSE').flatMap((line) => line.split(' ').map(Number)),
    copies: copies.filter((words) => !words.some(isOption)).map(readCopy),
    words: [...linesOf('ENTRYPOINT'), ...linesOf('CMD')].flatMap((line) => JSON.parse(line) as string[]),
    paths: [programOf(service), ...foldersOf(service), ...copies.flatMap(listTargets)],
  };
}

const splitWords = (line: string): string[] => line.split(/\s+/);
const isOption = (word: string): boolean => word.startsWith('--');
const isFolder = (path: string): boolean => path.endsWith('/');

function readPairs(line: string): [name: string, value: string][] {
  return [...line.matchAll(/([A-Z_]+)=(\S*)/g)].map(([, name, value]) => [name!, value!]);
}

function readCopy(words: string[]): Copy {
  return {
    sources: words.slice(0, -1),
    to: words.at(-1)!,
  };
}

/** Files that are copied into a folder each have a path of their own; a folder's content has the folder's. */
function listTargets(words: string[]): string[] {
  const { sources, to } = readCopy(words.filter((word) => !isOption(word)));
  if (!isFolder(to)) return [to];
  return sources.map((source) => (isFolder(source) ? to.slice(0, -1) : `${to}${source}`));
}
