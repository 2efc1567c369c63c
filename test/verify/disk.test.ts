import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Disk } from '../../verify/disk';
import { readImageFile } from '../../verify/image';
import { makeFolder } from '../temporary';

const SERVICES = ['mimir', 'loki', 'tempo', 'pyroscope', 'alloy'] as const;
type Service = (typeof SERVICES)[number];

const TASK = {
  REGION: 'ap-northeast-2',
  S3_BUCKET: 'bucket',
  S3_ENDPOINT: '127.0.0.1:9',
  DOMAIN: 'lgtm.invalid',
  TASK_IP: '127.0.0.1',
  TASK_COUNT: '1',
};
/** What stands where a program would: it prints what it was started with. */
const PROGRAM = '#!/bin/sh\nfor word; do echo "$word"; done\n';
/** Data folders of the images, where one of these stores could write to this machine's own. */
const FOREIGN = /(?<![\w.}/-])\/(loki|data|var|etc)\//;

interface Started {
  status: number | null;
  said: string;
  words: string[];
  folder: string;
  ports: Map<number, number>;
}

/** Starts a program as a container of its image would be. */
function start(service: Service): Started {
  const workspace = makeFolder();
  const [program, folder] = [join(workspace, 'program'), join(workspace, 'disk')];
  writeFileSync(program, PROGRAM, { mode: 0o755 });
  const image = readImageFile(service);
  const ports = new Map(image.ports.map((port, index) => [port, 20_001 + index]));
  const disk = new Disk(folder, image, program, ports);
  disk.write();
  const [command, ...rest] = disk.words;
  const { status, stdout, stderr } = spawnSync(command!, rest, {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      ...TASK,
    },
  });
  return {
    status,
    said: stderr,
    words: stdout.trim().split('\n'),
    folder,
    ports,
  };
}

/** The configuration of a program, without comments. */
function readConfiguration({ folder }: Started): string {
  const place = join(folder, 'etc');
  const entries = readdirSync(place, {
    recursive: true,
    encoding: 'utf8',
  });
  const paths = entries.map((entry) => join(place, entry));
  const files = paths.filter((path) => statSync(path).isFile());
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  return text.replace(/\/\/.*|#.*/g, '');
}

/** Lines that name a place of this machine; what is asked of another program is none. */
function listForeign({ folder }: Started, configuration: string): string[] {
  const lines = configuration.replaceAll(folder, '.').split('\n');
  const own = lines.filter((line) => !/url|endpoint =/.test(line));
  return own.filter((line) => FOREIGN.test(line));
}

for (const service of SERVICES) {
  test(`the entrypoint of ${service} starts its program with a configuration that is there`, () => {
    const { status, said, words, folder } = start(service);
    expect(said).toBe('');
    expect(status).toBe(0);
    const paths = words.flatMap((word) => /(?:^|=)(\/.*)$/.exec(word)?.[1] ?? []);
    const outside = paths.filter((path) => !path.startsWith(folder));
    expect(outside).toEqual([]);
    const configuration = paths.find((path) => path.includes('/etc/'));
    expect(existsSync(configuration!)).toBe(true);
  });

  test(`${service} writes to its own folder, and listens on ports that were free`, () => {
    const started = start(service);
    const configuration = readConfiguration(started);
    expect(listForeign(started, configuration)).toEqual([]);
    const numbers = configuration.match(/\d+/g)!.map(Number);
    const fixed = numbers.filter((number) => started.ports.has(number));
    expect(fixed).toEqual([]);
  });
}
