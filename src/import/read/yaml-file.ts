import { isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { Place, Problem } from '../problem';

/** A YAML text that knows where each of its values stands. */
export class YamlFile {
  private constructor(
    readonly file: string,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /**
   * @param file how places call it
   * @param replace is applied to each text value, not to keys
   * @returns undefined when it is no YAML, which `problems` then says
   */
  static parse(
    text: string,
    file: string,
    problems: Problem[],
    replace?: (value: string, place: Place) => string,
  ): YamlFile | undefined {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, merge: true });
    problems.push(
      ...document.errors.map(({ message, linePos }) => ({
        file,
        line: linePos?.[0].line ?? 1,
        message: message.split('\n')[0]!,
      })),
    );
    if (document.errors.length > 0) return undefined;
    if (replace) {
      visit(document, {
        Scalar(key, node) {
          if (key === 'key' || typeof node.value !== 'string') return;
          const replaced = replace(node.value, { file, line: lines.linePos(node.range?.[0] ?? 0).line });
          if (replaced !== node.value) node.value = replaced;
        },
      });
    }
    return new YamlFile(file, document, lines);
  }

  get data(): unknown {
    return this.document.toJS() as unknown;
  }

  /** The place of a path, or of the nearest thing above it that stands in the file: what comes by an anchor has none. */
  place(path: readonly PropertyKey[]): Place {
    for (let length = path.length; length > 0; length--) {
      const parent =
        length > 1
          ? this.document.getIn(path.slice(0, length - 1) as (string | number)[], true)
          : this.document.contents;
      const items = (parent as { items?: unknown[] } | undefined)?.items ?? [];
      const pair = items.find(
        (item) =>
          (item as { key?: unknown })?.key !== undefined &&
          isScalar((item as { key: unknown }).key) &&
          String((item as { key: { value: unknown } }).key.value) === String(path[length - 1]),
      );
      const node = pair
        ? (pair as { key: unknown }).key
        : this.document.getIn(path.slice(0, length) as (string | number)[], true);
      if (isNode(node) && node.range) return { file: this.file, line: this.lines.linePos(node.range[0]).line };
    }
    return { file: this.file, line: 1 };
  }
}

/** The value at a path of plain data. */
export function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
