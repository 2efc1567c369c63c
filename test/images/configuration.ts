import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DOCKERFILES, SERVICES, type Service } from '../../lab/services';

export { SERVICES, type Service };
export const FOLDER = DOCKERFILES;
export type Store = 'mimir' | 'loki' | 'tempo' | 'pyroscope';
export type Environment = Record<string, string>;

/**
 * What a task definition gives every container, and
 * the address that the metadata endpoint would.
 */
export const GIVEN: Environment = {
  REGION: 'ap-northeast-2',
  S3_BUCKET: 'sys-lgtm-s3',
  DOMAIN: 'lgtm.local',
  TASK_IP: '10.0.11.5',
};

/** Prints the environment, and which folder Alloy would load. */
const ALLOY_PROGRAM = ['sh', '-c', 'env; echo "CONFIGURATION=$1"', 'alloy'];

/**
 * What an entrypoint did: its exit code, its messages,
 * and the environment that it gave its program.
 */
export interface Start {
  status: number | null;
  said: string;
  environment: Environment;
}

/** A file of the build contexts. */
export function read(...path: string[]): string {
  return readFileSync(join(FOLDER, ...path), 'utf8');
}

/** `ENV` of a Dockerfile: what is there before the task definition says anything. */
export function defaultsOf(service: Service): Environment {
  const joined = read(service, 'Dockerfile').replaceAll('\\\n', ' ');
  const lines = joined.split('\n').filter((line) => line.startsWith('ENV '));
  const environment: Environment = {};
  for (const line of lines) {
    for (const [, name, value] of line.matchAll(/([A-Z_]+)=(\S*)/g)) {
      environment[name!] = value!;
    }
  }
  return environment;
}

/**
 * The image's own entrypoint under the host's shell, with `env` in place of the program.
 */
export function start(service: Service, given: Environment): Start {
  const switches = join(FOLDER, service, 'switches.sh');
  const script = read(service, 'entrypoint.sh').replace('. /switches.sh', `. ${switches}`);
  const program = service === 'alloy' ? ALLOY_PROGRAM : ['env'];
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'entrypoint', ...program], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...defaultsOf(service), ...given },
  });
  return { status, said: stderr.trim(), environment: parseEnvironment(stdout) };
}

/** The same with what a task definition gives. */
export function startWith(service: Service, given: Environment): Start {
  return start(service, { ...GIVEN, ...given });
}

function parseEnvironment(output: string): Environment {
  const environment: Environment = {};
  for (const line of output.split('\n')) {
    const [, name, value] = /^([^=]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) environment[name] = value!;
  }
  return environment;
}

/**
 * `-config.expand-env` as each store does it: Mimir splits at the
 * first colon, the others take the shell's `:-`. A name without value
 * and default is an error here; the stores would take an empty text.
 */
export function expand(service: Store, text: string, environment: Environment): string {
  const withColon = /\$\{([^}:]*)(?::([^}]*))?\}/g;
  const withColonDash = /\$\{([^}:]*)(?::-([^}]*))?\}/g;
  const form = service === 'mimir' ? withColon : withColonDash;
  return text.replace(form, (whole, name: string, otherwise?: string) => {
    const value = environment[name] || otherwise;
    if (value !== undefined) return value;
    if (environment[name] !== undefined) return '';
    throw new Error(`${whole} in ${service}.yaml has neither value nor default`);
  });
}

/** A store's configuration as it stands after the entrypoint and the expansion. */
export function configurationOf(service: Store, given: Environment = {}): Record<string, unknown> {
  const { status, said, environment } = start(service, { ...GIVEN, ...given });
  if (status !== 0) throw new Error(said);
  const expanded = expand(service, read(service, `${service}.yaml`), environment);
  return parse(expanded) as Record<string, unknown>;
}

/** What a store's configuration says at `a.b.c`, with these variables. */
export function settingOf(service: Store, path: string, given: Environment = {}): unknown {
  let value: unknown = configurationOf(service, given);
  for (const key of path.split('.')) {
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return value;
}

/** Expects what a store's configuration says, by path. */
export function expectSettings(store: Store, expected: Record<string, unknown>, given: Environment = {}): void {
  const found: Record<string, unknown> = {};
  for (const path of Object.keys(expected)) {
    found[path] = settingOf(store, path, given);
  }
  expect(found).toEqual(expected);
}
