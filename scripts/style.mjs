// npm run style: the figures of the page (longest line, file and function, mean tokens a line) against their
// limits; exit 1 beyond one.
// Folders as arguments look at those alone.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './programs.mjs';

/** What CONTRIBUTING.md promises; tests are held to Prettier's own width. */
const LIMITS = {
  fileLines: 300,
  functionLines: 60,
  meanTokens: {
    // commands with their arguments
    scripts: 12,
    others: 11,
  },
  lineLength: {
    src: 140,
    others: 120,
  },
};
const AREAS = ['src', 'test', 'lab', 'verify', 'bench', 'scripts', 'emulator'];

const trackedIn = (folder) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', folder], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.(ts|mjs|py)$/.test(file) && existsSync(join(root, file)));

const countTokens = (line) => (line.match(/\w+|[^\w\s]/g) ?? []).length;
const isBlank = (line) => line.trim() === '';

/** Callbacks of describe hold sentences, not steps: their length says nothing. */
function isDescribe(node) {
  return ts.isCallExpression(node.parent) && /^describe(\.|[A-Z]|$)/.test(node.parent.expression.getText());
}

function measureFunctions(file, text) {
  if (!/\.(ts|mjs)$/.test(file)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isDescribe(node)) {
      const [from, to] = [lineOf(node.getStart()), lineOf(node.end)];
      found.push({
        place: `${file}:${from}`,
        name: node.name?.getText() ?? '(callback)',
        lines: to - from + 1,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function measureFile(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const lines = text.replace(/\n$/, '').split('\n');
  const full = lines.filter((line) => !isBlank(line));
  return {
    file,
    lines: lines.length,
    full: full.length,
    tokens: full.reduce((sum, line) => sum + countTokens(line), 0),
    long: lines.flatMap((line, index) =>
      line.length > limitOf(file) ? [`${file}:${index + 1} has ${line.length} characters`] : [],
    ),
    functions: measureFunctions(file, text),
  };
}

const limitOf = (file) => LIMITS.lineLength[file.startsWith('src/') ? 'src' : 'others'];

function complaintsOf(area, files) {
  const mean = meanOf(files);
  const most = LIMITS.meanTokens[area === 'scripts' ? 'scripts' : 'others'];
  return [
    ...(mean > most ? [`${area}: ${mean.toFixed(2)} tokens a line, at most ${most}`] : []),
    ...files.flatMap(({ long }) => long),
    ...files
      .filter(({ lines }) => lines > LIMITS.fileLines)
      .map(({ file, lines }) => `${file} has ${lines} lines, at most ${LIMITS.fileLines}`),
    ...files
      .flatMap(({ functions }) => functions)
      .filter(({ lines }) => lines > LIMITS.functionLines)
      .map(({ place, name, lines }) => `${place} ${name} has ${lines} lines, at most ${LIMITS.functionLines}`),
  ];
}

function meanOf(files) {
  const [tokens, lines] = ['tokens', 'full'].map((key) => files.reduce((sum, file) => sum + file[key], 0));
  return lines === 0 ? 0 : tokens / lines;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

function describeLengths(measured) {
  const lengths = measured.map(({ lines }) => lines);
  return `median ${median(lengths)} and at most ${Math.max(0, ...lengths)}`;
}

const areas = process.argv.length > 2 ? process.argv.slice(2) : AREAS;
const complaints = areas.flatMap((area) => {
  const files = trackedIn(area).map(measureFile);
  const functions = files.flatMap((file) => file.functions);
  const ofFiles = describeLengths(files);
  const ofFunctions = describeLengths(functions);
  const mean = meanOf(files).toFixed(2);
  process.stdout.write(
    `${area.padEnd(10)} ${files.length} files, ${ofFiles} lines; functions: ${ofFunctions}; ${mean} tokens a line\n`,
  );
  return complaintsOf(area, files);
});
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.exitCode = complaints.length > 0 ? 1 : 0;
