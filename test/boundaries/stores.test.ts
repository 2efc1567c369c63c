import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSourceFile, forEachChild, isToken, ScriptTarget, type Node } from 'typescript';
import { STORE_NAMES } from '../../src/stores';

const SRC = join(__dirname, '../../src');

/** Beside the stores' own files: the plan's defaults. */
const KNOWS_STORES = [/^stores\//, /^plan\/defaults\.ts$/];
/** Names of Alloy's blocks and of what it counts, and examples of help: no knowledge of a store. */
const ALLOWED = /loki(\\?\.|_)source|pyroscope(\\?\.ebpf|_receive_http)|e\.g\. mimir\/filesystem|has mimir\/, loki\//g;
/** Temporal is no Tempo. */
const NAMED = new RegExp(`(${STORE_NAMES.join('|')})(?!ral)`, 'i');

/** Names, texts and patterns of a file; comments are none. */
function listTokens(text: string): string[] {
  const tokens: string[] = [];
  const source = createSourceFile('file.ts', text, ScriptTarget.Latest, true);
  const visit = (node: Node) => {
    if (isToken(node)) tokens.push(node.getText(source));
    forEachChild(node, visit);
  };
  visit(source);
  return tokens;
}

function findNames(text: string): string[] {
  return listTokens(text).filter((token) => NAMED.test(token.replace(ALLOWED, '')));
}

const files = readdirSync(SRC, {
  recursive: true,
  encoding: 'utf8',
}).filter((file) => file.endsWith('.ts'));
const strangers = files.filter((file) => !KNOWS_STORES.some((known) => known.test(file)));

test.each(strangers)('%s knows no store by name', (file) => {
  expect(findNames(readFileSync(join(SRC, file), 'utf8'))).toEqual([]);
});

test('a name in code is found, in a text, a template and a variable alike', () => {
  expect(findNames("if (name === 'mimir') run();")).toEqual(["'mimir'"]);
  expect(findNames('const text = `${count} chunks of Loki`;')).toHaveLength(1);
  expect(findNames('expandLikeMimir();')).toEqual(['expandLikeMimir']);
});

test('a name in a comment is none, and Temporal is no Tempo', () => {
  expect(findNames("// Mimir's shipper\nconst port = 1; /* loki */")).toEqual([]);
  expect(findNames("import { Client } from '@temporalio/client';")).toEqual([]);
});
