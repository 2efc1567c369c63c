import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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

/** Configurations below a folder. */
function readConfigurations(folder: string): string {
  const files = readdirSync(join(folder, 'etc'), { recursive: true, encoding: 'utf8' });
  const paths = files.map((file) => join(folder, 'etc', file)).filter((path) => statSync(path).isFile());
  // what another program says of itself is no path of this one
  return paths.map((path) => readFileSync(path, 'utf8').replace(/\/\/.*|#.*/g, '')).join('\n');
}

for (const service of SERVICES) {
  test(`the entrypoint of ${service} starts its program with a configuration that is there`, () => {
    const { status, said, words, folder } = start(service);
    expect([status, said]).toEqual([0, '']);
    const named = words.flatMap((word) => /(?:^|=)(\/.*)$/.exec(word)?.[1] ?? []);
    expect(named.filter((path) => !path.startsWith(folder))).toEqual([]);
    const configuration = named.find((path) => path.includes('/etc/'))!;
    expect(statSync(configuration)).toBeDefined();
  });

  test(`${service} writes to its own folder, and listens on ports that were free`, () => {
    const { folder, ports } = start(service);
    const text = readConfigurations(folder);
    const lines = text.split('\n').filter((line) => !line.includes('url') && !line.includes('endpoint ='));
    expect(lines.filter((line) => FOREIGN.test(line.replaceAll(folder, '.')))).toEqual([]);
    const fixed = [...ports.keys()].filter((port) => new RegExp(`(?<!\\d)${port}(?!\\d)`).test(text));
    expect(fixed).toEqual([]);
  });
}
