import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import type { BuildRequest } from '../../contract/images';
import { findContext } from './context';
import { runBuilder } from './process';
import { noDockerfile } from './texts';

/** A registry and the login that ECR gives for twelve hours. */
export interface Registry {
  host: string;
  user: string;
  token: string;
}

/** Docker's or Buildah's command line. */
export interface Builder {
  /** builds `folder` for linux/amd64, Fargate's default platform, under `name` */
  build(folder: string, name: string, buildArguments: Record<string, string>): Promise<void>;
  push(name: string): Promise<void>;
}

type BuilderName = BuildRequest['builder'];

/**
 * Where a service's Dockerfile lies on this host.
 * @throws NoDockerfile with the path when there is none
 */
export function contextOf({ service, context }: Pick<BuildRequest, 'service' | 'context'>): string {
  const folder = resolve(findContext(context), service);
  const dockerfile = join(folder, 'Dockerfile');
  if (existsSync(dockerfile)) return folder;
  throw ApplicationFailure.nonRetryable(noDockerfile(dockerfile, context), 'NoDockerfile');
}

/**
 * Runs with a builder: with a `login` that is gone afterwards
 * and instead of the host's, or with those that the host has.
 */
export async function withBuilder(
  name: BuilderName,
  login: Registry | undefined,
  work: (builder: Builder) => Promise<void>,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'lgtm-migrate-image-'));
  try {
    const loginVariables = login ? await writeLogin(home, login) : {};
    // an attestation would make an index of the image, which ECR's scan does not look into
    const buildxVariables = { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };
    const environment = {
      ...process.env,
      ...buildxVariables,
      ...loginVariables,
    };
    await work(createBuilder(name, environment));
  } finally {
    await rm(home, {
      recursive: true,
      force: true,
    });
  }
}

/**
 * Writes the file that both builders read: an argument list
 * is public on the machine, this folder is ours alone.
 */
async function writeLogin(home: string, { host, user, token }: Registry): Promise<NodeJS.ProcessEnv> {
  const file = join(home, 'config.json');
  const auth = Buffer.from(`${user}:${token}`).toString('base64');
  const content = JSON.stringify({ auths: { [host]: { auth } } });
  await writeFile(file, content, { mode: 0o600 });
  return { DOCKER_CONFIG: home, REGISTRY_AUTH_FILE: file };
}

function createBuilder(name: BuilderName, environment: NodeJS.ProcessEnv): Builder {
  const run = (task: string, args: string[]) => {
    return runBuilder({
      builder: name,
      environment,
      task,
      args,
    });
  };
  return {
    build: (folder, image, buildArguments) => {
      const options = listOptions(name, buildArguments);
      return run(`build ${image}`, ['build', ...options, '--tag', image, folder]);
    },
    push: (image) => run(`push ${image}`, ['push', image]),
  };
}

function listOptions(name: BuilderName, buildArguments: Record<string, string>): string[] {
  // Buildah's own format knows no HEALTHCHECK
  const format = name === 'buildah' ? ['--format', 'docker'] : [];
  const settings = Object.entries(buildArguments).map(([key, value]) => `${key}=${value}`);
  const buildOptions = settings.flatMap((setting) => ['--build-arg', setting]);
  return [...format, '--platform', 'linux/amd64', ...buildOptions];
}
