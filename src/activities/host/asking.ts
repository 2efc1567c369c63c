import { ApplicationFailure } from '@temporalio/activity';
import { sumMetric } from '../../analysis/metrics';
import { COMPONENTS } from '../../plan/components';
import type { StoreRequest } from '../../stores/store';
import type { Deps } from '../clients';
import { componentOf, findAddress, quoted } from './component';
import type { Container } from './containers';
import { OUTPUT_LIMIT, runScript } from './ssm';

/** What of an answer is let through: only lines that match, without those that match `drop`. Extended expressions. */
export interface LineFilter {
  /** for sed, before lines are chosen */
  edit?: string;
  keep?: string;
  drop?: string;
}

/** A container of one of the six on a host. */
export interface ComponentPlace {
  instanceId: string;
  container: Container;
}

const DEFAULT_TIMEOUT_S = 60;
/** A script may take as much longer than the answer, in seconds. */
const SCRIPT_MARGIN_S = 60;

/**
 * Asks a component on a host over HTTP, from the host itself, through SSM: nothing else reaches /config or /flush.
 * @returns the answer's body, at most 24,000 characters of it (OUTPUT_LIMIT): filter what is longer
 * @throws ApplicationFailure of type ComponentSilent with curl's own words, retryable
 */
export async function askComponent(
  deps: Deps,
  { instanceId, container }: ComponentPlace,
  request: StoreRequest,
  filter: LineFilter = {},
  timeoutSeconds = DEFAULT_TIMEOUT_S,
): Promise<string> {
  const { Service } = container;
  const what = `${methodOf(request)} ${Service} ${request.path}`;
  const script = writeScript(container, request, filter, timeoutSeconds);
  const { code, output, error } = await runScript(deps, instanceId, what, script, timeoutSeconds + SCRIPT_MARGIN_S);
  if (code === 0) return output.slice(0, OUTPUT_LIMIT);
  const words = (error || output).trim().slice(-300);
  const message = `${methodOf(request)} ${request.path} of ${Service} on ${instanceId}: ${words}`;
  throw ApplicationFailure.retryable(message, 'ComponentSilent');
}

const methodOf = ({ method, body }: StoreRequest): string => method ?? (body === undefined ? 'GET' : 'POST');

function writeScript(container: Container, request: StoreRequest, filter: LineFilter, timeoutSeconds: number): string {
  const component = componentOf(container);
  if (!component) {
    const message = `${container.Service} (${container.Image}) is none of ${COMPONENTS.join(', ')}`;
    throw ApplicationFailure.nonRetryable(message, 'NoComponent');
  }
  const { path, body } = request;
  const json = body === undefined ? '' : ` -H ${quoted('content-type: application/json')} -d ${quoted(body)}`;
  const url = `"http://${findAddress(container, component)}"${quoted(path)}`;
  return [
    `answer=$(curl -fsS -m ${timeoutSeconds} -X ${methodOf(request)}${json} ${url}) || exit $?`,
    // grep says 1 where nothing is left, which is an answer too
    `printf '%s\\n' "$answer"${writeFilter(filter)}`,
    'true',
  ].join('\n');
}

/** A filter as the end of a shell's pipe. */
export function writeFilter({ edit, drop, keep }: LineFilter): string {
  const steps = [
    { program: 'sed -E', expression: edit },
    { program: 'grep -viE', expression: drop },
    { program: 'grep -E', expression: keep },
  ];
  const given = steps.filter(({ expression }) => expression !== undefined);
  return given.map(({ program, expression = '' }) => ` | ${program} ${quoted(expression)}`).join('');
}

/** Whether an error is that of a component which does not answer, and not of the way to it. */
export const isSilent = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === 'ComponentSilent';

/** The sum of those of these metrics that a component has; undefined where it has none of them. */
export async function readMetrics(
  deps: Deps,
  place: ComponentPlace,
  names: string[],
): Promise<(wanted: string[]) => number | undefined> {
  const text = await askComponent(deps, place, { path: '/metrics' }, { keep: `^(${names.join('|')})[{ ]` });
  return (wanted) => {
    const values = wanted.map((name) => sumMetric(text, name)).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  };
}
