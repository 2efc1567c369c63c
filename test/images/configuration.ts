import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DOCKERFILES, SERVICES, type Service } from '../../lab/bases';

export { SERVICES, type Service };
export const FOLDER = DOCKERFILES;
export type Store = 'mimir' | 'loki' | 'tempo' | 'pyroscope';
export type Environment = Record<string, string>;

/** What a task definition gives every container, and the address that the metadata endpoint would. */
export const GIVEN: Environment = {
  REGION: 'ap-northeast-2',
  S3_BUCKET: 'sys-lgtm-s3',
  DOMAIN: 'lgtm.local',
  TASK_IP: '10.0.11.5',
};

export const read = (...path: string[]) => readFileSync(join(FOLDER, ...path), 'utf8');

/** `ENV` of a Dockerfile: what is there before the task definition says anything. */
export function defaultsOf(service: Service): Environment {
  const lines = read(service, 'Dockerfile')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('ENV '));
  return Object.fromEntries(
    lines.flatMap((line) => [...line.matchAll(/([A-Z_]+)=(\S*)/g)].map(([, name, value]) => [name!, value!])),
  );
}

/** The image's own entrypoint under the host's shell, with `env` in place of the program. */
export function start(
  service: Service,
  given: Environment,
): { status: number | null; said: string; environment: Environment } {
  const script = read(service, 'entrypoint.sh').replace('. /switches.sh', `. ${join(FOLDER, service, 'switches.sh')}`);
  const arguments_ = service === 'alloy' ? ['sh', '-c', 'env; echo "CONFIGURATION=$1"', 'alloy'] : ['env'];
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'entrypoint', ...arguments_], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...defaultsOf(service), ...given },
  });
  return {
    status,
    said: stderr.trim(),
    environment: Object.fromEntries(
      stdout
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  };
}

/**
 * `-config.expand-env` as each store does it: Mimir splits at the first colon, the others take the shell's `:-`.
 * A name without value and default is an error here; the stores would take an empty text.
 */
export function expand(service: Store, text: string, environment: Environment): string {
  const form = service === 'mimir' ? /\$\{([^}:]*)(?::([^}]*))?\}/g : /\$\{([^}:]*)(?::-([^}]*))?\}/g;
  return text.replace(form, (whole, name: string, otherwise?: string) => {
    const value = environment[name] || otherwise;
    if (value === undefined && environment[name] === undefined)
      throw new Error(`${whole} in ${service}.yaml has neither value nor default`);
    return value ?? '';
  });
}

/** A store's configuration as it stands after the entrypoint and the expansion. */
export function configurationOf(service: Store, given: Environment = {}): Record<string, unknown> {
  const { status, said, environment } = start(service, { ...GIVEN, ...given });
  if (status !== 0) throw new Error(said);
  return parse(expand(service, read(service, `${service}.yaml`), environment)) as Record<string, unknown>;
}

/** `a.b.c` of a configuration. */
export const at = (configuration: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], configuration);
