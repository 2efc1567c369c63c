import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Variables } from './env-file';
import type { Found, Place } from '../problem';
import { looksSecret } from '../secret-looking';
import { onHost, type Service } from './service';

export interface Grafana {
  service: Service;
  /** GF_SECTION_KEY → value, of grafana.ini and over it of the environment */
  settings: Variables;
  database: Found<{ type: string; host?: string }>;
}

/** grafana.ini as the variables that overrule it: `[database] type` is GF_DATABASE_TYPE. Source: Grafana's docs, "Override configuration with environment variables". */
function readIni(file: string, shown: string): Variables {
  const found: Variables = new Map();
  let section = 'DEFAULT';
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const header = /^\s*\[([^\]]+)\]/.exec(line);
    const pair = /^\s*([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line);
    const variable = (name: string) => name.toUpperCase().replace(/[.-]/g, '_');
    if (header) section = header[1]!;
    else if (pair)
      found.set(`GF_${variable(section)}_${variable(pair[1]!)}`, {
        value: pair[2]!.replace(/^"""?|"""?$/g, ''),
        file: shown,
        line: index + 1,
      });
  }
  return found;
}

function iniOf(service: Service, root: string, host: string): string | undefined {
  const named = service.environment.get('GF_PATHS_CONFIG')?.value ?? '/etc/grafana/grafana.ini';
  const mounted = onHost(service, named);
  const inFolder = mounted?.startsWith(`${host}/`) ? join(root, mounted.slice(host.length + 1)) : mounted;
  if (inFolder && existsSync(inFolder)) return inFolder;
  const config = join(root, 'grafana', 'config');
  const name = existsSync(config) && readdirSync(config).find((entry) => /\.ini$/.test(entry));
  return name ? join(config, name) : undefined;
}

/** Reads Grafana's settings. Without a database named it is SQLite: Grafana's default. */
export function readGrafana(service: Service, root: string, host: string): Grafana {
  const ini = iniOf(service, root, host);
  const own = [...service.environment].filter(([name]) => name.startsWith('GF_'));
  const settings: Variables = new Map([...(ini ? readIni(ini, relative(root, ini)) : []), ...own]);
  const type = settings.get('GF_DATABASE_TYPE');
  const url = settings.get('GF_DATABASE_URL');
  const place: Place = type ?? url ?? { file: service.file, line: service.line };
  const kind = url ? url.value.split(':')[0]!.replace('postgresql', 'postgres') : type?.value || 'sqlite3';
  const address = url ? /@([^/?]+)/.exec(url.value)?.[1] : settings.get('GF_DATABASE_HOST')?.value;
  return {
    service,
    settings,
    database: { value: { type: kind, ...(address ? { host: address } : {}) }, file: place.file, line: place.line },
  };
}

/** Set by the image, or meant for the host that it leaves. */
const OF_THE_IMAGE =
  /^GF_(PATHS_|LOG_|SERVER_HTTP_|SERVER_PROTOCOL|SERVER_CERT|ANALYTICS_|INSTALL_|PLUGINS_PREINSTALL|DATABASE_(PATH|WAL)|USERS_ALLOW_SIGN_UP|SECURITY_ADMIN_PASSWORD)/;

/**
 * What the task needs of these settings: plain ones as its environment, secret ones by name only.
 * A secret counts when its value is not in the folder too: an unset variable, or a file by Grafana's `__FILE`.
 */
export function carriedOver({ settings, database }: Grafana): {
  environment: Record<string, string>;
  secrets: string[];
} {
  const named = [...settings].map(([name, { value }]) => ({
    name: name.replace(/__FILE$/, ''),
    value,
    secret: name.endsWith('__FILE') || looksSecret(name, value),
  }));
  // SQLite has no host and no password, whatever still stands there
  const sqlite = database.value.type === 'sqlite3';
  const carried = named
    .filter(({ name }) => !OF_THE_IMAGE.test(name) && !(sqlite && name.startsWith('GF_DATABASE_')))
    .sort((a, b) => a.name.localeCompare(b.name));
  return {
    environment: Object.fromEntries(
      carried.filter(({ secret, value }) => !secret && value !== '').map(({ name, value }) => [name, value]),
    ),
    secrets: [...new Set(carried.filter(({ secret }) => secret).map(({ name }) => name))],
  };
}
