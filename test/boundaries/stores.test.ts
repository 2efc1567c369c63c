import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createScanner, ScriptTarget, SyntaxKind } from 'typescript';
import { STORE_NAMES } from '../../src/stores';

const SRC = join(__dirname, '../../src');

/** Beside the stores' own files: the list, the plan's defaults, and an operator's examples of help. */
const KNOWS_STORES = [/^stores\//, /^plan\/defaults\.ts$/];
/** Names of Alloy's blocks, a bucket of ours, and names that begin with the product's: no knowledge of a store. */
const ALLOWED = /loki\.(source|write|process)|pyroscope\.(ebpf|scrape|write)|lgtm-migrate/gi;
const NAMED = new RegExp(STORE_NAMES.join('|'), 'i');

/** The code of a file without its comments. */
function stripComments(text: string): string {
  const scanner = createScanner(ScriptTarget.Latest, false, undefined, text);
  let code = '';
  for (let token = scanner.scan(); token !== SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const isComment = token === SyntaxKind.SingleLineCommentTrivia || token === SyntaxKind.MultiLineCommentTrivia;
    if (!isComment) code += scanner.getTokenText();
  }
  return code;
}

function findNames(code: string): string[] {
  const lines = stripComments(code).replace(ALLOWED, '').split('\n');
  return lines.filter((line) => NAMED.test(line));
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const strangers = files.filter((file) => !KNOWS_STORES.some((known) => known.test(file)));

test.each(strangers)('%s knows no store by name', (file) => {
  expect(findNames(readFileSync(join(SRC, file), 'utf8'))).toEqual([]);
});

test('a name in code is found, one in a comment is not', () => {
  expect(findNames("// Mimir's shipper\nconst port = 1; /* loki */")).toEqual([]);
  expect(findNames("if (name === 'mimir') return 9009;")).toHaveLength(1);
});
