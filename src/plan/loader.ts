import { PlanDocument, type PlacedProblem } from './document';
import { addDefaults } from './overlay';
import { explainIssue, sayProblem } from './problems';
import { planSchema, type Plan } from './schema';
import { describeMore } from './texts';

/** Problems that are named; a file that has more is another kind of file. */
const NAMED = 50;

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
  const document = new PlanDocument(text);
  if (document.problems.length > 0) throw errorOf(file, document.problems);
  const plan = addDefaults(document.value);
  const result = planSchema.safeParse(plan);
  if (result.success) return result.data;
  const problems = result.error.issues
    .flatMap((issue) => explainIssue(issue, plan))
    .map((problem) => ({
      line: document.findLine(problem.path),
      text: sayProblem(problem),
    }))
    .sort((a, b) => a.line - b.line);
  throw errorOf(file, problems);
}

function errorOf(file: string, problems: PlacedProblem[]): PlanError {
  const named = problems.slice(0, NAMED).map(({ line, text }) => `${file}:${line}  ${text}`);
  const unnamed = problems.length - named.length;
  return new PlanError(unnamed > 0 ? [...named, describeMore(unnamed)] : named);
}
