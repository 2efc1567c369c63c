import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A folder for each image of the stack. */
export const DOCKERFILES = join(__dirname, '..', 'dockerfiles');
export const SERVICES = ['mimir', 'loki', 'tempo', 'pyroscope', 'grafana', 'alloy'] as const;
export type Service = (typeof SERVICES)[number];

/** What the vendors' own Dockerfiles leave in their images, as far as ours build on it. */
interface Base {
  program: string;
  user: string;
  /** Folders of the program's user. */
  folders?: string[];
  volume?: string;
  /** Names of busybox, where the vendor's image has such a program. */
  tools?: string[];
  scripts?: Record<string, string>;
}

const SHELL = ['/bin/sh', '/bin/cat', '/bin/env'];

/** Sources: cmd/<name>/Dockerfile of Mimir, Loki, Tempo and Pyroscope, Dockerfile of Alloy, Dockerfile and packaging/docker/run.sh of Grafana. */
const BASES: Record<Service, Base> = {
  mimir: { program: '/bin/mimir', user: '' },
  loki: { program: '/usr/bin/loki', user: '10001', folders: ['/loki'] },
  tempo: { program: '/tempo', user: '10001:10001', folders: ['/var/tempo'] },
  pyroscope: { program: '/usr/bin/pyroscope', user: '10001', folders: ['/data'], volume: '/data' },
  grafana: {
    program: '/usr/share/grafana/bin/grafana',
    user: '472',
    folders: ['/var/lib/grafana'],
    tools: [...SHELL, '/usr/bin/head', '/bin/base64'],
    scripts: {
      '/run.sh': '#!/bin/sh\nexec /usr/share/grafana/bin/grafana server "$@"\n',
      '/usr/bin/curl':
        '#!/stand-in/busybox sh\nfor url; do :; done\nexec /stand-in/busybox timeout 4 /stand-in/busybox wget -q -Y off -O /dev/null "$url"\n',
    },
  },
  alloy: { program: '/bin/alloy', user: '', folders: ['/var/lib/alloy/data'], tools: SHELL },
};
const ALLOY_USER = '473';

export const programOf = (service: Service) => BASES[service].program;
const dockerfileOf = (service: Service) => readFileSync(join(DOCKERFILES, service, 'Dockerfile'), 'utf8');
const version = (service: Service) => /^ARG VERSION=(.*)$/m.exec(dockerfileOf(service))![1]!;
/** The image that our Dockerfile builds on, without the registry. */
export const baseOf = (service: Service) => `grafana/${service}:${version(service)}`;
export const BUSYBOX_IMAGE = /library\/busybox:\S+/.exec(dockerfileOf('mimir'))![0];

/** A static busybox of this machine (Debian: busybox-static), or undefined. */
export const staticBusybox = () =>
  ['/bin/busybox', '/usr/bin/busybox'].find(
    (path) =>
      spawnSync('chroot', ['/', path, 'true']).status === 0 &&
      !/dynamically linked|ld-linux|ld-musl/.test(spawnSync('ldd', [path], { encoding: 'utf8' }).stdout ?? ''),
  );

function put(folder: string, path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  chmodSync(join(folder, path), 0o755);
}

function link(folder: string, path: string, target: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(target, join(folder, path));
}

/** Writes a build context for the stand-in of busybox's image. */
export function busyboxContext(folder: string, busybox: string): void {
  mkdirSync(join(folder, 'root/bin'), { recursive: true });
  copyFileSync(busybox, join(folder, 'root/bin/busybox'));
  chmodSync(join(folder, 'root/bin/busybox'), 0o755);
  for (const name of ['sh', 'mkdir', 'chown']) link(folder, `root/bin/${name}`, 'busybox');
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY root/ /\nCMD ["sh"]\n');
}

/** Writes a build context for the stand-in of a vendor's image. */
export function baseContext(folder: string, service: Service, busybox: string): void {
  const { program, user, folders = [], volume, tools = [], scripts = {} } = BASES[service];
  mkdirSync(join(folder, 'root/stand-in'), { recursive: true });
  copyFileSync(busybox, join(folder, 'root/stand-in/busybox'));
  chmodSync(join(folder, 'root/stand-in/busybox'), 0o755);
  put(folder, `root${program}`, readFileSync(join(__dirname, 'stand-in.sh'), 'utf8'));
  for (const tool of tools) link(folder, `root${tool}`, '/stand-in/busybox');
  for (const [path, script] of Object.entries(scripts)) put(folder, `root${path}`, script);
  for (const path of folders) mkdirSync(join(folder, 'folders', path), { recursive: true });
  const owner = service === 'alloy' ? ALLOY_USER : user.split(':')[0];
  writeFileSync(
    join(folder, 'Dockerfile'),
    [
      'FROM scratch',
      'COPY root/ /',
      ...folders.map((path) => `COPY --chown=${owner}:${owner} folders${path} ${path}`),
      ...(volume ? [`VOLUME ${volume}`] : []),
      ...(user ? [`USER ${user}`] : []),
      `ENTRYPOINT ["${service === 'grafana' ? '/run.sh' : program}"]`,
      '',
    ].join('\n'),
  );
}
