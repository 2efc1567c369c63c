import { dirname, resolve } from 'node:path';
import type { Place } from '../place';
import type { Problem } from '../problem';
import type { ComposeFile, ComposeFiles } from './compose-file';
import { readEnvFile, type Variables } from './env-file';
import { nameFile } from './folder';
import { overlayService } from './overlay';
import { readService, type ComposeService } from './service';
import { baseIsAbsent, envFileIsAbsent, serviceExtendsItself } from './texts';
import { YamlSection } from './yaml-section';
import { toList, toMapping, toText, valueAt } from './yaml-value';

/** What `extends:` names. */
interface Extension extends Place {
  service: string;
  /** absent for a service of the same file */
  path?: string;
}

/** Reads services with their env files, laid over what they extend. */
export class ServiceReader {
  /** `file#service` of services of other files that serve as a base */
  private readonly bases = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly files: ComposeFiles,
    private readonly problems: Problem[],
  ) {}

  /** Whether a service only serves as a base of one in another file; known once all are read. */
  isBase({ file, name }: ComposeService): boolean {
    return this.bases.has(`${file}#${name}`);
  }

  /** @param chain the services that extend this one, the outermost first */
  read(file: ComposeFile, name: string, chain: string[] = []): ComposeService {
    const own = this.readOwn(file, name);
    const extension = readExtension(file, name);
    const base = extension && this.loadBase(file, extension);
    if (!extension || !base) return own;
    const key = `${extension.path ?? file.yaml.file}#${extension.service}`;
    const complaint = chain.includes(key) ? serviceExtendsItself(name) : complainOfBase(base, extension.service);
    if (complaint !== undefined) {
      this.problems.push({ file: extension.file, line: extension.line, message: complaint });
      return own;
    }
    const beneath = this.read(base, extension.service, [...chain, key]);
    return overlayService(beneath, own);
  }

  private loadBase(file: ComposeFile, { path, service, ...place }: Extension): ComposeFile | undefined {
    if (path === undefined) return file;
    this.bases.add(`${nameFile(this.root, path)}#${service}`);
    const { variables } = file;
    return this.files.load(path, { place, variables, directory: dirname(path) });
  }

  private readOwn(file: ComposeFile, name: string): ComposeService {
    const { yaml, directory, variables } = file;
    return readService(yaml, name, {
      directory,
      envFiles: this.readEnvFiles(file, name),
      lookup: (variable) => variables.get(variable)?.value,
    });
  }

  private readEnvFiles(file: ComposeFile, name: string): Variables {
    const section = new YamlSection(file.yaml, ['services', name]);
    const all: Variables = new Map();
    for (const [index, entry] of toList(section.get('env_file')).entries()) {
      const place = section.place('env_file', index);
      const variables = this.readListedEnvFile(file, entry, place);
      for (const [variable, value] of variables) all.set(variable, value);
    }
    return all;
  }

  private readListedEnvFile({ directory, variables }: ComposeFile, entry: unknown, place: Place): Variables {
    const listed = typeof entry === 'string' ? entry : toText(valueAt(entry, ['path']));
    const path = resolve(directory, listed);
    const file = nameFile(this.root, path);
    const read = readEnvFile(path, file, (variable) => variables.get(variable)?.value, this.problems);
    const isRequired = toMapping(entry)['required'] !== false;
    if (!read && isRequired) this.problems.push({ ...place, message: envFileIsAbsent(listed) });
    return read ?? new Map();
  }
}

function readExtension({ yaml, directory }: ComposeFile, name: string): Extension | undefined {
  const section = new YamlSection(yaml, ['services', name]);
  const value = section.get('extends');
  if (value === undefined) return undefined;
  const place = section.place('extends');
  if (typeof value === 'string') return { service: value, ...place };
  const { service, file } = toMapping(value);
  const extension = { service: toText(service), ...place };
  return file === undefined ? extension : { ...extension, path: resolve(directory, toText(file)) };
}

function complainOfBase({ yaml }: ComposeFile, service: string): string | undefined {
  const isThere = valueAt(yaml.data, ['services', service]) !== undefined;
  return isThere ? undefined : baseIsAbsent(service, yaml.file);
}
