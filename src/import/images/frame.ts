import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findContext, SHIPPED_CONTEXT } from '../../activities/images/context';
import type { StoreName } from '../../stores';
import type { CarriedFile } from './files';

/** A file of an image's folder. */
export interface ImageFile {
  /** relative to the folder */
  path: string;
  content: string;
}

const OWNER = '10001:10001';
const EMPTY = '/image/empty';

/** What is put into the frame. */
interface FrameContent {
  name: StoreName;
  version: string | undefined;
  /** the file that it is made from, relative to the imported folder */
  source: string;
  configuration: string;
  flags: string[];
  switches: string[];
  carried: CarriedFile[];
  folders: string[];
  directory: string;
}

/** The files of the shipped image of a component, as they are. */
export function readShipped(name: string): ImageFile[] {
  const own = join(findContext('dockerfiles'), name);
  const folder = existsSync(own) ? own : join(SHIPPED_CONTEXT, name);
  const entries = readdirSync(folder, {
    recursive: true,
    encoding: 'utf8',
    withFileTypes: true,
  });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort().map((file) => ({
    path: file.slice(folder.length + 1),
    content: readFileSync(file, 'utf8'),
  }));
}

/** The shipped image's frame around a configuration of somebody's own. */
export function frameImage(content: FrameContent): ImageFile[] {
  const { name, configuration, switches, carried } = content;
  const shipped = readShipped(name);
  const replaced: Record<string, string> = {
    Dockerfile: writeDockerfile(shipped.find(({ path }) => path === 'Dockerfile')!.content, content),
    [`${name}.yaml`]: configuration,
    'switches.sh': ['# Its own part of the entrypoint.', ...switches, ''].join('\n'),
  };
  const files = shipped.map((file) => ({
    ...file,
    content: replaced[file.path] ?? file.content,
  }));
  const along = carried.map((file) => ({
    path: join('files', file.target),
    content: file.content,
  }));
  return [...files, ...along];
}

/** The shipped Dockerfile with the folders and files that a configuration names, its version and its flags. */
function writeDockerfile(shipped: string, content: FrameContent): string {
  const { name, version, source, flags, directory } = content;
  const lines = shipped.trimEnd().split('\n').slice(1);
  const edited = lines.flatMap((line) => {
    if (line.startsWith('ARG VERSION=') && version) return [`ARG VERSION=${version}`];
    if (line.startsWith('FROM ') && line.endsWith(' AS busybox')) return [line, `RUN mkdir -p ${EMPTY}`];
    if (line.startsWith(`COPY ${name}.yaml `)) return [line, ...copyFolders(content), ...copyFiles(content)];
    if (line.startsWith('USER ')) return ['# what relative paths start from', `WORKDIR ${directory}`, line];
    if (line.startsWith('CMD ')) return [writeCommand(line, flags)];
    return [line];
  });
  const heading = `# Written by lgtm-migrate import from ${source}, in the frame of dockerfiles/${name}: docs/images.md`;
  return [heading, ...edited, ''].join('\n');
}

function copyFolders({ folders }: FrameContent): string[] {
  return folders.map((folder) => `COPY --from=busybox --chown=${OWNER} ["${EMPTY}", "${folder}"]`);
}

function copyFiles({ carried }: FrameContent): string[] {
  return carried.map(({ target }) => `COPY ["${join('files', target)}", "${target}"]`);
}

/** The flags come behind those by which the frame starts it. */
function writeCommand(line: string, flags: string[]): string {
  const own = JSON.parse(line.slice('CMD '.length)) as string[];
  const words = [...own, ...flags].map((word) => JSON.stringify(word));
  return `CMD [${words.join(', ')}]`;
}
