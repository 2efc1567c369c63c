import { fail, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { dashboardsAreDeleted } from './grafana-texts';

/** Of dockerfiles/grafana: it takes the place of one with its name. */
const OWN_PROVIDER = 'lgtm';

/** Providers of dashboards that the image does not have: what they provisioned would be deleted. */
export function checkGrafanaDashboards({ components }: Inventory): ImportFinding[] {
  const providers = components.flatMap(({ grafana }) => grafana?.providers ?? []);
  const foreign = providers.filter(({ value }) => value !== OWN_PROVIDER);
  return foreign.map((provider) => fail('grafana/dashboards', provider, dashboardsAreDeleted(provider.value)));
}
