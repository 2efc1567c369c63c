import { compareVersions } from '../../stores/version';
import { warn, type ImportFinding } from '../finding';
import type { Place } from '../place';
import type { Component, Inventory } from '../read/inventory';
import type { DeadOption } from '../../stores/store';
import { listDeadOptions } from './dead-options';
import { optionIsGone } from './texts';

/** Options that the running version ignores or refuses. */
export function checkDeadOption({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findDeadOptions);
}

function findDeadOptions(component: Component): ImportFinding[] {
  const { name } = component;
  const gone = listDeadOptions(name).filter((option) => isGone(option, component));
  return gone.flatMap((option) => {
    const place = findOption(option.path, component);
    if (!place) return [];
    const text = optionIsGone(name, option);
    return [warn(`${name}/dead-option`, place, text)];
  });
}

/** A version that nobody knows is taken for a new one. */
function isGone(option: DeadOption, { version }: Component): boolean {
  return !version || compareVersions(version, option.since) >= 0;
}

function findOption(path: string, { grafana, stores }: Component): Place | undefined {
  if (grafana) return grafana.settings.get(path);
  const store = stores.find(({ settings }) => settings.raw(path) !== undefined);
  return store?.settings.place(path);
}
