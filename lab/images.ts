import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUSYBOX_IMAGE, baseContext, baseOf, busyboxContext, staticBusybox } from './bases';
import { DOCKERFILES, SERVICES } from './services';

const run = promisify(execFile);

const PACKAGES = '(Debian: apt-get install buildah docker-registry busybox-static)';

/** Why no image can be built here, or undefined. */
export function missing(): string | undefined {
  for (const program of ['buildah', 'docker-registry']) {
    const { status } = spawnSync(program, ['--version']);
    if (status !== 0) return `no ${program} on PATH ${PACKAGES}`;
  }
  if (!staticBusybox()) return `no static busybox ${PACKAGES}`;
  if (process.getuid?.() !== 0) return 'images are built in a chroot, which needs root';
  return undefined;
}

/** What Buildah needs where there is no container runtime: a storage in `folder`, and `registry` without TLS. */
export function buildEnvironment(folder: string, registry: string): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const storage = join(folder, 'storage.conf');
  const registries = join(folder, 'registries.conf');
  const places = [`graphroot = "${join(folder, 'storage')}"`, `runroot = "${join(folder, 'run')}"`];
  writeFileSync(storage, `[storage]\ndriver = "vfs"\n${places.join('\n')}\n`);
  writeFileSync(registries, `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`);
  return {
    BUILDAH_ISOLATION: 'chroot',
    STORAGE_DRIVER: 'vfs',
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_REGISTRIES_CONF: registries,
  };
}

/** The part of the lab's plan that has its images built from this repository, on bases from its own registry. */
export function imagesPlan(registry: string) {
  return {
    builder: 'buildah',
    context: DOCKERFILES,
    baseRegistry: registry,
  };
}

/** A registry that holds the bases of all images. */
export interface StockedRegistry {
  /** HOST:PORT */
  registry: string;
  /** what a child needs to build with it */
  environment: Record<string, string>;
}

/** The stand-in of an image, and what writes its build context. */
interface StandIn {
  image: string;
  write: (context: string) => void;
}

function standIns(busybox: string): StandIn[] {
  const bases = SERVICES.map((service) => ({
    image: baseOf(service),
    write: (context: string) => baseContext(context, service, busybox),
  }));
  const tool = {
    image: BUSYBOX_IMAGE,
    write: (context: string) => busyboxContext(context, busybox),
  };
  return [tool, ...bases];
}

/**
 * Puts the stand-ins of all bases into ECR, where a pull-through cache would have them.
 * @param endpoint of the emulated AWS
 */
export async function stockBases(folder: string, endpoint: string): Promise<StockedRegistry> {
  const ecr = await EmulatedEcr.connect(endpoint);
  const { registry } = ecr;
  const login = join(folder, 'login.json');
  const environment = { ...buildEnvironment(folder, registry), REGISTRY_AUTH_FILE: login };
  writeFileSync(login, ecr.loginFile(), { mode: 0o600 });
  const buildah = async (...words: string[]) => {
    await run('buildah', words, { env: { ...process.env, ...environment } });
  };
  const stock = async ({ image, write }: StandIn) => {
    const context = join(folder, 'bases', encodeURIComponent(image));
    const [repository] = image.split(':');
    mkdirSync(context, { recursive: true });
    write(context);
    await ecr.createRepository(repository!);
    await buildah('build', '--format', 'docker', '--quiet', '--tag', `${registry}/${image}`, context);
    await buildah('push', '--quiet', `${registry}/${image}`);
  };
  await Promise.all(standIns(staticBusybox()!).map(stock));
  // the worker has to fetch them
  await buildah('rmi', '--all', '--force');
  return { registry, environment };
}

type Ecr = typeof import('@aws-sdk/client-ecr');

/** ECR as an owner of the emulated account has it. */
class EmulatedEcr {
  private constructor(
    private readonly sdk: Ecr,
    private readonly client: InstanceType<Ecr['ECRClient']>,
    private readonly token: string,
    /** HOST:PORT */
    readonly registry: string,
  ) {}

  static async connect(endpoint: string): Promise<EmulatedEcr> {
    // here, since the SDK warns about Node 20 when it is loaded
    const sdk = await import('@aws-sdk/client-ecr');
    const credentials = { accessKeyId: 'lab', secretAccessKey: 'lab' };
    const client = new sdk.ECRClient({ endpoint, region: 'ap-northeast-2', credentials });
    const { authorizationData } = await client.send(new sdk.GetAuthorizationTokenCommand({}));
    const { authorizationToken, proxyEndpoint } = authorizationData![0]!;
    return new EmulatedEcr(sdk, client, authorizationToken!, new URL(proxyEndpoint!).host);
  }

  /** What REGISTRY_AUTH_FILE names. */
  loginFile(): string {
    const auths = { [this.registry]: { auth: this.token } };
    return JSON.stringify({ auths });
  }

  async createRepository(repositoryName: string): Promise<void> {
    await this.client.send(new this.sdk.CreateRepositoryCommand({ repositoryName }));
  }
}
