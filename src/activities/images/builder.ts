import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { heartbeat } from '../pacing';
import type { BuildRequest } from '../../contract/images';
import { findContext } from './context';

const BEAT_MS = 5000;
/** What of a failed build stands in its error. */
const TAIL_LINES = 15;

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

/** Where a service's Dockerfile lies on this host. @throws NoDockerfile with the path when there is none */
export function contextOf({ service, context }: Pick<BuildRequest, 'service' | 'context'>): string {
  const folder = resolve(findContext(context), service);
  if (!existsSync(join(folder, 'Dockerfile'))) {
    throw ApplicationFailure.nonRetryable(
      `there is no ${join(folder, 'Dockerfile')} on this build host; set images.context, or start in the folder that holds ${context}`,
      'NoDockerfile',
    );
  }
  return folder;
}

/** Runs with a builder: with a `login` that is gone afterwards and instead of the host's, or with those that the host has. */
export async function withBuilder(
  name: BuildRequest['builder'],
  login: Registry | undefined,
  work: (builder: Builder) => Promise<void>,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'lgtm-migrate-image-'));
  // an attestation would make an index of the image, which ECR's scan does not look into
  const environment = {
    ...process.env,
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    ...(login ? { DOCKER_CONFIG: home, REGISTRY_AUTH_FILE: join(home, 'config.json') } : {}),
  };
  const run = (what: string, args: string[]) => command(name, environment, what, args);
  try {
    // the file that both read: an argument list is public on the machine, this folder is ours alone
    if (login)
      await writeFile(
        join(home, 'config.json'),
        JSON.stringify({
          auths: { [login.host]: { auth: Buffer.from(`${login.user}:${login.token}`).toString('base64') } },
        }),
        { mode: 0o600 },
      );
    await work({
      build: (folder, image, buildArguments) => {
        const named = Object.entries(buildArguments).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
        // Buildah's own format knows no HEALTHCHECK
        const format = name === 'buildah' ? ['--format', 'docker'] : [];
        return run(`build ${image}`, [
          'build',
          ...format,
          '--platform',
          'linux/amd64',
          ...named,
          '--tag',
          image,
          folder,
        ]);
      },
      push: (image) => run(`push ${image}`, ['push', image]),
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Runs it with its newest line in the heartbeat. @throws BuildFailed with its last lines */
function command(name: string, env: NodeJS.ProcessEnv, what: string, args: string[]): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(name, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let lines: string[] = [];
    const beat = () => heartbeat({ what, last: lines.at(-1) ?? '' });
    const beating = setInterval(beat, BEAT_MS);
    const keep = (chunk: Buffer) => {
      lines = [
        ...lines,
        ...chunk
          .toString()
          .split('\n')
          .filter((line) => line.trim() !== ''),
      ].slice(-TAIL_LINES);
      beat();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (error?: Error) => {
      clearInterval(beating);
      if (error) failed(error);
      else done();
    };
    child.once('error', (error) =>
      end(
        ApplicationFailure.nonRetryable(
          `${name} can't be run: ${error.message}; install it on the build host, or set images.builder`,
          'NoBuilder',
        ),
      ),
    );
    child.once('close', (code) =>
      end(
        code === 0
          ? undefined
          : ApplicationFailure.nonRetryable(
              `${name} could not ${what} (exit ${code}):\n${lines.join('\n')}`,
              'BuildFailed',
            ),
      ),
    );
  });
}
