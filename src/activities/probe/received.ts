import { ALWAYS_THERE, sumMetric } from '../../analysis/metrics';
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
}

/** What each component has received since it started, by its own counters: on the hosts, and on ECS over all tasks. */
export async function countReceived(deps: Deps, input: InputOf<'countReceived'>): Promise<ReceivedTotal[]> {
  const { services, hosts } = input;
  const onEcs = countOnEcs(deps, input);
  const onHosts = await Promise.all(hosts.map((host) => countOnHost(deps, host)));
  const ecs = await onEcs;
  return services.map(({ service, component }) => {
    const host = addCounts(onHosts.map((counts) => counts.get(component) ?? unknown(`no ${component} runs there`)));
    const other = ecs.get(service) ?? unknown(NO_TASK);
    return {
      service,
      unit: RECEIVED[component]!.unit,
      host: host.count,
      ecs: other.count,
      note: [host.note, other.note].filter(Boolean).join('; '),
    };
  });
}

const unknown = (note: string): Count => ({
  count: null,
  note,
});

const known = (count: number): Count => ({
  count,
  note: '',
});

/** One that is not known leaves all unknown. */
function addCounts(counts: Count[]): Count {
  const missing = counts.find(({ count }) => count === null);
  if (missing || counts.length === 0) return missing ?? unknown('no host runs');
  return known(counts.reduce((sum, { count }) => sum + count!, 0));
}

/** By component. */
async function countOnHost(deps: Deps, host: HostStack): Promise<Map<string, Count>> {
  const { instanceId } = host;
  const containers = await listContainers(deps, host, { purpose: 'received: docker compose ps' });
  const counts = containers.map(async (container): Promise<[string, Count][]> => {
    const component = componentOf(container);
    const counter = component && RECEIVED[component];
    return counter ? [[component, await countIn(deps, { instanceId, container }, counter)]] : [];
  });
  return new Map((await Promise.all(counts)).flat());
}

async function countIn(deps: Deps, place: ComponentPlace, { metrics }: ReceivedCounter): Promise<Count> {
  try {
    const { sumOf } = await readMetrics(deps, place, METRICS, metrics);
    const sum = sumOf(metrics);
    return sum === undefined ? unknown(sayNone(metrics)) : known(sum);
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

const namesOf = ({ metrics }: ReceivedCounter): string => metrics.map(({ name }) => name).join('|');

/** Over the tasks of a service, a page of metrics of each; one that does not say leaves the sum unknown. */
export function sumPages(pages: (HttpAnswer | undefined)[], { metrics }: ReceivedCounter): Count {
  if (pages.length === 0) return unknown(NO_TASK);
  return addCounts(pages.map((page) => countOn(page, metrics)));
}

function countOn(page: HttpAnswer | undefined, metrics: Metric[]): Count {
  const refusal = explainRefusal(page);
  if (refusal !== undefined) return unknown(refusal);
  const counts = metrics.map((metric) => sumMetric(page!.body, metric)).filter((count) => count !== undefined);
  return counts.length === 0 ? unknown(sayNone(metrics)) : known(counts.reduce((sum, count) => sum + count, 0));
}
