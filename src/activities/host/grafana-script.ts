import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a program on a host is to do with Grafana; its other fields are the verb's, see the
 * Python beside this file.
 */
export interface GrafanaTask {
  verb: 'look' | 'close' | 'open' | 'prepare' | 'copy' | 'count' | 'edits';
  [field: string]: unknown;
}

/** Files of each program in the order of their imports: a host gets them as one text. */
const LOOK_FILES = ['grafana_shell.py', 'grafana_contents.py', 'grafana_outward.py', 'grafana_look.py'];
const MOVE_FILES = ['grafana_shell.py', 'grafana_contents.py', 'grafana_copy.py', 'grafana.py'];
const HOLDER_FILE = 'grafana_holder.py';
/** How the files import each other; `__future__` has to stand first in a program, and once. */
const IMPORTS_OF_OWN = /^from (grafana_\w+|__future__) import (\([^)]*\)|.*)\n/gm;

/**
 * The shell script that runs Grafana's program on a host: with the host's Python, for its
 * sqlite3 and hashlib. SSM takes at most 64 KB of it (MaxDocumentSizeExceeded).
 * @param task must hold no secret, since SSM keeps commands
 */
export function grafanaScript(task: GrafanaTask): string {
  const files = task.verb === 'look' ? LOOK_FILES : MOVE_FILES;
  const holder = task.verb === 'close' ? { holder: read(HOLDER_FILE) } : {};
  const argument = JSON.stringify({
    ...task,
    ...holder,
  }).replaceAll("'", `'\\''`);
  return [
    'command -v python3 >/dev/null || { echo "no python3" >&2; exit 127; }',
    `python3 - '${argument}' <<'LGTM_MIGRATE'`,
    'from __future__ import annotations',
    ...files.map((file) => read(file).replace(IMPORTS_OF_OWN, '').trim()),
    'LGTM_MIGRATE',
  ].join('\n');
}

function read(file: string): string {
  return readFileSync(join(__dirname, file), 'utf8');
}
