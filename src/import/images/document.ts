import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
  type Document,
  type Node,
  type Pair,
  type YAMLSeq,
} from 'yaml';
import type { YamlPath } from '../read/yaml-value';

type Value = string | number | boolean | string[];
type Mapping = YAMLMap | YAMLSeq;

/** A text value of a configuration, and the keys that lead to it. */
export interface TextNode {
  path: YamlPath;
  node: Scalar<string>;
}

/** A configuration as it stands in its file, with its comments and its variables, that can be edited. */
export class ConfigurationDocument {
  /** what was edited, and so has its reason beside it */
  readonly edited: YamlPath[] = [];

  private constructor(private readonly document: Document) {}

  /** @returns undefined where it is no YAML as it stands */
  static parse(text: string): ConfigurationDocument | undefined {
    const document = parseDocument(text, { merge: true });
    const isReadable = document.errors.length === 0 && isMap(document.contents);
    return isReadable ? new ConfigurationDocument(document) : undefined;
  }

  /** The same layout whatever was edited, so that only edits differ. */
  toString(): string {
    return this.document.toString({ lineWidth: 0 });
  }

  /** What it says, as plain data. */
  get data(): unknown {
    return this.document.toJS();
  }

  /** Every text value where it stands; what comes by an anchor stands at the anchor. */
  listTexts(): TextNode[] {
    const texts: TextNode[] = [];
    visit(this.document, {
      Scalar: (key, node, ancestors) => {
        if (key === 'key' || typeof node.value !== 'string') return;
        texts.push({
          path: readPath([...ancestors, node]),
          node: node as Scalar<string>,
        });
      },
    });
    return texts;
  }

  /** Applies a function to each comment. */
  replaceComments(replace: (comment: string) => string): void {
    const edit = (node: Node | Document | Pair) => {
      if (isPair(node)) return;
      if (node.comment) node.comment = replace(node.comment);
      if (node.commentBefore) node.commentBefore = replace(node.commentBefore);
    };
    edit(this.document);
    visit(this.document, { Node: (_, node) => edit(node) });
  }

  /** Whether something stands at this path. */
  has(path: YamlPath): boolean {
    let data = this.data;
    for (const key of path) {
      const isThere = typeof data === 'object' && data !== null && key in data;
      if (!isThere) return false;
      data = (data as Record<string, unknown>)[key];
    }
    return true;
  }

  /** Gives a key this value; why stands above it. */
  set(path: YamlPath, value: Value, why: string): void {
    this.edited.push(path);
    const parent = this.open(path.slice(0, -1));
    const key = path.at(-1)!;
    const node = this.document.createNode(value) as Node;
    const pair = findPair(parent, key);
    if (pair) pair.value = node;
    else parent.add(this.document.createPair(key, node));
    annotate(findPair(parent, key), why);
  }

  /** Says why a value is what it is now. */
  explain(path: YamlPath, why: string): void {
    this.edited.push(path);
    const parent = this.open(path.slice(0, -1));
    annotate(findPair(parent, path.at(-1)!), why);
  }

  /** Takes a key out; what stood above it, and why, stands at its neighbour. */
  remove(path: YamlPath, why: string): void {
    this.edited.push(path);
    const parent = this.open(path.slice(0, -1));
    const index = listPairs(parent).findIndex((pair) => readKey(pair) === String(path.at(-1)));
    const [pair] = index < 0 ? [] : (parent.items as Pair[]).splice(index, 1);
    const pairs = listPairs(parent);
    const above = path.length > 1 ? findPair(this.open(path.slice(0, -2)), path.at(-2)!) : undefined;
    const neighbour = pairs[index] ?? pairs.at(-1) ?? above;
    const comment = isScalar(pair?.key) ? pair.key.commentBefore : undefined;
    if (comment) annotate(neighbour, comment);
    annotate(neighbour, `${String(path.at(-1))} is taken out: ${why}`);
  }

  /** The mapping at a path, made where there is none; what comes by an anchor becomes its own. */
  private open(path: YamlPath): Mapping {
    let mapping = this.document.contents as Mapping;
    mapping.flow = false;
    for (const key of path) {
      mapping = this.openBelow(mapping, key);
      mapping.flow = false;
    }
    return mapping;
  }

  private openBelow(parent: Mapping, key: string | number): Mapping {
    const own = isSeq(parent) ? parent.items[Number(key)] : findPair(parent, key)?.value;
    const node = this.resolve(own ?? this.findMerged(parent, key));
    const inner = isCollection(node) ? (node as Mapping) : new YAMLMap();
    if (inner === own) return inner;
    const pair = findPair(parent, key);
    if (pair) pair.value = inner;
    else parent.add(this.document.createPair(key, inner));
    return inner;
  }

  /** A copy of what an alias stands for. */
  private resolve(node: unknown): unknown {
    if (!isAlias(node)) return node;
    const copy = node.resolve(this.document)?.clone() as Node | undefined;
    if (copy) visit(copy, { Value: (_, inner) => void delete inner.anchor });
    return copy;
  }

  /** What a mapping inherits by `<<`. */
  private findMerged(parent: Mapping, key: string | number): unknown {
    const merges = listPairs(parent).filter((pair) => readKey(pair) === '<<');
    const sources = merges.flatMap(({ value }) => (isSeq(value) ? value.items : [value]));
    for (const source of sources) {
      const mapping = this.resolve(source);
      const pair = isMap(mapping) ? findPair(mapping, key) : undefined;
      if (pair) return this.resolve(pair.value);
    }
    return undefined;
  }
}

function readPath(nodes: readonly unknown[]): YamlPath {
  return nodes.flatMap<string | number>((node, index) => {
    if (isPair(node)) return [readKey(node)];
    const next = nodes[index + 1];
    return isSeq(node) ? [node.items.indexOf(next)] : [];
  });
}

function listPairs(mapping: Mapping): Pair[] {
  return isMap(mapping) ? mapping.items : [];
}

function findPair(mapping: Mapping, key: string | number): Pair | undefined {
  return listPairs(mapping).find((pair) => readKey(pair) === String(key));
}

/** The merge key is a symbol in some versions of the library. */
function readKey({ key }: Pair): string {
  const value = isScalar(key) ? key.value : key;
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

function annotate(pair: Pair | undefined, comment: string): void {
  if (!isScalar(pair?.key)) return;
  const { key } = pair;
  const above = key.commentBefore ? `${key.commentBefore}\n` : '';
  const text = comment.startsWith(' ') ? comment : ` ${comment}`;
  if (!above.includes(text)) key.commentBefore = above + text;
}

/** Every value of plain data by the keys that lead to it; an empty mapping or list is one. */
export function listLeaves(data: unknown, path: YamlPath = []): { path: YamlPath; value: unknown }[] {
  const isInner = typeof data === 'object' && data !== null && Object.keys(data).length > 0;
  if (!isInner) return path.length > 0 ? [{ path, value: data }] : [];
  const keys = Array.isArray(data) ? data.map((_, index) => index) : Object.keys(data);
  return keys.flatMap((key) => listLeaves((data as Record<string | number, unknown>)[key], [...path, key]));
}
