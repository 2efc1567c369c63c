import { existsSync, readdirSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { readContainerFile, type ContainerFile } from './container-file';
import type { Variables } from './env-file';
import type { ComposeService } from './service';
import { readTextFile } from './text-file';

const DEFAULT_PATH = '/etc/grafana/grafana.ini';
const SECTION = /^\s*\[([^\]]+)\]/;
const PAIR = /^\s*([\w.-]+)\s*=(.*)$/;
/** A value may stand in `"…"` or, over several lines, in `"""…"""`. */
const QUOTES = /^"""?|"""?$/g;

/**
 * The settings of grafana.ini as the variables that overrule them: `[database] type` is GF_DATABASE_TYPE.
 * Source: Grafana's docs, "Override configuration with environment variables".
 * @param host the folder's path on the hosts
 */
export function readGrafanaIni(service: ComposeService, root: string, host: string): Variables {
  const ini = findIni(service, root, host);
  return ini ? parseIni(ini.text, ini.name) : new Map();
}

function findIni(service: ComposeService, root: string, host: string): ContainerFile | undefined {
  const named = service.environment.get('GF_PATHS_CONFIG');
  const path = named?.value ?? DEFAULT_PATH;
  return (
    readContainerFile(service, path, {
      root,
      host,
    }) ?? findIniByName(root)
  );
}

/** grafana/config/*.ini: where a folder has it, whatever the mounts say. */
function findIniByName(root: string): ContainerFile | undefined {
  const folder = join(root, 'grafana', 'config');
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder);
  const file = files.find((name) => extname(name) === '.ini');
  const path = join(folder, file ?? '');
  const text = file === undefined ? undefined : readTextFile(path);
  return text === undefined
    ? undefined
    : {
        name: relative(root, path),
        text,
      };
}

function parseIni(text: string, file: string): Variables {
  const variables: Variables = new Map();
  const lines = text.split('\n');
  let section = 'DEFAULT';
  for (const [index, line] of lines.entries()) {
    section = readSection(line) ?? section;
    const pair = readPair(line);
    if (!pair) continue;
    const name = nameVariable(section, pair.key);
    variables.set(name, {
      value: pair.value,
      file,
      line: index + 1,
    });
  }
  return variables;
}

function readSection(line: string): string | undefined {
  return SECTION.exec(line)?.[1];
}

function readPair(line: string): { key: string; value: string } | undefined {
  const match = PAIR.exec(line);
  if (!match) return undefined;
  const [, key = '', rest = ''] = match;
  const value = rest.trim().replace(QUOTES, '');
  return {
    key,
    value,
  };
}

function nameVariable(section: string, key: string): string {
  const name = `GF_${section}_${key}`;
  return name.toUpperCase().replace(/[.-]/g, '_');
}
