import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/activity';
import { addSums, ALWAYS_THERE, readVersion, sumMetric } from '../../analysis/metrics';
import { COMPONENTS } from '../../plan/components';
import { methodOf, type Metric, type StoreRequest } from '../../stores/endpoint';
import type { Deps } from '../clients';
import { quoted, writeCurl } from '../curl';
import { componentOf, findAddress } from './component';
import type { Container } from './containers';
import { OUTPUT_LIMIT, runScript } from './ssm';

/** A container of one of the six on a host. */
export interface ComponentPlace {
  instanceId: string;
  container: Container;
}

const DEFAULT_TIMEOUT_S = 60;
/** A script may take as much longer than the answer, in seconds. */
const SCRIPT_MARGIN_S = 60;

/** How a component is asked. */
interface AskOptions {
  /** a command that lets of the answer through what is needed; what it says on stderr when it fails is why */
  filter?: string;
  timeoutSeconds?: number;
}

/**
 * Asks a component on a host over HTTP, from the host itself, through SSM: nothing else reaches /config or /flush.
 * @param requests asked in order; the first that answers is taken
 * @returns the answer's body, at most 24,000 characters of it (OUTPUT_LIMIT): filter what is longer
 * @throws ApplicationFailure of type ComponentSilent with curl's own words, retryable
 */
export async function askComponent(
  deps: Deps,
  { instanceId, container }: ComponentPlace,
  requests: StoreRequest[],
  { filter = 'cat', timeoutSeconds = DEFAULT_TIMEOUT_S }: AskOptions = {},
): Promise<string> {
  const { Service } = container;
  const [first] = requests as [StoreRequest];
  const script = writeAsking(container, requests, filter, timeoutSeconds);
  const what = `${methodOf(first)} ${Service} ${first.path} ${hashOf(script)}`;
  const limitSeconds = requests.length * timeoutSeconds + SCRIPT_MARGIN_S;
  const { code, output, error } = await runScript(deps, instanceId, what, script, limitSeconds);
  if (code === 0) return output.slice(0, OUTPUT_LIMIT);
  const words = (error || output).trim().slice(-300) || `exit code ${code}`;
  throw silentAs(`${methodOf(first)} ${first.path} of ${Service} on ${instanceId}: ${words}`);
}

/** Who asks the same joins what runs already; two stacks of a host ask alike and mean something else. */
const hashOf = (script: string): string => createHash('sha256').update(script).digest('hex').slice(0, 8);

/** A component that does not say what it was asked. */
export const silentAs = (message: string): ApplicationFailure =>
  ApplicationFailure.retryable(message, 'ComponentSilent');

/** The script that asks a container's component. @throws ApplicationFailure of type NoComponent for one of others */
export function writeAsking(
  container: Container,
  requests: StoreRequest[],
  filter: string,
  timeoutSeconds: number,
): string {
  const component = componentOf(container);
  if (!component) {
    const message = `${container.Service} (${container.Image}) is none of ${COMPONENTS.join(', ')}`;
    throw ApplicationFailure.nonRetryable(message, 'NoComponent');
  }
  const address = findAddress(container, component);
  // an answer that has nothing of what is needed is none: the next request is asked
  const asks = requests.map((request) => {
    const ask = `answer=$(${writeCurl(`http://${address}`, request, ['-f', '-m', String(timeoutSeconds)])})`;
    return `{ ${ask} && printf '%s\\n' "$answer" | { ${filter}; }; }`;
  });
  return `${asks.join(' || ')} || exit $?`;
}

/** Whether an error is that of a component which does not answer, and not of the way to it. */
export const isSilent = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === 'ComponentSilent';

/** Sums each of some metrics over its labels: a tenant has a line of its own, and SSM tells only so much. */
const SUM = `
BEGIN {
  count = split(metrics, list, ";")
  for (at = 1; at <= count; at++) {
    split(list[at], words, " ")
    wanted[words[1]] = 1
    names[at] = words[1]
    labels[at] = words[2]
  }
}
{
  name = $0
  sub("[{ ].*", "", name)
  if (name ~ /^[a-z]+_build_info$/ && name != "go_build_info") print
  if (!(name in wanted)) next
  value = $0
  if (!sub("^[^{ ]*[{].*[}] +", "", value)) sub("^[^ ]+ +", "", value)
  sub(" .*", "", value)
  for (at = 1; at <= count; at++) {
    if (names[at] == name && (labels[at] == "" || index($0, labels[at]) > 0)) sums[at] += value
  }
}
END {
  for (at = 1; at <= count; at++) {
    if (at in sums) printf "%s%s %.17g\\n", names[at], labels[at] == "" ? "" : "{" labels[at] "}", sums[at]
  }
}`;

const describeMetric = ({ name, label }: Metric): string => (label === undefined ? name : `${name}{${label}}`);

/**
 * A command that lets of a page of metrics the sums of these through, and what the program says that it is.
 * @param metrics one that is asked twice has one sum: readSums would add both up
 */
export function writeSums(metrics: Metric[]): string {
  const asked = new Set(metrics.map(({ name, label = '' }) => `${name} ${label}`));
  return `awk -v metrics=${quoted([...asked].join(';'))} ${quoted(SUM)}`;
}

/** What these sum up to. The same counter may stand among the sums with a label and without: each has its own line. */
export function readSums(sums: string, metrics: Metric[]): number | undefined {
  const lines = sums.split('\n');
  const own = metrics.map((metric) => {
    const starts = [`${describeMetric(metric)} `, `${ALWAYS_THERE} `];
    return sumMetric(lines.filter((line) => starts.some((start) => line.startsWith(start))).join('\n'), metric);
  });
  return addSums(own);
}

/** What a component counts. */
export interface Counted {
  /** of those of these metrics that it has; undefined where it has none of them */
  sumOf(wanted: Metric[]): number | undefined;
  /** undefined where it was built without one */
  version?: string;
}

/** The sums of metrics of a component, and its version. */
export async function readMetrics(
  deps: Deps,
  place: ComponentPlace,
  request: StoreRequest,
  metrics: Metric[],
): Promise<Counted> {
  const text = await askComponent(deps, place, [request], { filter: writeSums([...metrics, { name: ALWAYS_THERE }]) });
  const version = readVersion(text);
  return {
    sumOf: (wanted) => readSums(text, wanted),
    ...(version !== undefined && { version }),
  };
}
