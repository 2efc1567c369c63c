import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DOCKERFILES, type Service } from './services';

/** What the vendors' own Dockerfiles leave in their images, as far as ours build on it. */
interface Base {
  program: string;
  /** absent: root */
  user?: string;
  /** Folders of the program's user. */
  folders?: string[];
  volume?: string;
  /** Names of busybox, where the vendor's image has such a program. */
  tools?: string[];
  scripts?: Record<string, string>;
}

const SHELL = ['/bin/sh', '/bin/cat', '/bin/env'];

const START_GRAFANA = `#!/bin/sh
exec /usr/share/grafana/bin/grafana server "$@"
`;
/** Asks the last of its arguments, in four seconds at most. */
const CURL = `#!/stand-in/busybox sh
for url; do :; done
exec /stand-in/busybox timeout 4 /stand-in/busybox wget -q -Y off -O /dev/null "$url"
`;

/**
 * Sources: cmd/<name>/Dockerfile of Mimir, Loki, Tempo and Pyroscope, Dockerfile of Alloy,
 * Dockerfile and packaging/docker/run.sh of Grafana.
 */
const BASES: Record<Service, Base> = {
  mimir: {
    program: '/bin/mimir',
  },
  loki: {
    program: '/usr/bin/loki',
    user: '10001',
    folders: ['/loki'],
  },
  tempo: {
    program: '/tempo',
    user: '10001:10001',
    folders: ['/var/tempo'],
  },
  pyroscope: {
    program: '/usr/bin/pyroscope',
    user: '10001',
    folders: ['/data'],
    volume: '/data',
  },
  grafana: {
    program: '/usr/share/grafana/bin/grafana',
    user: '472',
    folders: ['/var/lib/grafana'],
    tools: [...SHELL, '/usr/bin/head', '/bin/base64'],
    scripts: {
      '/run.sh': START_GRAFANA,
      '/usr/bin/curl': CURL,
    },
  },
  alloy: {
    program: '/bin/alloy',
    folders: ['/var/lib/alloy/data'],
    tools: SHELL,
  },
};

/** The vendor starts Alloy as root; its folders belong to this one. */
const ALLOY_USER = '473';

/** Where a vendor's image has its program. */
export function programOf(service: Service): string {
  return BASES[service].program;
}

/** Folders of the program's user in a vendor's image: where it keeps its data. */
export function foldersOf(service: Service): string[] {
  return BASES[service].folders ?? [];
}

function dockerfileOf(service: Service): string {
  return readFileSync(join(DOCKERFILES, service, 'Dockerfile'), 'utf8');
}

/** The image that our Dockerfile builds on, without the registry. */
export function baseOf(service: Service): string {
  const [, version] = /^ARG VERSION=(.*)$/m.exec(dockerfileOf(service))!;
  return `grafana/${service}:${version}`;
}

export const BUSYBOX_IMAGE = /library\/busybox:\S+/.exec(dockerfileOf('mimir'))![0];

/** A static busybox of this machine (Debian: busybox-static), or undefined. */
export function staticBusybox(): string | undefined {
  return ['/bin/busybox', '/usr/bin/busybox'].find((path) => runsAlone(path) && isStatic(path));
}

function runsAlone(path: string): boolean {
  return spawnSync('chroot', ['/', path, 'true']).status === 0;
}

function isStatic(path: string): boolean {
  const { stdout } = spawnSync('ldd', [path], { encoding: 'utf8' });
  return !/dynamically linked|ld-linux|ld-musl/.test(stdout ?? '');
}

function makeFolderOf(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
}

function writeProgram(path: string, content: string): void {
  makeFolderOf(path);
  writeFileSync(path, content);
  chmodSync(path, 0o755);
}

function copyProgram(from: string, to: string): void {
  makeFolderOf(to);
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

function link(path: string, target: string): void {
  makeFolderOf(path);
  symlinkSync(target, path);
}

/** Writes a build context for the stand-in of busybox's image. */
export function busyboxContext(folder: string, busybox: string): void {
  const bin = join(folder, 'root/bin');
  copyProgram(busybox, join(bin, 'busybox'));
  for (const name of ['sh', 'mkdir', 'chown']) link(join(bin, name), 'busybox');
  const lines = ['FROM scratch', 'COPY root/ /', 'CMD ["sh"]', ''];
  writeFileSync(join(folder, 'Dockerfile'), lines.join('\n'));
}

/** Writes a build context for the stand-in of a vendor's image. */
export function baseContext(folder: string, service: Service, busybox: string): void {
  const { program, folders = [], tools = [], scripts = {} } = BASES[service];
  const root = join(folder, 'root');
  const standIn = readFileSync(join(__dirname, 'stand-in.sh'), 'utf8');
  copyProgram(busybox, join(root, 'stand-in/busybox'));
  writeProgram(join(root, program), standIn);
  for (const tool of tools) link(join(root, tool), '/stand-in/busybox');
  for (const [path, script] of Object.entries(scripts)) writeProgram(join(root, path), script);
  for (const path of folders) mkdirSync(join(folder, 'folders', path), { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), dockerfileOfStandIn(service));
}

function dockerfileOfStandIn(service: Service): string {
  const { program, user, folders = [], volume } = BASES[service];
  const owner = service === 'alloy' ? ALLOY_USER : user?.split(':')[0];
  const entrypoint = service === 'grafana' ? '/run.sh' : program;
  const lines = [
    'FROM scratch',
    'COPY root/ /',
    ...folders.map((path) => `COPY --chown=${owner}:${owner} folders${path} ${path}`),
    ...(volume ? [`VOLUME ${volume}`] : []),
    ...(user ? [`USER ${user}`] : []),
    `ENTRYPOINT ["${entrypoint}"]`,
    '',
  ];
  return lines.join('\n');
}
