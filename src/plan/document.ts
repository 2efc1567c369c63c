import { isNode, isPair, isSeq, LineCounter, parseDocument, visit, type Alias, type Document, type Node } from 'yaml';
import { sayProblem } from './problems';
import { describeCircle, describeLength, describeUnknownAnchor, TOO_DEEP, TOO_MANY_ALIASES } from './texts';

/** Characters, its aliases unfolded too: Temporal takes 2 MB as a run's input, and each history holds it. */
const LONGEST = 262_144;
/** Of what the parser says, which repeats what it can't read. */
const LONGEST_SENTENCE = 300;

/** What is wrong, and the line it stands on. */
export interface PlacedProblem {
  line: number;
  text: string;
}

/** A plan file's text as YAML: what it says and on which lines, or why it can't be read. */
export class PlanDocument {
  readonly problems: PlacedProblem[] = [];
  /** what the file says; undefined where there are problems */
  readonly value: unknown;
  private readonly lines = new LineCounter();
  private readonly document: Document | undefined;

  constructor(text: string) {
    if (text.length > LONGEST) {
      this.report(findLongestLine(text), [], describeLength(text.length, LONGEST));
      return;
    }
    this.document = this.parse(text);
    this.value = this.document && this.unfold(this.document);
  }

  /** The line of a path, or of the nearest thing above it that the file has: defaults have no line. */
  findLine(path: PropertyKey[]): number {
    for (let length = path.length; length > 0; length--) {
      const above = path.slice(0, length);
      const node = this.document?.getIn(above, true);
      if (isNode(node) && node.range) return this.lineOf(node);
    }
    return 1;
  }

  private report(line: number, path: PropertyKey[], message: string): void {
    this.problems.push({ line, text: sayProblem({ path, message }) });
  }

  private parse(text: string): Document | undefined {
    const document = preventOverflow(() => parseDocument(text, { lineCounter: this.lines }));
    if (!document) this.report(findLongestLine(text), [], TOO_DEEP);
    for (const { message, linePos } of document?.errors ?? []) {
      const [sentence = ''] = message.split('\n');
      const line = linePos?.[0].line ?? 1;
      this.problems.push({ line, text: cutSentence(sentence) });
    }
    return this.problems.length > 0 ? undefined : document;
  }

  /** What the document says, with what its aliases mean in their places. */
  private unfold(document: Document): unknown {
    const aliases = listAliases(document);
    for (const { alias, path, meaning } of aliases) {
      if (meaning === 'found') continue;
      const describe = meaning === 'circle' ? describeCircle : describeUnknownAnchor;
      this.report(this.lineOf(alias), path, describe(alias.source));
    }
    if (this.problems.length > 0) return undefined;
    const value = toValue(document);
    if (value === undefined) this.report(aliases[0] ? this.lineOf(aliases[0].alias) : 1, [], TOO_MANY_ALIASES);
    return value;
  }

  private lineOf({ range }: Node): number {
    const [start] = range ?? [0];
    return this.lines.linePos(start).line;
  }
}

/** Nests so deeply that reading it ends in an overflow of the stack: undefined. */
function preventOverflow<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface FoundAlias {
  alias: Alias;
  /** of the YAML */
  path: PropertyKey[];
  meaning: 'found' | 'circle' | 'nothing';
}

function listAliases(document: Document): FoundAlias[] {
  const aliases: FoundAlias[] = [];
  visit(document, {
    Alias: (_key, alias, above) => {
      const target = alias.resolve(document);
      const isWithin = target !== undefined && above.includes(target);
      const meaning = isWithin ? 'circle' : 'found';
      aliases.push({
        alias,
        path: pathOf([...above, alias]),
        meaning: target ? meaning : 'nothing',
      });
    },
  });
  return aliases;
}

/** Keys and indices from the root to the last of these nodes. */
function pathOf(nodes: readonly unknown[]): PropertyKey[] {
  return nodes.flatMap((node, index): PropertyKey[] => {
    if (isPair(node)) return [String(node.key)];
    const above = nodes[index - 1];
    return isSeq(above) ? [above.items.indexOf(node)] : [];
  });
}

/** Undefined where it is too long: the library counts what aliases of aliases unfold to, we the rest. */
function toValue(document: Document): unknown {
  try {
    const value: unknown = document.toJS();
    return JSON.stringify(value).length <= LONGEST ? value : undefined;
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** From 1. */
function findLongestLine(text: string): number {
  const lengths = text.split('\n').map((line) => line.length);
  const most = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  return lengths.indexOf(most) + 1;
}

function cutSentence(sentence: string): string {
  return sentence.length > LONGEST_SENTENCE ? `${sentence.slice(0, LONGEST_SENTENCE)}…` : sentence;
}
