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
import type { YamlPath } from './yaml-value';

/** Replaces a text value, which stands at this place. */
export type Replace = (value: string, place: Place) => string;

/** A YAML text that knows where each of its values stands. */
export class YamlFile {
  private constructor(
    readonly file: string,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /**
   * @param file how places name it
   * @param replace is applied to each text value, not to keys
   * @returns undefined when it is no YAML, which `problems` then says
   */
  static parse(text: string, file: string, problems: Problem[], replace?: Replace): YamlFile | undefined {
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { lineCounter, merge: true });
    const errors = document.errors.map((error) => toProblem(error, file));
    problems.push(...errors);
    if (errors.length > 0) return undefined;
    const yaml = new YamlFile(file, document, lineCounter);
    if (replace) yaml.replaceTexts(replace);
    return yaml;
  }

  get data(): unknown {
    return this.document.toJS() as unknown;
  }

  /** The place of a path, or of the nearest thing above it that stands in the file: what comes by an anchor has none. */
  place(path: YamlPath): Place {
    for (let length = path.length; length > 0; length--) {
      const node = this.findNode(path.slice(0, length));
      if (node?.range) return this.placeOf(node);
    }
    return { file: this.file, line: 1 };
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

  private placeOf({ range }: Node): Place {
    const [offset] = range ?? [0];
    const { line } = this.lines.linePos(offset);
    return { file: this.file, line };
  }

  private replaceTexts(replace: Replace): void {
    visit(this.document, {
      Scalar: (key, node) => {
        if (key === 'key' || typeof node.value !== 'string') return;
        const replaced = replace(node.value, this.placeOf(node));
        // an unchanged scalar keeps its source, and so how its text is read as a number
        if (replaced !== node.value) node.value = replaced;
      },
    });
  }
}

/** The error's first line: those below it show the file's text, which may hold a secret. */
function toProblem({ message, linePos }: YAMLError, file: string): Problem {
  const [headline = message] = message.split('\n');
  const line = linePos?.[0].line ?? 1;
  return { file, line, message: headline };
}
