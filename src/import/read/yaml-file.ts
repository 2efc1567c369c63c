import {
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { Place } from '../place';
import type { Problem } from '../problem';
import { valueIsEndless, yamlIsTooDeep } from './texts';
import type { YamlPath } from './yaml-value';

/** Replaces a text value, which stands at this place. */
export type Replace = (value: string, place: Place) => string;

/** A YAML text that knows where each of its values stands. */
export class YamlFile {
  private constructor(
    readonly file: string,
    readonly data: unknown,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /**
   * @param file how places name it
   * @param replace is applied to each text value, not to keys
   * @returns undefined when it is no YAML, which `problems` then says
   */
  static parse(text: string, file: string, problems: Problem[], replace?: Replace): YamlFile | undefined {
    const lines = new LineCounter();
    const place = {
      file,
      line: 1,
    };
    try {
      const document = parseDocument(text, {
        lineCounter: lines,
        merge: true,
      });
      const errors = document.errors.map((error) => toProblem(error, file));
      problems.push(...errors);
      if (errors.length > 0) return undefined;
      if (replace)
        replaceTexts(
          document,
          (node) => ({
            file,
            line: lineOf(node, lines),
          }),
          replace,
        );
      return new YamlFile(file, unfold(document), document, lines);
    } catch (error) {
      // parsing and unfolding recurse
      const message = error instanceof RangeError ? yamlIsTooDeep() : cutToHeadline((error as Error).message);
      problems.push({
        ...place,
        message,
      });
      return undefined;
    }
  }

  /** The place of a path, or of the nearest thing above it that stands in the file: what comes by an anchor has none. */
  place(path: YamlPath): Place {
    for (let length = path.length; length > 0; length--) {
      const node = this.findNode(path.slice(0, length));
      if (node?.range) return this.placeOf(node);
    }
    return {
      file: this.file,
      line: 1,
    };
  }

  /** The key of a mapping's entry, or the item of a list. */
  private findNode(path: YamlPath): Node | undefined {
    const parent = this.document.getIn(path.slice(0, -1), true);
    const entries = isMap(parent) ? parent.items : [];
    const keys = entries.map((entry) => entry.key).filter((key) => isScalar(key));
    const name = String(path.at(-1));
    const key = keys.find((scalar) => String(scalar.value) === name);
    const node = key ?? this.document.getIn(path, true);
    return isNode(node) ? node : undefined;
  }

  private placeOf(node: Node): Place {
    return {
      file: this.file,
      line: lineOf(node, this.lines),
    };
  }
}

function lineOf({ range }: Node, lines: LineCounter): number {
  const [offset] = range ?? [0];
  return lines.linePos(offset).line;
}

function replaceTexts(document: Document, placeOf: (node: Node) => Place, replace: Replace): void {
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string') return;
      node.value = replace(node.value, placeOf(node));
    },
  });
}

/** @throws Error where an alias leads nowhere, or what it means has no end */
function unfold(document: Document): unknown {
  const data: unknown = document.toJS();
  try {
    JSON.stringify(data);
  } catch (error) {
    throw error instanceof RangeError ? error : new Error(valueIsEndless());
  }
  return data;
}

function toProblem({ message, linePos }: YAMLError, file: string): Problem {
  const line = linePos?.[0].line ?? 1;
  return {
    file,
    line,
    message: cutToHeadline(message),
  };
}

/** An error's first line: those below it show the file's text, which may hold a secret. */
function cutToHeadline(message: string): string {
  const [headline = message] = message.split('\n');
  return headline;
}
