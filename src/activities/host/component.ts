import { ApplicationFailure } from '@temporalio/activity';
import { COMPONENTS, publishedAs, type ComponentName } from '../../plan/versions';
import type { Deps } from '../clients';
import { OUTPUT_LIMIT, runScript } from './ssm';
import type { Container } from './stack';

/** Where the components answer HTTP by their own defaults; 9009 is the plan document's for Mimir. */
const HTTP_PORTS: Record<ComponentName, number[]> = {
  mimir: [9009, 8080],
  loki: [3100],
  tempo: [3200],
  pyroscope: [4040],
  grafana: [3000],
  alloy: [12345],
};

const isComponent = (name: string): name is ComponentName => (COMPONENTS as readonly string[]).includes(name);

/** Which of the six a container is: by its image, else by its service's name. */
export const componentOf = ({ Image = '', Service }: Pick<Container, 'Image' | 'Service'>): ComponentName | undefined =>
  publishedAs(Image) ?? (isComponent(Service) ? Service : undefined);

/** A word of a shell script, whatever stands in it. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Host and port at which the host itself reaches a container: the published port, else the container's own address. */
function door(container: Container, component: ComponentName): string {
  const ports = HTTP_PORTS[component];
  const published = (container.Publishers ?? []).filter(
    ({ PublishedPort, Protocol }) => PublishedPort > 0 && Protocol === 'tcp',
  );
  const found =
    published.find(
      ({ TargetPort, PublishedPort }) => ports.includes(TargetPort ?? PublishedPort) || ports.includes(PublishedPort),
    ) ?? (published.length === 1 ? published[0] : undefined);
  if (!found)
    return `$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' ${quoted(container.Name ?? container.Service)} | cut -d' ' -f1):${ports[0]}`;
  const address = !found.URL || /^(0\.0\.0\.0|::|\[::\])$/.test(found.URL) ? '127.0.0.1' : found.URL;
  return `${address}:${found.PublishedPort}`;
}

export interface Question {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** lets only lines through that match (or, with `drop`, that don't): extended regular expressions, in the order given */
  keep?: string;
  drop?: string;
  timeoutSeconds?: number;
}

/**
 * Asks a component on a host over HTTP, from the host itself, through SSM: nothing else reaches /config or /flush.
 * @param container a running container of one of the six
 * @returns the answer's body, at most 24,000 characters of it (OUTPUT_LIMIT): filter what is longer
 * @throws ApplicationFailure of type ComponentSilent with curl's own words, retryable
 */
export async function ask(
  deps: Deps,
  instanceId: string,
  container: Container,
  path: string,
  question: Question = {},
): Promise<string> {
  const { method = 'GET', headers = {}, body, keep, drop, timeoutSeconds = 60 } = question;
  const component = componentOf(container);
  if (!component)
    throw ApplicationFailure.nonRetryable(
      `${container.Service} (${container.Image}) is none of ${COMPONENTS.join(', ')}`,
      'NoComponent',
    );
  const options = [
    `-X ${method}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
  ];
  const filters = [...(drop ? [`grep -viE ${quoted(drop)}`] : []), ...(keep ? [`grep -E ${quoted(keep)}`] : [])];
  const script = [
    `answer=$(curl -fsS -m ${timeoutSeconds} ${options.join(' ')} "http://${door(container, component)}"${quoted(path)}) || exit $?`,
    // grep says 1 where nothing is left, which is an answer too
    `printf '%s\\n' "$answer"${filters.map((filter) => ` | ${filter}`).join('')}`,
    'true',
  ].join('\n');
  const { code, output, error } = await runScript(
    deps,
    instanceId,
    `${method} ${container.Service} ${path}`,
    script,
    timeoutSeconds + 60,
  );
  if (code !== 0)
    throw ApplicationFailure.retryable(
      `${method} ${path} of ${container.Service} on ${instanceId}: ${(error || output).trim().slice(-300)}`,
      'ComponentSilent',
    );
  return output.slice(0, OUTPUT_LIMIT);
}

/** Whether an error is that of a component which does not answer, and not of the way to it. */
export const silent = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === 'ComponentSilent';

/** The sum of a metric over its labels in a text of /metrics; undefined where it is not there. */
export function metric(text: string, name: string): number | undefined {
  const values = text.split('\n').flatMap((line) => {
    const found = new RegExp(`^${name}(?:\\{.*\\})?\\s+([-+.\\deE]+|NaN|\\+Inf)`).exec(line);
    return found ? [Number(found[1])] : [];
  });
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : undefined;
}

/** The wanted metrics of a component, by name; those that it does not have are left out. */
export async function metrics(
  deps: Deps,
  instanceId: string,
  container: Container,
  names: string[],
): Promise<Record<string, number>> {
  const text = await ask(deps, instanceId, container, '/metrics', { keep: `^(${names.join('|')})[{ ]` });
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = metric(text, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
