import { dirname, resolve } from 'node:path';
import type { Place } from '../place';
import type { Problem } from '../problem';
import type { ComposeFile, ComposeFiles } from './compose-file';
import { lookUp, readEnvFile, type Variables } from './env-file';
import { nameFile } from './folder';
import { overlayService } from './overlay';
import { readService, type ComposeService } from './service';
import { baseIsAbsent, envFileIsAbsent, serviceExtendsItself } from './texts';
import { YamlSection } from './yaml-section';
import { toList, toMapping, toText, valueAt } from './yaml-value';

/** What `extends:` names. */
interface Extension {
  place: Place;
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

  /**
   * @param project the files of the service's project
   * @param chain the services that extend this one, the outermost first
   */
  read(file: ComposeFile, name: string, project: ComposeFile[], chain: string[] = []): ComposeService {
    const own = this.readOwn(file, name, project);
    const extension = readExtension(file, name);
    if (!extension) return own;
    const base = this.loadBase(file, extension);
    if (!base) return own;
    const { service, place, path = file.yaml.file } = extension;
    const key = `${path}#${service}`;
    const isCircle = chain.includes(key);
    const message = isCircle ? serviceExtendsItself(name) : findAbsence(base, service);
    if (message !== undefined) {
      this.problems.push({
        ...place,
        message,
      });
      return own;
    }
    const beneath = this.read(base, service, [base, ...project], [...chain, key]);
    return overlayService(beneath, own);
  }

  private loadBase(file: ComposeFile, extension: Extension): ComposeFile | undefined {
    const { path, service, place } = extension;
    if (path === undefined) return file;
    const name = nameFile(this.root, path);
    this.bases.add(`${name}#${service}`);
    return this.files.load(path, {
      place,
      variables: file.variables,
      directory: dirname(path),
    });
  }

  private readOwn(file: ComposeFile, name: string, project: ComposeFile[]): ComposeService {
    return readService(file.yaml, name, {
      directory: file.directory,
      project,
      envFiles: this.readEnvFiles(file, name),
      lookup: lookUp(file.variables),
    });
  }

  private readEnvFiles(file: ComposeFile, name: string): Variables {
    const section = new YamlSection(file.yaml, ['services', name]);
    const entries = toList(section.get('env_file'));
    const files = entries.map((entry, index) => {
      const place = section.place('env_file', index);
      return this.readListedEnvFile(file, entry, place);
    });
    return new Map(files.flatMap((variables) => [...variables]));
  }

  /** One entry of `env_file:`: a path, or a mapping that may say that it is not required. */
  private readListedEnvFile(compose: ComposeFile, entry: unknown, place: Place): Variables {
    const { path: listed, required } = toMapping(entry);
    const name = typeof entry === 'string' ? entry : toText(listed);
    const path = resolve(compose.directory, name);
    const file = nameFile(this.root, path);
    const variables = readEnvFile(path, file, lookUp(compose.variables), this.problems);
    if (variables) return variables;
    if (required !== false) {
      const message = envFileIsAbsent(name);
      this.problems.push({
        ...place,
        message,
      });
    }
    return new Map();
  }
}

function readExtension(file: ComposeFile, name: string): Extension | undefined {
  const section = new YamlSection(file.yaml, ['services', name]);
  const value = section.get('extends');
  if (value === undefined) return undefined;
  const place = section.place('extends');
  const { service = value, file: other } = toMapping(value);
  const extension = {
    place,
    service: toText(service),
  };
  if (other === undefined) return extension;
  const path = resolve(file.directory, toText(other));
  return {
    ...extension,
    path,
  };
}

function findAbsence({ yaml }: ComposeFile, service: string): string | undefined {
  const base = valueAt(yaml.data, ['services', service]);
  return base === undefined ? baseIsAbsent(service, yaml.file) : undefined;
}
