import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { GrafanaSettings } from './grafana-settings';
import {
  sayDatabaseByUrl,
  sayDatabaseDiffers,
  sayDatabaseOnHost,
  sayDatabaseShared,
  sayMovable,
  sayNoDatabaseInPlan,
  sayNothingToMove,
  saySeveralToMove,
  saySqliteInLayer,
  saySqliteMissing,
  saySqliteToShare,
  sayToolsMissing,
  type PlannedDatabase,
} from './texts/grafana';

/** Names that mean the host itself, as a container says them. */
const ON_HOST = /^(localhost|127\.|host\.docker\.internal|172\.17\.)/;
/** What Grafana calls its database where nobody says otherwise. */
const DEFAULT_NAME = 'grafana';

/** Whether both Grafanas use one database outside the host. */
export function judgeShared({ grafana, services }: Plan, instanceId: string, settings: GrafanaSettings): Finding {
  const { environment, secrets } = services[grafana.service]!;
  if (settings.type === 'sqlite3') return saySqliteToShare(instanceId, settings.path);
  const url = environment['GF_DATABASE_URL'] ?? secrets['GF_DATABASE_URL'];
  if (url) return sayDatabaseByUrl(settings);
  const planned = plannedDatabase(environment);
  if (!planned) return sayNoDatabaseInPlan(grafana.service, settings);
  if (isOnHost(settings.host)) return sayDatabaseOnHost(instanceId, settings.host);
  if (!isSame(settings, planned)) return sayDatabaseDiffers(settings, planned);
  return sayDatabaseShared(planned.type, planned.host);
}

/** Whether the host's SQLite can be made read-only and copied. */
export function judgeMovable(instanceId: string, settings: GrafanaSettings, grafanas: number): Finding {
  const { type, path, found, missing } = settings;
  if (type !== 'sqlite3') return sayNothingToMove(instanceId, settings);
  if (grafanas > 1) return saySeveralToMove(grafanas);
  if (!path) return saySqliteInLayer();
  if (!found) return saySqliteMissing(instanceId, path);
  const tools = missing.filter((tool) => tool !== 'mount');
  if (tools.length > 0) return sayToolsMissing(instanceId, tools);
  return sayMovable(instanceId, path);
}

function plannedDatabase(environment: Record<string, string>): PlannedDatabase | undefined {
  const type = environment['GF_DATABASE_TYPE'];
  const host = environment['GF_DATABASE_HOST'];
  const name = environment['GF_DATABASE_NAME'];
  if (!type) return undefined;
  return {
    type,
    ...(host === undefined ? {} : { host }),
    ...(name === undefined ? {} : { name }),
  };
}

const isOnHost = (host: string | null): boolean => isHostsOwn(placeOf(host));

/** Whether a name or an address means something on the host alone: one without a dot is a container's. */
export const isHostsOwn = (place: string): boolean => ON_HOST.test(place) || !place.includes('.');

function isSame(settings: GrafanaSettings, planned: PlannedDatabase): boolean {
  const isSameType = settings.type === planned.type;
  const isSameHost = placeOf(settings.host) === placeOf(planned.host);
  const name = settings.name ?? DEFAULT_NAME;
  const plannedName = planned.name ?? DEFAULT_NAME;
  return isSameType && isSameHost && name === plannedName;
}

/** Without the port that is the default of PostgreSQL or MySQL. */
function placeOf(host: string | null | undefined): string {
  const place = (host ?? '').toLowerCase();
  return place.replace(/:(5432|3306)$/, '');
}
