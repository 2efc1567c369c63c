import type { Place, Sourced } from '../place';
import type { YamlFile } from './yaml-file';
import { toText, valueAt, type YamlPath } from './yaml-value';

/** A part of a YAML file: what is in it, and where that stands. */
export class YamlSection {
  private readonly data: unknown;

  constructor(
    private readonly yaml: YamlFile,
    private readonly path: YamlPath,
  ) {
    this.data = valueAt(yaml.data, path);
  }

  get(...path: YamlPath): unknown {
    return valueAt(this.data, path);
  }

  place(...path: YamlPath): Place {
    return this.yaml.place([...this.path, ...path]);
  }

  /** A value as text; undefined when the key is not there. */
  readText(...path: YamlPath): Sourced<string> | undefined {
    const value = this.get(...path);
    if (value === undefined) return undefined;
    return {
      value: toText(value),
      ...this.place(...path),
    };
  }
}
