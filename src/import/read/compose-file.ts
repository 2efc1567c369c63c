import { dirname, join } from 'node:path';
import type { Place, Sourced } from '../place';
import type { Problem } from '../problem';
import { findSchemaProblems } from './compose-schema';
import { lookUp, readEnvFile, type Variables } from './env-file';
import { nameFile } from './folder';
import { interpolate, type Lookup } from './interpolate';
import { readTextFile } from './text-file';
import { fileIsUnreadable } from './texts';
import { YamlFile } from './yaml-file';

/** What is noted while a folder is read. */
export interface Notes {
  problems: Problem[];
  /** variables that are set nowhere in the folder and become empty strings */
  unset: Sourced<string>[];
}

/** A Compose file with its variables replaced. */
export interface ComposeFile {
  yaml: YamlFile;
  /** what its relative paths start from */
  directory: string;
  variables: Variables;
}

/** How another file names this one. */
export interface Reference {
  place: Place;
  /** those of the outer project, which overrule its own */
  variables: Variables;
  /** what its relative paths start from */
  directory: string;
  /** of the same project, whose variables are all that it has */
  isLaidOver?: boolean;
}

/** Loads Compose files, each once: several projects may include or extend the same one. */
export class ComposeFiles {
  private readonly loaded = new Map<string, ComposeFile | undefined>();

  constructor(
    private readonly root: string,
    private readonly notes: Notes,
    /** of the outermost project */
    private readonly environment: Variables | undefined,
  ) {}

  /** Whether a file was read, by itself or by another one. */
  has(path: string): boolean {
    return this.loaded.has(path);
  }

  /**
   * @param reference absent for a file that was found by itself
   * @returns undefined for what can't be read or is no YAML, which the notes then say
   */
  load(path: string, reference?: Reference): ComposeFile | undefined {
    if (this.loaded.has(path)) return this.loaded.get(path);
    const file = this.read(path, reference);
    this.loaded.set(path, file);
    return file;
  }

  private read(path: string, reference?: Reference): ComposeFile | undefined {
    const file = nameFile(this.root, path);
    const text = readTextFile(path);
    if (text === undefined) {
      const place = reference?.place ?? {
        file,
        line: 1,
      };
      const message = fileIsUnreadable(file);
      this.notes.problems.push({
        ...place,
        message,
      });
      return undefined;
    }
    const directory = reference?.directory ?? dirname(path);
    const variables = this.readVariables(directory, reference);
    const yaml = this.parse(text, file, lookUp(variables));
    if (!yaml) return undefined;
    return {
      yaml,
      directory,
      variables,
    };
  }

  private readVariables(directory: string, reference?: Reference): Variables {
    if (reference?.isLaidOver) return reference.variables;
    if (!reference && this.environment) return this.environment;
    const path = join(directory, '.env');
    const file = nameFile(this.root, path);
    const own = readEnvFile(path, file, () => undefined, this.notes.problems);
    const outer = reference?.variables ?? [];
    return new Map([...(own ?? []), ...outer]);
  }

  private parse(text: string, file: string, lookup: Lookup): YamlFile | undefined {
    const { problems, unset } = this.notes;
    const replace = (value: string, place: Place) =>
      interpolate(
        value,
        lookup,
        (message) =>
          problems.push({
            ...place,
            message,
          }),
        (name) =>
          unset.push({
            ...place,
            value: name,
          }),
      );
    const yaml = YamlFile.parse(text, file, problems, replace);
    if (!yaml) return undefined;
    // what its schema refuses is read on, so that all that is wrong is named at once
    problems.push(...findSchemaProblems(yaml));
    return yaml;
  }
}
