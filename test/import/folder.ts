import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readCompose } from '../../src/import/read/compose';
import type { ComposeService } from '../../src/import/read/service';

export const EXAMPLE = join(__dirname, '../../examples/LGTM_PRD');
const FIXTURES = join(__dirname, 'fixtures');

// files of the example
export const ALLOY = 'alloy/alloy_docker-compose.yaml';
export const ALLOY_CONFIG = 'alloy/config/config.alloy';
export const GRAFANA_ENV = 'grafana/grafana.env';
export const GRAFANA = 'grafana/grafana_docker-compose.yaml';
export const LOKI = 'loki/loki_docker-compose.yaml';
export const LOKI_CONFIG = 'loki/config/loki-config.yaml';
export const MIMIR = 'mimir/mimir_docker-compose.yaml';
export const MIMIR_CONFIG = 'mimir/config/mimir-config.yaml';
export const PYROSCOPE = 'pyroscope/pyroscope_docker-compose.yaml';
export const PYROSCOPE_CONFIG = 'pyroscope/config/pyroscope-config.yaml';
export const TEMPO = 'tempo/tempo-docker-compose.yaml';
export const TEMPO_CONFIG = 'tempo/config/tempo-config.yaml';

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary)
    rmSync(folder, {
      recursive: true,
      force: true,
    });
});

/** A folder that is gone after the tests of a file. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lgtm-import-'));
  temporary.push(folder);
  return folder;
}

/** A folder of these files. */
export function writeFolder(files: Record<string, string>): string {
  const root = makeFolder();
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

/** A text of the example that is replaced, at its first place. */
export interface Edit {
  file: string;
  from: string | RegExp;
  to: string;
}

/** The example with texts replaced; an edit that finds nothing is a mistake of the test. */
export function editExample(...edits: Edit[]): string {
  const root = join(makeFolder(), 'LGTM_PRD');
  cpSync(EXAMPLE, root, { recursive: true });
  for (const { file, from, to } of edits) {
    const path = join(root, file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${String(from)} is not in ${file}`);
    writeFileSync(path, after);
  }
  return root;
}

/** A file more in an edited example. */
export function addFile(root: string, file: string, text: string): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export function findFixture(name: string): string {
  return join(FIXTURES, name);
}

/** The services of a fixture's Compose files, by name. */
export function readFixture(name: string): Record<string, ComposeService> {
  const { services } = readCompose(findFixture(name));
  const entries = services.map((service) => [service.name, service]);
  return Object.fromEntries(entries) as Record<string, ComposeService>;
}

export const WITH_SQLITE: Edit = {
  file: GRAFANA_ENV,
  from: 'GF_DATABASE_TYPE=postgres',
  to: 'GF_DATABASE_TYPE=sqlite3',
};

export const WITH_LOCAL_TRACES: Edit = {
  file: TEMPO_CONFIG,
  from: 'backend: s3',
  to: 'backend: local',
};
