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

/** Whether both Grafanas use one database outside the host. */
export function judgeShared({ grafana, services }: Plan, instanceId: string, settings: GrafanaSettings): Finding[] {
  const { environment, secrets } = services[grafana.service]!;
  if (settings.type === 'sqlite3') return [saySqliteToShare(instanceId, settings.path)];
  if (environment['GF_DATABASE_URL'] ?? secrets['GF_DATABASE_URL']) return [sayDatabaseByUrl(settings)];
  const planned = plannedDatabase(environment);
  if (!planned) return [sayNoDatabaseInPlan(grafana.service, settings)];
  if (isOnHost(settings.host)) return [sayDatabaseOnHost(instanceId, settings.host)];
  return [
    isSame(settings, planned) ? sayDatabaseShared(planned.type, planned.host) : sayDatabaseDiffers(settings, planned),
  ];
}

/** Whether the host's SQLite can be made read-only and copied. */
export function judgeMovable(instanceId: string, settings: GrafanaSettings, grafanas: number): Finding[] {
  const { type, path, found, missing } = settings;
  if (type !== 'sqlite3') return [sayNothingToMove(instanceId, settings)];
  if (grafanas > 1) return [saySeveralToMove(grafanas)];
  if (!path) return [saySqliteInLayer()];
  if (!found) return [saySqliteMissing(instanceId, path)];
  const tools = missing.filter((tool) => tool !== 'mount');
  return [tools.length > 0 ? sayToolsMissing(instanceId, tools) : sayMovable(instanceId, path)];
}

function plannedDatabase(environment: Record<string, string>): PlannedDatabase | undefined {
  const [type, host, name] = ['TYPE', 'HOST', 'NAME'].map((key) => environment[`GF_DATABASE_${key}`]);
  if (!type) return undefined;
  return {
    type,
    ...(host === undefined ? {} : { host }),
    ...(name === undefined ? {} : { name }),
  };
}

/** A name without a dot is a container's. */
function isOnHost(host: string | null): boolean {
  const place = placeOf(host);
  return ON_HOST.test(place) || !place.includes('.');
}

function isSame(settings: GrafanaSettings, { type, host, name = 'grafana' }: PlannedDatabase): boolean {
  return type === settings.type && placeOf(host) === placeOf(settings.host) && name === (settings.name ?? 'grafana');
}

/** Without the port that is the default of PostgreSQL or MySQL. */
function placeOf(host: string | null | undefined): string {
  return (host ?? '').toLowerCase().replace(/:(5432|3306)$/, '');
}
