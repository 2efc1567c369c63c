import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Variables } from './env-file';
import { listFiles } from './folder';
import type { ComposeService } from './service';
import { findOnHost } from './volumes';

const DEFAULT_PATH = '/etc/grafana/grafana.ini';
const SECTION = /^\s*\[([^\]]+)\]/;
const PAIR = /^\s*([\w.-]+)\s*=\s*(.*?)\s*$/;
/** A value may stand in `"…"` or, over several lines, in `"""…"""`. */
const QUOTES = /^"""?|"""?$/g;

/**
 * The settings of grafana.ini as the variables that overrule them: `[database] type` is GF_DATABASE_TYPE.
 * Source: Grafana's docs, "Override configuration with environment variables".
 * @param host the folder's path on the hosts
 */
export function readGrafanaIni(service: ComposeService, root: string, host: string): Variables {
  const path = findIni(service, root, host);
  if (path === undefined) return new Map();
  const text = readFileSync(path, 'utf8');
  return parseIni(text, relative(root, path));
}

function findIni(service: ComposeService, root: string, host: string): string | undefined {
  const named = service.environment.get('GF_PATHS_CONFIG')?.value ?? DEFAULT_PATH;
  const mounted = findOnHost(service.volumes, named);
  const path = mounted?.startsWith(`${host}/`) ? join(root, mounted.slice(host.length + 1)) : mounted;
  if (path !== undefined && existsSync(path)) return path;
  return findIniBeside(root);
}

/** grafana/config/*.ini: where a folder has it whatever the mounts say. */
function findIniBeside(root: string): string | undefined {
  const folder = join(root, 'grafana', 'config');
  if (!existsSync(folder)) return undefined;
  const file = listFiles(folder).find((name) => /^[^/]*\.ini$/.test(name));
  return file && join(folder, file);
}

function parseIni(text: string, file: string): Variables {
  const variables: Variables = new Map();
  let section = 'DEFAULT';
  for (const [index, line] of text.split('\n').entries()) {
    const [, header] = SECTION.exec(line) ?? [];
    const [, key, value] = PAIR.exec(line) ?? [];
    if (header !== undefined) section = header;
    else if (key !== undefined && value !== undefined) {
      const name = nameVariable(section, key);
      variables.set(name, { value: value.replace(QUOTES, ''), file, line: index + 1 });
    }
  }
  return variables;
}

function nameVariable(section: string, key: string): string {
  const parts = [section, key].map((part) => part.toUpperCase().replace(/[.-]/g, '_'));
  return `GF_${parts.join('_')}`;
}
