import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import type { Fargate } from '../../stores/fargate';
import type { FolderPlace } from '../read/container-file';
import type { ComposeService } from '../read/service';
import { findInFolder } from '../read/volumes';
import type { YamlPath } from '../read/yaml-value';
import { listLeaves } from './document';
import { holdsSecret } from './secrets';

/** A file that a configuration names, and that comes along as it is. */
export interface CarriedFile {
  /** in the container, there and here */
  target: string;
  /** relative to the imported folder */
  source: string;
  content: string;
}

/** A file that a configuration names, and that its image does not have. */
export interface MissingFile {
  /** relative to the imported folder, or in the container where it is not there */
  file: string;
  /** it holds a secret; else it is not in the folder */
  isSecret: boolean;
  /** the setting that names it; none where a flag does */
  path: YamlPath;
}

/** What a configuration names of the container's files. */
interface NamedFiles {
  carried: CarriedFile[];
  missing: MissingFile[];
  /** folders that it writes to */
  folders: string[];
}

const IS_FOLDER = /(dir|directory|path|path_prefix|location)$/;
const HAS_ENDING = /\.\w{2,5}$/;
const NAMES_FILE = /[._](file|config|filename)$/;
const LONGEST_PATH = 300;

/**
 * @param data the configuration as the program reads it
 * @param flags values of flags that come along
 */
export function readNamedFiles(
  data: unknown,
  flags: string[],
  service: ComposeService,
  place: FolderPlace,
  fargate: Fargate,
): NamedFiles {
  const named = new FileFinder(service, place, fargate.folders);
  const given = flags.map((value) => ({
    path: [],
    value,
  }));
  const folders = [fargate.directory];
  for (const { path, value } of [...listLeaves(data), ...given]) {
    if (typeof value !== 'string' || value.length > LONGEST_PATH) continue;
    const found = value.split(',').map((part) => named.look(path, part.trim()));
    const isFolder = IS_FOLDER.test(path.join('.')) && value.startsWith('/') && !HAS_ENDING.test(value);
    if (isFolder && !found.includes(true)) folders.push(value);
  }
  return {
    ...named.files,
    folders: keepOutermost(folders),
  };
}

class FileFinder {
  readonly files: Omit<NamedFiles, 'folders'> = {
    carried: [],
    missing: [],
  };

  constructor(
    private readonly service: ComposeService,
    private readonly place: FolderPlace,
    /** settings whose folder comes along; any other may hold data */
    private readonly folders: string[],
  ) {}

  /** Takes a file along that is in the imported folder, or those of a folder of files; whether there was any. */
  look(path: YamlPath, value: string): boolean {
    const target = posix.resolve('/', value);
    const { root, host } = this.place;
    const source = value === '' ? undefined : findInFolder(this.service.volumes, target, root, host);
    if (!source) return false;
    if (source.startsWith(`${root}/`) && existsSync(source)) return this.takeNamed(path, source, target);
    if (NAMES_FILE.test(path.join('.')) && HAS_ENDING.test(target)) this.miss(path, target, false);
    return false;
  }

  private miss(path: YamlPath, file: string, isSecret: boolean): void {
    this.files.missing.push({
      file,
      isSecret,
      path,
    });
  }

  private takeNamed(path: YamlPath, source: string, target: string): boolean {
    const isData = statSync(source).isDirectory() && !this.folders.includes(path.join('.'));
    return !isData && this.take(path, source, target);
  }

  private take(path: YamlPath, source: string, target: string): boolean {
    if (statSync(source).isDirectory()) {
      const entries = readdirSync(source, { withFileTypes: true });
      const taken = entries.map(({ name }) => this.take(path, join(source, name), posix.join(target, name)));
      return taken.includes(true);
    }
    const content = readFileSync(source, 'utf8');
    const name = relative(this.place.root, source);
    if (this.files.carried.some((file) => file.target === target)) return true;
    if (holdsSecret(content)) this.miss(path, name, true);
    else this.files.carried.push({ target, source: name, content });
    return true;
  }
}

/** Without those that lie in another. */
function keepOutermost(folders: string[]): string[] {
  const unique = [...new Set(folders.map((folder) => folder.replace(/\/+$/, '')))].filter((folder) => folder !== '');
  return unique.filter((folder) => !unique.some((other) => isAbove(other, folder))).sort();
}

function isAbove(other: string, folder: string): boolean {
  return dirname(folder) !== folder && folder.startsWith(`${other}/`);
}
