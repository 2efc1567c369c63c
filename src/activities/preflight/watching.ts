import type { Finding } from '../../contract/findings';
import type { Endpoint } from '../../stores/endpoint';
import { isStoreName, storeOf } from '../../stores';
import type { Deps } from '../clients';
import { quoted } from '../curl';
import { askComponent, isSilent } from '../host/asking';
import { componentOf } from '../host/component';
import type { Container } from '../host/containers';
import type { Look } from './finding';
import type { Hosts } from './hosts';
import { sayWatching } from './texts/grafana-outward';

/** So many rules are told. */
const MOST = 20;

/** A rule as a ruler tells it: its name and, right behind it, its query, both as JSON. */
const RULE = String.raw`"name":"([^"\\]|\\.)*","query":"([^"\\]|\\.)*"`;
/** The two apart, by a tab. */
const APART = String.raw`s/^"name":"(.*)","query":"(.*)"$/\1\t\2/`;
/** `up` as a metric, or a function that answers where nothing is; a label's value stands in quotes. */
const WATCHES = String.raw`$2 ~ /absent(_over_time)?[ ]*\(/ || $2 ~ /(^|[^A-Za-z0-9_:"])up([^A-Za-z0-9_:\\]|$)/ { print $1 }`;

/** Lets through the names of rules that look whether something is there, one more than is told. */
export const WATCHING_FILTER = [
  `grep -oE ${quoted(RULE)}`,
  `sed -E ${quoted(APART)}`,
  `awk -F '\\t' ${quoted(WATCHES)}`,
  'sort -u',
  `head -n ${MOST + 1}`,
].join(' | ');

/** Which rules of the hosts' rulers fire when something is gone, as a host soon is. */
export async function lookAtWatching(deps: Deps, { hosts, containers }: Hosts): Promise<Look> {
  const running = hosts.filter(({ state }) => state === 'running').map(({ instanceId }) => instanceId);
  const asked = containers.filter(({ instanceId }) => running.includes(instanceId));
  const findings = asked.map((container) => judgeContainer(deps, container));
  return { findings: (await Promise.all(findings)).flat() };
}

async function judgeContainer(deps: Deps, container: Container & { instanceId: string }): Promise<Finding[]> {
  const store = componentOf(container);
  const rules = isStoreName(store) ? storeOf(store).alertRules : undefined;
  if (!rules) return [];
  const names = await askNames(deps, container, rules);
  return names.length > 0
    ? [sayWatching(`${store!}/watches`, container.instanceId, names.slice(0, MOST), names.length)]
    : [];
}

/** One that runs no ruler, or wants a tenant, tells none. */
async function askNames(
  deps: Deps,
  container: Container & { instanceId: string },
  { request }: Endpoint,
): Promise<string[]> {
  const { instanceId } = container;
  const place = {
    instanceId,
    container,
  };
  try {
    const text = await askComponent(deps, place, [request], { filter: WATCHING_FILTER });
    return text.split('\n').filter(Boolean);
  } catch (error) {
    if (!isSilent(error)) throw error;
    return [];
  }
}
