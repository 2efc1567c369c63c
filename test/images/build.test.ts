import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../lab/until';
import { LGTM_SERVICES } from '../../src/plan/defaults';
import { BUSYBOX_IMAGE, baseContext, baseOf, busyboxContext, programOf, staticBusybox } from '../../lab/bases';
import { createWorkspace, findObstacle, Host, startRegistry, type Image, type Registry } from './builder';
import { FOLDER, read, SERVICES, type Environment, type Service } from './configuration';
import { METADATA_ANSWER, METADATA_URI, start, type Running } from './container';

const reason = findObstacle();
const GIVEN: Environment = {
  REGION: 'ap-northeast-2',
  S3_BUCKET: 'sys-lgtm-s3',
  DOMAIN: 'lgtm.local',
  ECS_CONTAINER_METADATA_URI_V4: METADATA_URI,
  GF_DATABASE_TYPE: 'postgres',
};

/**
 * An image that went through the registry; `files`:
 * where the files of a container of it are.
 */
interface BuiltImage {
  reference: string;
  pushed: string;
  image: Image;
  files: string;
}

const STORES: Service[] = ['mimir', 'loki', 'tempo', 'pyroscope'];
const USERS: Record<Service, string> = {
  mimir: '10001:10001',
  loki: '10001:10001',
  tempo: '10001:10001',
  pyroscope: '10001:10001',
  grafana: '472:0',
  alloy: '473:473',
};
/** Where each program keeps what it has not shipped yet. */
const DATA: Record<Service, string> = {
  mimir: '/data',
  loki: '/loki',
  tempo: '/var/tempo',
  pyroscope: '/data',
  grafana: '/var/lib/grafana',
  alloy: '/var/lib/alloy/data',
};
const ARGUMENTS: Record<Service, string[]> = {
  mimir: ['-config.file=/etc/mimir/mimir.yaml', '-config.expand-env=true'],
  loki: ['-config.file=/etc/loki/loki.yaml', '-config.expand-env=true'],
  tempo: ['-config.file=/etc/tempo/tempo.yaml', '-config.expand-env=true'],
  pyroscope: ['-config.file=/etc/pyroscope/pyroscope.yaml', '-config.expand-env=true'],
  grafana: ['server'],
  alloy: [
    'run',
    '--server.http.listen-addr=0.0.0.0:12345',
    '--storage.path=/var/lib/alloy/data',
    '--disable-reporting',
    '/etc/alloy/single',
  ],
};
const filesOf = (store: Service): Record<string, string> => ({
  'entrypoint.sh': '/entrypoint.sh',
  'switches.sh': '/switches.sh',
  [`${store}.yaml`]: `/etc/${store}/${store}.yaml`,
});
/** Where each file of a build context lies in the image. */
const FILES: Record<Service, Record<string, string>> = {
  mimir: { ...filesOf('mimir'), 'ring-keeper.sh': '/ring-keeper.sh' },
  loki: filesOf('loki'),
  tempo: filesOf('tempo'),
  pyroscope: filesOf('pyroscope'),
  grafana: {
    'entrypoint.sh': '/entrypoint.sh',
    'provisioning/datasources/lgtm.yaml': '/etc/grafana/provisioning/datasources/lgtm.yaml',
    'provisioning/dashboards/lgtm.yaml': '/etc/grafana/provisioning/dashboards/lgtm.yaml',
    'dashboards/lgtm.json': '/etc/grafana/dashboards/lgtm.json',
  },
  alloy: {
    'entrypoint.sh': '/entrypoint.sh',
    'all/stores.alloy': '/etc/alloy/dual/stores.alloy',
    'single/doors.alloy': '/etc/alloy/single/doors.alloy',
    'dual/doors.alloy': '/etc/alloy/dual/doors.alloy',
  },
};

if (reason) {
  test.skip(`six images are built, pushed, pulled and started; skipped: ${reason}`, () => undefined);
} else {
  const { folder, remove } = createWorkspace();
  const deploying = new Host(join(folder, 'deploying'));
  const images = {} as Record<Service, BuiltImage>;
  const containers: Running[] = [];
  let registry: Registry;
  let scenes = 0;

  const run = async (service: Service, environment: Environment = {}, metadata?: string): Promise<Running> => {
    const scene = join(folder, 'scenes', String(scenes++));
    mkdirSync(scene, { recursive: true });
    const { image, reference } = images[service];
    const port = String(LGTM_SERVICES[service].port);
    const container = await start({
      host: deploying,
      image,
      reference,
      folder: scene,
      environment: { ...GIVEN, STAND_IN_PORT: port, ...environment },
      metadata,
    });
    containers.push(container);
    return container;
  };

  const buildBase = async (builder: Host, name: string, write: (context: string) => void): Promise<void> => {
    const context = join(folder, 'bases', encodeURIComponent(name));
    const reference = `${registry.address}/${name}`;
    mkdirSync(context, { recursive: true });
    write(context);
    await builder.build(context, reference);
    await builder.push(reference);
  };

  const buildAndPull = async (builder: Host, service: Service): Promise<BuiltImage> => {
    const reference = `${registry.address}/lgtm-${service}:test`;
    await builder.build(join(FOLDER, service), reference, { REGISTRY: registry.address });
    const pushed = await builder.push(reference);
    await deploying.pull(reference);
    const container = await deploying.from(reference);
    return {
      reference,
      pushed,
      image: await deploying.inspect(reference),
      files: await deploying.mount(container),
    };
  };

  beforeAll(async () => {
    registry = await startRegistry(join(folder, 'registry'));
    const builder = new Host(join(folder, 'building'));
    const busybox = staticBusybox()!;
    await buildBase(builder, BUSYBOX_IMAGE, (context) => busyboxContext(context, busybox));
    await Promise.all(
      SERVICES.map(async (service) => {
        await buildBase(builder, baseOf(service), (context) => baseContext(context, service, busybox));
        images[service] = await buildAndPull(builder, service);
      }),
    );
  }, 120_000);

  afterEach(async () => {
    for (const container of containers.splice(0)) {
      container.kill();
      await container.ended;
    }
  });

  afterAll(async () => {
    await registry?.close();
    remove();
  });

  describe.each(SERVICES)('the image of %s', (service) => {
    test('comes back from the registry as it was pushed', () => {
      const { pushed, image } = images[service];
      expect(pushed).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(image.digest).toBe(pushed);
    });

    test('has its user, its entrypoint, its stop signal and its health check', () => {
      const { User, Entrypoint, StopSignal, Healthcheck } = images[service].image.Config;
      const isGrafana = service === 'grafana';
      const shell = isGrafana ? ['/bin/sh'] : ['/busybox', 'sh'];
      const program = isGrafana ? '/run.sh' : programOf(service);
      expect(User).toBe(isGrafana ? '472' : USERS[service]);
      expect(Entrypoint).toEqual([...shell, '/entrypoint.sh', program]);
      expect(StopSignal).toBe('SIGTERM');
      expect(Healthcheck!.Test[0]).toBe('CMD');
      // Alloy is not ready for a minute where a store is slow, the stores wait for their rings
      expect(Healthcheck!.StartPeriod).toBeGreaterThanOrEqual(60e9);
    });

    test('holds every file of its folder, and for its user a place to write', () => {
      const { files } = images[service];
      const names = Object.keys(FILES[service]);
      expect(names.sort()).toEqual(listContext(service));
      for (const [name, path] of Object.entries(FILES[service])) {
        const file = join(files, path);
        const content = readFileSync(file, 'utf8');
        expect({ path, content }).toEqual({ path, content: read(service, name) });
        expect(statSync(file).mode & 0o004).toBe(0o004);
      }
      const [user] = USERS[service].split(':');
      const { uid } = statSync(join(files, DATA[service]));
      expect(uid).toBe(Number(user));
    });

    test("starts its program in the entrypoint's place, as its user, and SIGTERM ends it", async () => {
      const container = await run(service);
      await container.recorded('pid');
      const words = await container.recordedLines('arguments');
      expect(words).toEqual([programOf(service), ...ARGUMENTS[service]]);
      expect(await container.recorded('user')).toBe(USERS[service]);
      // no shell between the container's start and the program: what SIGTERM is sent to is the program
      expect(await container.recorded('parent')).toMatch(/buildah/);
      await container.signal('SIGTERM');
      expect(await container.recorded('signal')).toBe('TERM');
      expect(await container.ended).toBe(0);
    });

    test('is healthy while its program is ready, and not when it is not', async () => {
      const container = await run(service);
      const { path } = LGTM_SERVICES[service].health;
      container.serve(path, true);
      expect(await container.health()).toBe(0);
      container.serve(path, false);
      expect(await container.health()).toBe(1);
    });
  });

  describe.each(STORES)('%s in a task', (service) => {
    test('knows its address in the VPC from the metadata endpoint', async () => {
      const container = await run(service);
      await container.recorded('pid');
      expect(await container.recordedLines('environment')).toContain('TASK_IP=10.0.11.23');
    });
  });

  test('an address that the metadata endpoint does not know yet is waited for', async () => {
    const withoutAddress = '{"DockerId": "2f1e", "Networks": [{"NetworkMode": "awsvpc"}]}';
    const container = await run('mimir', {}, withoutAddress);
    await untilAsked(container, 2);
    container.answer(METADATA_ANSWER);
    expect(await container.recordedLines('environment')).toContain('TASK_IP=10.0.11.23');
  });

  test('a SIGTERM while the address is waited for ends the task too', async () => {
    const container = await run('loki', {}, '{}');
    await untilAsked(container, 1);
    const shell = await until('the entrypoint', () => findEntrypoint(container));
    process.kill(shell, 'SIGTERM');
    expect(await container.ended).toBe(143);
  });

  test('a container without its variables ends with the sentence that says which', async () => {
    const container = await run('mimir', { S3_BUCKET: '' });
    expect(await container.ended).toBe(64);
    expect(container.said()).toContain(
      'entrypoint: S3_BUCKET is not set; set it in the environment of the task definition',
    );
  });

  test('DUAL_WRITE and COMPACTOR reach the program of a built image', async () => {
    const alloy = await run('alloy', { DUAL_WRITE: 'on', OLD_HOST: '10.0.1.7' });
    const mimir = await run('mimir', { COMPACTOR: 'off', TASK_COUNT: '1' });
    await Promise.all([alloy.recorded('pid'), mimir.recorded('pid')]);
    const words = await alloy.recordedLines('arguments');
    expect(words.at(-1)).toBe('/etc/alloy/dual');
    const environment = await mimir.recordedLines('environment');
    const target = environment.find((line) => line.startsWith('MIMIR_TARGET='));
    expect(environment).toContain('REPLICATION_FACTOR=1');
    expect(target).toBeDefined();
    expect(target).not.toContain('compactor');
  });
}

/** The files of a build context. */
function listContext(service: Service): string[] {
  const folder = join(FOLDER, service);
  const names = readdirSync(folder, { recursive: true }).map(String);
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return files.filter((name) => name !== 'Dockerfile').sort();
}

async function untilAsked(container: Running, times: number): Promise<void> {
  await until(`look ${times} at the metadata`, () => container.asked() >= times);
}

/**
 * The process of /entrypoint.sh that a container started, while it is still the shell.
 */
function findEntrypoint(container: Running): number | undefined {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const entrypoint = processes.find((pid) => isEntrypointOf(container, pid));
  return entrypoint === undefined ? undefined : Number(entrypoint);
}

function isEntrypointOf(container: Running, pid: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // behind the name in brackets: state, parent, process group
    const [, , group] = state.replace(/^.*\) /, '').split(' ');
    return command.startsWith('/busybox\0sh\0/entrypoint.sh') && Number(group) === container.group;
  } catch {
    // ended in between
    return false;
  }
}
