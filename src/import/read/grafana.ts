import type { Sourced } from '../place';
import { looksSecret } from '../../plan/secrecy';
import type { Variables } from './env-file';
import { readGrafanaIni } from './grafana-ini';
import { readProviders } from './provisioning';
import type { ComposeService } from './service';

export interface Database {
  /** sqlite3, postgres, mysql */
  type: string;
  /** with its port; absent for SQLite */
  host?: string;
}

export interface Grafana {
  service: ComposeService;
  /** GF_SECTION_KEY → value, of grafana.ini and over it of the environment */
  settings: Variables;
  database: Sourced<Database>;
  /** of dashboards, by name */
  providers: Sourced<string>[];
}

/**
 * Reads Grafana's settings.
 * @param host the folder's path on the hosts
 */
export function readGrafana(service: ComposeService, root: string, host: string): Grafana {
  const ini = readGrafanaIni(service, root, host);
  const own = [...service.environment].filter(([name]) => name.startsWith('GF_'));
  const settings: Variables = new Map([...ini, ...own]);
  return {
    service,
    settings,
    database: readDatabase(settings, service),
    providers: readProviders(service, {
      root,
      host,
    }),
  };
}

/** GF_DATABASE_URL counts before the single settings. Without either it is SQLite, Grafana's default. */
function readDatabase(settings: Variables, service: ComposeService): Sourced<Database> {
  const url = settings.get('GF_DATABASE_URL');
  const type = settings.get('GF_DATABASE_TYPE');
  const { file, line } = type ?? url ?? service;
  const value = url ? parseDatabaseUrl(url.value) : readDatabaseSettings(settings);
  return {
    value,
    file,
    line,
  };
}

function parseDatabaseUrl(url: string): Database {
  const [scheme = ''] = url.split(':');
  const type = scheme.replace('postgresql', 'postgres');
  // a password may hold whatever ends a host, an @ too
  const [, host] = /@([^@/?]+)[^@]*$/s.exec(url) ?? [];
  return host
    ? {
        type,
        host,
      }
    : { type };
}

function readDatabaseSettings(settings: Variables): Database {
  const type = settings.get('GF_DATABASE_TYPE')?.value || 'sqlite3';
  const host = settings.get('GF_DATABASE_HOST')?.value;
  return host
    ? {
        type,
        host,
      }
    : { type };
}

/** Set by the image, or meant for the host that Grafana leaves. */
const LEFT_BEHIND = [
  'GF_PATHS_',
  'GF_LOG_',
  'GF_SERVER_HTTP_',
  'GF_SERVER_PROTOCOL',
  'GF_SERVER_CERT',
  'GF_ANALYTICS_',
  'GF_INSTALL_',
  'GF_PLUGINS_PREINSTALL',
  'GF_DATABASE_PATH',
  'GF_DATABASE_WAL',
  'GF_USERS_ALLOW_SIGN_UP',
  'GF_SECURITY_ADMIN_PASSWORD',
];

/** Settings that the task is given: values of plain ones, names of secret ones. */
export interface TaskSettings {
  environment: Record<string, string>;
  secrets: string[];
}

/**
 * What the task needs of Grafana's settings.
 * A secret counts when its value is not in the folder too: an unset variable, or a file by Grafana's `__FILE`.
 */
export function selectTaskSettings({ settings, database }: Grafana): TaskSettings {
  const isSqlite = database.value.type === 'sqlite3';
  const environment: Record<string, string> = {};
  const secrets = new Set<string>();
  for (const { name, value, isSecret } of listSettings(settings)) {
    // SQLite has no host and no password, whatever still stands there
    if (isSqlite && name.startsWith('GF_DATABASE_')) continue;
    if (LEFT_BEHIND.some((prefix) => name.startsWith(prefix))) continue;
    if (isSecret) secrets.add(name);
    else if (value !== '') environment[name] = value;
  }
  return {
    environment,
    secrets: [...secrets],
  };
}

interface Setting {
  name: string;
  value: string;
  isSecret: boolean;
}

/** By name; `GF_X__FILE` is the secret GF_X. */
function listSettings(settings: Variables): Setting[] {
  const list = [...settings].map(([name, { value }]) => ({
    name: name.replace(/__FILE$/, ''),
    value,
    isSecret: name.endsWith('__FILE') || looksSecret(name, value),
  }));
  return list.sort((a, b) => a.name.localeCompare(b.name));
}
