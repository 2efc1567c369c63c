import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operator } from '../../scenarios/operator';
import type { Canaries } from './canaries';

interface Container {
  args?: string[];
  env?: Record<string, string>;
  files?: Record<string, string>;
}

interface HostState {
  projects: Record<string, { services: Record<string, Container> }>;
  /** what each store answers for its configuration */
  configs: Record<string, string>;
}

/** What the emulator's Grafana has its secret_key in; emulator/world/stack.py. */
const SECRET_KEY_FILE = '/run/secrets/grafana-secret-key';
const SECRET_KEY = 'lgtm/grafana-secret-key';
const S3_CREDENTIALS = 'lgtm/s3-credentials';

/** A place in S3, before which keys may stand. */
const PLACE = /^( *)(bucket|bucket_name|bucketnames): (.+)$/gm;
const LOKI_URL = /^( *s3): .*$/m;

/** Puts a canary wherever a team's secrets stand: in the plan's secrets, on the hosts, in what their programs tell. */
export async function plantCanaries(operator: Operator, canaries: Canaries): Promise<void> {
  const secretKey = canaries.issue("Grafana's secret_key");
  await plantInPlan(operator, canaries, secretKey);
  const { instanceIds } = await operator.emulator.world();
  for (const id of instanceIds) await plantOnHost(operator, canaries, id, secretKey);
}

/** Values that the worker reads from files. */
async function plantInPlan(operator: Operator, canaries: Canaries, secretKey: string): Promise<void> {
  const credentials = {
    AWS_ACCESS_KEY_ID: canaries.issue(`the key's id in ${S3_CREDENTIALS}`),
    AWS_SECRET_ACCESS_KEY: canaries.issue(`the key in ${S3_CREDENTIALS}`),
  };
  const values = {
    [S3_CREDENTIALS]: JSON.stringify(credentials),
    [SECRET_KEY]: secretKey,
  };
  const secrets = Object.entries(values).map(async ([name, value]) => {
    const file = join(operator.lab.folder, name.replaceAll('/', '-'));
    await writeFile(file, value);
    return {
      name,
      from: { file },
    };
  });
  await operator.plan({ secrets: await Promise.all(secrets) });
}

async function plantOnHost(operator: Operator, canaries: Canaries, id: string, secretKey: string): Promise<void> {
  const { emulator } = operator;
  const state = await emulator.get<HostState>(`/host?id=${id}`);
  for (const { services } of Object.values(state.projects)) {
    for (const [name, container] of Object.entries(services)) addVariables(name, container, canaries);
    const { grafana } = services;
    if (grafana?.files?.[SECRET_KEY_FILE]) grafana.files[SECRET_KEY_FILE] = secretKey;
  }
  for (const [store, text] of Object.entries(state.configs)) {
    state.configs[store] = addKeys(store, text, canaries);
  }
  await emulator.post('/host', {
    id,
    projects: state.projects,
    configs: state.configs,
  });
}

/** As a Compose file's `command`, `environment` and its .env make them. */
function addVariables(name: string, container: Container, canaries: Canaries): void {
  const issue = (what: string) => canaries.issue(`${what} of the host's ${name}`);
  const { GF_DATABASE_HOST: host, GF_DATABASE_NAME: database } = container.env ?? {};
  container.args = [...(container.args ?? []), `-storage.s3.secret-access-key=${issue('argument')}`];
  container.env = {
    ...container.env,
    AWS_SECRET_ACCESS_KEY: issue('AWS_SECRET_ACCESS_KEY'),
    BASIC_AUTH: `team:${issue('basic auth')}`,
    REMOTE_WRITE_URL: `https://team:${issue('password in a URL')}@metrics.example.com/push`,
    ...(name === 'grafana' && {
      GF_SECURITY_ADMIN_PASSWORD: issue('admin password'),
      GF_AUTH_GITHUB_CLIENT_SECRET: issue('client secret'),
    }),
    // a password may hold what ends a host, or a path
    ...(host !== undefined && {
      GF_DATABASE_PASSWORD: issue('database password'),
      GF_DATABASE_URL: `postgres://grafana:p@${issue('password in GF_DATABASE_URL')}?/@${host}/${database}`,
    }),
  };
}

/** Before each place in S3 its keys, and in front of all a block that nobody asks for. */
function addKeys(store: string, text: string, canaries: Canaries): string {
  const issue = (what: string) => canaries.issue(`${what} in the configuration of the host's ${store}`);
  const withKeys = text.replace(
    PLACE,
    (_, indent: string, key: string, place: string) =>
      `${indent}access_key_id: ${issue('a key id')}\n` +
      `${indent}secret_access_key: ${issue('a key')}\n` +
      `${indent}${key}: ${place}`,
  );
  if (store !== 'loki') return withKeys;
  const url = `s3://${issue('a key id in a URL')}:${issue('a key in a URL')}@ap-northeast-2/sys-lgtm-s3`;
  return withKeys.replace(LOKI_URL, `$1: ${url}`);
}
