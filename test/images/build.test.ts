import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LGTM_SERVICES } from '../../src/plan/defaults';
import { BUSYBOX_IMAGE, baseContext, baseOf, busyboxContext, programOf, staticBusybox } from '../../lab/bases';
import { host, lacking, registry, workspace, type Host, type Image } from './builder';
import { FOLDER, SERVICES, type Environment, type Service } from './configuration';
import { METADATA_ANSWER, METADATA_URI, start, until, type Running } from './container';

const reason = lacking();
const GIVEN: Environment = {
  REGION: 'ap-northeast-2',
  S3_BUCKET: 'sys-lgtm-s3',
  DOMAIN: 'lgtm.local',
  ECS_CONTAINER_METADATA_URI_V4: METADATA_URI,
  GF_DATABASE_TYPE: 'postgres',
};
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
  const { folder, remove } = workspace();
  const deploying: Host = host(join(folder, 'deploying'));
  const images = {} as Record<Service, { reference: string; pushed: string; image: Image; files: string }>;
  const running: Running[] = [];
  let store: Awaited<ReturnType<typeof registry>>;
  let scenes = 0;

  const run = async (
    service: Service,
    environment: Environment = {},
    options: Parameters<typeof start>[5] = {},
  ): Promise<Running> => {
    const scene = join(folder, 'scenes', String(scenes++));
    mkdirSync(scene, { recursive: true });
    const { image, reference } = images[service];
    const started = await start(
      deploying,
      image,
      reference,
      scene,
      { ...GIVEN, STAND_IN_PORT: String(LGTM_SERVICES[service].port), ...environment },
      options,
    );
    running.push(started);
    return started;
  };

  beforeAll(async () => {
    store = await registry(join(folder, 'registry'));
    const building = host(join(folder, 'building'));
    const busybox = staticBusybox()!;
    const stock = async (name: string, write: (context: string) => void) => {
      const context = join(folder, 'bases', encodeURIComponent(name));
      mkdirSync(context, { recursive: true });
      write(context);
      await building.build(context, `${store.address}/${name}`);
      await building.push(`${store.address}/${name}`);
    };
    await stock(BUSYBOX_IMAGE, (context) => busyboxContext(context, busybox));
    await Promise.all(
      SERVICES.map(async (service) => {
        await stock(baseOf(service), (context) => baseContext(context, service, busybox));
        const reference = `${store.address}/lgtm-${service}:test`;
        await building.build(join(FOLDER, service), reference, { REGISTRY: store.address });
        const pushed = await building.push(reference);
        await deploying.pull(reference);
        images[service] = {
          reference,
          pushed,
          image: await deploying.inspect(reference),
          files: await deploying.mount(await deploying.from(reference)),
        };
      }),
    );
  }, 120_000);

  afterEach(async () => {
    for (const started of running.splice(0)) {
      started.kill();
      await started.ended;
    }
  });

  afterAll(async () => {
    await store?.close();
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
      expect(User).toBe(service === 'grafana' ? '472' : USERS[service]);
      expect(Entrypoint).toEqual([
        ...(service === 'grafana' ? ['/bin/sh'] : ['/busybox', 'sh']),
        '/entrypoint.sh',
        service === 'grafana' ? '/run.sh' : programOf(service),
      ]);
      expect(StopSignal).toBe('SIGTERM');
      expect(Healthcheck!.Test[0]).toBe('CMD');
      // Alloy is not ready for a minute where a store is slow, the stores wait for their rings
      expect(Healthcheck!.StartPeriod).toBeGreaterThanOrEqual(60e9);
    });

    test('holds every file of its folder, and for its user a place to write', () => {
      const { files } = images[service];
      const inContext = readdirSync(join(FOLDER, service), { recursive: true })
        .map(String)
        .filter((name) => statSync(join(FOLDER, service, name)).isFile() && name !== 'Dockerfile');
      expect(Object.keys(FILES[service]).sort()).toEqual(inContext.sort());
      for (const [name, path] of Object.entries(FILES[service])) {
        expect({ path, content: readFileSync(join(files, path), 'utf8') }).toEqual({
          path,
          content: readFileSync(join(FOLDER, service, name), 'utf8'),
        });
        expect(statSync(join(files, path)).mode & 0o004).toBe(0o004);
      }
      expect(statSync(join(files, DATA[service])).uid).toBe(Number(USERS[service].split(':')[0]));
    });

    test("starts its program in the entrypoint's place, as its user, and SIGTERM ends it", async () => {
      const container = await run(service);
      await container.recorded('pid');
      expect((await container.recorded('arguments')).split('\n')).toEqual([programOf(service), ...ARGUMENTS[service]]);
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
      expect((await container.recorded('environment')).split('\n')).toContain('TASK_IP=10.0.11.23');
    });
  });

  test('an address that the metadata endpoint does not know yet is waited for', async () => {
    const container = await run(
      'mimir',
      {},
      { metadata: '{"DockerId": "2f1e", "Networks": [{"NetworkMode": "awsvpc"}]}' },
    );
    await until('a second look', () => (container.asked() > 1 ? true : undefined));
    container.answer(METADATA_ANSWER);
    expect((await container.recorded('environment')).split('\n')).toContain('TASK_IP=10.0.11.23');
  });

  test('a SIGTERM while the address is waited for ends the task too', async () => {
    const container = await run('loki', {}, { metadata: '{}' });
    await until('a look', () => (container.asked() > 0 ? true : undefined));
    const shell = await until('the entrypoint', () => entrypointOf(container));
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
    expect((await alloy.recorded('arguments')).split('\n').at(-1)).toBe('/etc/alloy/dual');
    const environment = (await mimir.recorded('environment')).split('\n');
    expect(environment).toEqual(
      expect.arrayContaining(['REPLICATION_FACTOR=1', expect.stringMatching(/^MIMIR_TARGET=(?!.*compactor)/)]),
    );
  });
}

/** The process of /entrypoint.sh that a container started, while it is still the shell. */
function entrypointOf(container: Running): number | undefined {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${entry}/cmdline`, 'utf8').startsWith('/busybox\0sh\0/entrypoint.sh')) continue;
      const group = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[2];
      if (Number(group) === container.group) return Number(entry);
    } catch {
      // ended in between
    }
  }
  return undefined;
}
