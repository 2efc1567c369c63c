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
  const linesOf = (instruction: string) => findLines(text, instruction);
  const copies = linesOf('COPY').map(splitWords);
  const ours = copies.filter((words) => !words.some(isOption));
  const readAll = (instruction: string) => Object.fromEntries(linesOf(instruction).flatMap(readPairs));
  const { VERSION } = readAll('ARG');
  const start = [...linesOf('ENTRYPOINT'), ...linesOf('CMD')];
  return {
    service,
    folder,
    version: VERSION!,
    environment: readAll('ENV'),
    ports: linesOf('EXPOSE').flatMap(splitWords).map(Number),
    copies: ours.map(readCopy),
    words: start.flatMap((line) => JSON.parse(line) as string[]),
    paths: [programOf(service), ...foldersOf(service), ...copies.flatMap(listTargets)],
  };
}

/** What follows an instruction, each time that it comes. */
function findLines(text: string, instruction: string): string[] {
  const pattern = new RegExp(`^${instruction} +(.*)$`, 'gm');
  const found = [...text.matchAll(pattern)];
  return found.map(([, rest]) => rest!.trim());
}

const splitWords = (line: string): string[] => line.split(/\s+/);
const isOption = (word: string): boolean => word.startsWith('--');
const isFolder = (path: string): boolean => path.endsWith('/');

function readPairs(line: string): [name: string, value: string][] {
  const found = [...line.matchAll(/([A-Z_]+)=(\S*)/g)];
  return found.map(([, name, value]) => [name!, value!]);
}

function readCopy(words: string[]): Copy {
  return {
    sources: words.slice(0, -1),
    to: words.at(-1)!,
  };
}

/** Files that are copied into a folder each have a path of their own; a folder's content has the folder's. */
function listTargets(words: string[]): string[] {
  const paths = words.filter((word) => !isOption(word));
  const { sources, to } = readCopy(paths);
  if (!isFolder(to)) return [to];
  const targetOf = (source: string) => (isFolder(source) ? to.slice(0, -1) : `${to}${source}`);
  return sources.map(targetOf);
}
