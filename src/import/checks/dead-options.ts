import type { ComponentName } from '../../plan/components';
import { isStoreName, storeOf } from '../../stores';
import type { DeadOption } from '../../stores/store';

/** Of Grafana, by its variables. */
const GRAFANA: DeadOption[] = [
  {
    path: 'GF_ALERTING_ENABLED',
    since: '11.0.0',
    instead: 'GF_UNIFIED_ALERTING_ENABLED',
    source: 'https://github.com/grafana/grafana/pull/83651',
  },
];

/** Options that a version of a component no longer has. */
export function listDeadOptions(component: ComponentName): DeadOption[] {
  if (isStoreName(component)) return storeOf(component).deadOptions;
  return component === 'grafana' ? GRAFANA : [];
}
