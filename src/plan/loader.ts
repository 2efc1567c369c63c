import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { addDefaults } from './overlay';
import { explainIssue } from './problems';
import { planSchema, type Plan } from './schema';

/**
 * Everything that is wrong with a plan file, a line each:
 * file:line, YAML path, what and the way out.
 */
export class PlanError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'PlanError';
  }
}

/**
 * Checks a plan file's text.
 * @param file its name in the errors
 * @throws PlanError with every problem at once
 */
export function parsePlan(text: string, file: string): Plan {
  const lines = new LineCounter();
  const document = readYaml(text, file, lines);
  const plan = addDefaults(document.toJS());
  const result = planSchema.safeParse(plan);
  if (result.success) return result.data;
  const problems = result.error.issues
    .flatMap((issue) => explainIssue(issue, plan))
    .map(({ path, message }) => ({
      line: findLine(document, lines, path),
      text: `${writePath(path)}   ${message}`,
    }))
    .sort((a, b) => a.line - b.line);
  throw new PlanError(problems.map((problem) => `${file}:${problem.line}  ${problem.text}`));
}

function readYaml(text: string, file: string, lines: LineCounter): Document {
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length === 0) return document;
  const problems = document.errors.map(({ message, linePos }) => {
    const line = linePos?.[0].line ?? 1;
    const [sentence] = message.split('\n');
    return `${file}:${line}  ${sentence}`;
  });
  throw new PlanError(problems);
}

function writePath(path: PropertyKey[]): string {
  return path.map(String).join('.') || '(the whole file)';
}

/** The line of a path, or of the nearest thing above it that the file has: defaults have no line. */
function findLine(document: Document, lines: LineCounter, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const above = path.slice(0, length);
    const node = document.getIn(above, true);
    if (!isNode(node) || !node.range) continue;
    const [start] = node.range;
    return lines.linePos(start).line;
  }
  return 1;
}
