import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUSYBOX_IMAGE, DOCKERFILES, SERVICES, baseContext, baseOf, busyboxContext, staticBusybox } from './bases';

const run = promisify(execFile);

/** Why no image can be built here, or undefined. */
export function missing(): string | undefined {
  const packages = '(Debian: apt-get install buildah docker-registry busybox-static)';
  for (const program of ['buildah', 'docker-registry']) {
    if (spawnSync(program, ['--version']).status !== 0) return `no ${program} on PATH ${packages}`;
  }
  if (!staticBusybox()) return `no static busybox ${packages}`;
  if (process.getuid?.() !== 0) return 'images are built in a chroot, which needs root';
  return undefined;
}

/** What Buildah needs where there is no container runtime: a storage in `folder`, and `registry` without TLS. */
export function buildEnvironment(folder: string, registry: string): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const [storage, registries] = [join(folder, 'storage.conf'), join(folder, 'registries.conf')];
  writeFileSync(
    storage,
    `[storage]\ndriver = "vfs"\ngraphroot = "${join(folder, 'storage')}"\nrunroot = "${join(folder, 'run')}"\n`,
  );
  writeFileSync(registries, `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`);
  return {
    BUILDAH_ISOLATION: 'chroot',
    STORAGE_DRIVER: 'vfs',
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_REGISTRIES_CONF: registries,
  };
}

/** The part of the lab's plan that has its images built from this repository, on bases from its own registry. */
export const imagesPlan = (registry: string) => ({ builder: 'buildah', context: DOCKERFILES, baseRegistry: registry });

/** Puts the stand-ins of all bases into ECR, where a pull-through cache would have them; answers with the registry's host. */
export async function stockBases(
  folder: string,
  endpoint: string,
): Promise<{ registry: string; environment: Record<string, string> }> {
  // here, since the SDK warns about Node 20 when it is loaded
  const { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const ecr = new ECRClient({
    endpoint,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
  });
  const { authorizationToken, proxyEndpoint } = (await ecr.send(new GetAuthorizationTokenCommand({})))
    .authorizationData![0]!;
  const registry = new URL(proxyEndpoint!).host;
  const environment = buildEnvironment(folder, registry);
  const login = join(folder, 'login.json');
  writeFileSync(login, JSON.stringify({ auths: { [registry]: { auth: authorizationToken } } }), { mode: 0o600 });
  const buildah = (...words: string[]) =>
    run('buildah', words, { env: { ...process.env, ...environment, REGISTRY_AUTH_FILE: login } });
  const busybox = staticBusybox()!;
  const stock = async (image: string, write: (context: string) => void) => {
    const context = join(folder, 'bases', encodeURIComponent(image));
    mkdirSync(context, { recursive: true });
    write(context);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: image.split(':')[0]! }));
    await buildah('build', '--format', 'docker', '--quiet', '--tag', `${registry}/${image}`, context);
    await buildah('push', '--quiet', `${registry}/${image}`);
  };
  await Promise.all([
    stock(BUSYBOX_IMAGE, (context) => busyboxContext(context, busybox)),
    ...SERVICES.map((service) => stock(baseOf(service), (context) => baseContext(context, service, busybox))),
  ]);
  // the worker has to fetch them
  await buildah('rmi', '--all', '--force');
  return { registry, environment: { ...environment, REGISTRY_AUTH_FILE: login } };
}
