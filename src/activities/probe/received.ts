import { ALWAYS_THERE, sumMetrics } from '../../analysis/metrics';
import type { ReceivedTotal } from '../../analysis/received';
import type { InputOf } from '../../contract/activities';
import type { HostStack } from '../../contract/hosts';
import { RECEIVED } from '../../plan/components';
import type { Metric, StoreRequest } from '../../stores/endpoint';
import type { ReceivedCounter } from '../../stores/store';
import type { Deps } from '../clients';
import { escaped } from '../curl';
import { isFromElsewhere } from '../failures';
import { readMetrics, type ComponentPlace } from '../host/asking';
import { componentOf } from '../host/component';
import { listContainers } from '../host/containers';
import { addAddresses, runProbe } from './probe';
import { explainRefusal, readAnswers, writeScript, type HttpAnswer } from './script';

const METRICS: StoreRequest = { path: '/metrics' };
const NO_TASK = 'no task of it runs';
const NO_PROBE = 'no service of the plan has probe: true';

/** A count, or why there is none. */
interface Count {
  count: number | null;
  note: string;
  /** at each port that the component tells apart, in their order; none where nothing is known */
  ports: number[];
}

/** What metrics sum up to; undefined where none of them is there. */
type SumOf = (metrics: Metric[]) => number | undefined;

/** What each component has received since it started, by its own counters: on the hosts, and on ECS over all tasks. */
export async function countReceived(deps: Deps, input: InputOf<'countReceived'>): Promise<ReceivedTotal[]> {
  const { services, hosts } = input;
  const onEcs = countOnEcs(deps, input);
  const onHosts = await Promise.all(hosts.map((host) => countOnHost(deps, host)));
  const ecs = await onEcs;
  return services.map(({ service, component }) => {
    // a host on which none of it runs takes nothing in
    const there = onHosts.flatMap((counts) => counts.get(component) ?? []);
    const host = there.length > 0 ? addCounts(there) : unknown(`no ${component} runs there`);
    const other = ecs.get(service) ?? unknown(NO_TASK);
    return {
      service,
      unit: RECEIVED[component]!.unit,
      host: host.count,
      ecs: other.count,
      note: [host.note, other.note].filter(Boolean).join('; '),
      ...listPorts(RECEIVED[component]!, host, other),
    };
  });
}

function listPorts({ ports }: ReceivedCounter, host: Count, ecs: Count): Pick<ReceivedTotal, 'ports'> {
  if (!ports) return {};
  return {
    ports: ports.map(({ port }, index) => ({
      port,
      host: host.ports[index] ?? null,
      ecs: ecs.ports[index] ?? null,
    })),
  };
}

const unknown = (note: string): Count => ({
  count: null,
  note,
  ports: [],
});

const known = (count: number, ports: number[]): Count => ({
  count,
  note: '',
  ports,
});

/** One that is not known leaves all unknown. */
function addCounts(counts: Count[]): Count {
  const missing = counts.find(({ count }) => count === null);
  if (missing || counts.length === 0) return missing ?? unknown('no host runs');
  const [first] = counts;
  return known(
    counts.reduce((sum, { count }) => sum + count!, 0),
    first!.ports.map((_, index) => counts.reduce((sum, { ports }) => sum + (ports[index] ?? 0), 0)),
  );
}

/** A port that the component does not count leaves all of them unknown. */
function countBy(sumOf: SumOf, { metrics, ports = [] }: ReceivedCounter): Count {
  const sum = sumOf(metrics);
  if (sum === undefined) return unknown(sayNone(metrics));
  const sums = ports.map((port) => sumOf(port.metrics));
  return known(sum, sums.includes(undefined) ? [] : sums.filter((count) => count !== undefined));
}

/** By component, a count of each of its containers. */
async function countOnHost(deps: Deps, host: HostStack): Promise<Map<string, Count[]>> {
  const { instanceId } = host;
  const containers = await listContainers(deps, host, { purpose: 'received: docker compose ps' });
  const counts = new Map<string, Count[]>();
  const counting = containers.map(async (container) => {
    const component = componentOf(container);
    const counter = component && RECEIVED[component];
    if (!counter) return;
    const place = {
      instanceId,
      container,
    };
    const count = await countIn(deps, place, counter);
    counts.set(component, [...(counts.get(component) ?? []), count]);
  });
  await Promise.all(counting);
  return counts;
}

async function countIn(deps: Deps, place: ComponentPlace, counter: ReceivedCounter): Promise<Count> {
  try {
    const { sumOf } = await readMetrics(deps, place, METRICS, listMetrics(counter));
    return countBy(sumOf, counter);
  } catch (error) {
    if (isFromElsewhere(error)) throw error;
    return unknown((error as Error).message);
  }
}

const sayNone = (metrics: Metric[]): string => `it has no ${metrics[0]!.name}`;

/** By service; where a plan has no probe nobody asks. */
async function countOnEcs(deps: Deps, input: InputOf<'countReceived'>): Promise<Map<string, Count>> {
  const { probe, purpose, services } = input;
  if (!probe) return new Map(services.map(({ service }) => [service, unknown(NO_PROBE)]));
  const asked = await addAddresses(deps, probe.cluster, services);
  const questions = asked.flatMap(({ service, component, port, addresses }) =>
    addresses.map((address) => ({
      key: `${service} ${address}`,
      origin: `http://${escaped(address)}:${port}`,
      request: METRICS,
      only: `^(${namesOf(RECEIVED[component]!)}|${ALWAYS_THERE})[{ ].*`,
    })),
  );
  const answers = readAnswers(await runProbe(deps, probe, purpose, writeScript(questions)));
  return new Map(
    asked.map(({ service, component, addresses }) => {
      const pages = addresses.map((address) => answers.get(`${service} ${address}`));
      return [service, sumPages(pages, RECEIVED[component]!)];
    }),
  );
}

const listMetrics = ({ metrics, ports = [] }: ReceivedCounter): Metric[] => [
  ...metrics,
  ...ports.flatMap((port) => port.metrics),
];

const namesOf = (counter: ReceivedCounter): string =>
  [...new Set(listMetrics(counter).map(({ name }) => name))].join('|');

/** Over the tasks of a service, a page of metrics of each; one that does not say leaves the sum unknown. */
export function sumPages(pages: (HttpAnswer | undefined)[], counter: ReceivedCounter): Count {
  if (pages.length === 0) return unknown(NO_TASK);
  return addCounts(pages.map((page) => countOn(page, counter)));
}

function countOn(page: HttpAnswer | undefined, counter: ReceivedCounter): Count {
  const refusal = explainRefusal(page);
  return refusal === undefined ? countBy((metrics) => sumMetrics(page!.body, metrics), counter) : unknown(refusal);
}
