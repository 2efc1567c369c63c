import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { escaped, quoted } from '../../../src/activities/curl';
import { writeAsking } from '../../../src/activities/host/asking';
import { writeCut } from '../../../src/activities/host/configuration';
import { compose, type Container } from '../../../src/activities/host/containers';
import { grafanaScript } from '../../../src/activities/host/grafana-script';
import { writeListenersQuestion } from '../../../src/activities/host/host-network';
import { writePathsQuestion } from '../../../src/activities/host/push-paths';
import { writeSocketsQuestion } from '../../../src/activities/host/sockets';
import { printStatusCommand, writeStart } from '../../../src/activities/host/stack';
import { writeTlsQuestion } from '../../../src/activities/host/tls';
import { writeCompactorsQuestion } from '../../../src/activities/preflight/compactors';
import { writeInspection, writeSizes } from '../../../src/activities/preflight/disks';
import { writeScript } from '../../../src/activities/probe/script';
import { describeProperty, type InputProperty } from './property';

/** Each of them would make a file, were it carried out. */
const PIECES = [
  '$(touch CANARY)',
  '`touch CANARY`',
  ';touch CANARY;',
  '\ntouch CANARY\n',
  '|touch CANARY|',
  '&touch CANARY&',
  '&& touch CANARY #',
  '>CANARY',
  '<(touch CANARY)',
  "'",
  '"',
  '\\',
  '\\n',
  '$HOME',
  '${HOME}',
  '$((1+1))',
  '$',
  '*',
  '~',
  '!!',
  ' ',
  '\t',
  '-x',
  '%s',
  'LGTM_MIGRATE',
  '\nLGTM_MIGRATE\ntouch CANARY\n',
  '/opt/lgtm',
  'a',
];

/** A name, a path or an address that means harm. */
const hostile = fc
  .array(fc.constantFrom(...PIECES), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pieces) => pieces.join(''));

/** Stands for each program: keeps its words, a NUL after each, and answers something. */
const PROGRAMS = `
keep() { for word in "$@"; do printf '%s\\0' "$word" >>"$WORDS"; done; }
docker() { keep docker "$@"; echo 10.0.0.9; }
curl() { keep curl "$@"; echo answer; }
nsenter() { keep nsenter "$@"; }
du() { keep du "$@"; }
ss() { keep ss "$@"; }
python3() { keep python3 "$@"; cat >/dev/null; }
`;

const RECURSIVE = {
  recursive: true,
  force: true,
};
/** Where a script runs: what is made there was carried out. */
const PLACE = 'place';
const LONGEST_RUN_MS = 60_000;

/** A script with something hostile in it. */
interface Script {
  text: string;
  /** words that programs have to get as they are */
  words: string[];
}

const containerOf = (Name: string): Container => ({
  Name,
  Service: 'loki',
  State: 'running',
  Image: 'grafana/loki:3.7.3',
});

/** Every script that the product runs on a host or in a probe, with that in each place where others have written. */
const SCRIPTS: Record<string, (value: string) => Script> = {
  'docker compose': (value) => ({
    text: compose({ composeDirectory: value }, 'stop -t 120'),
    words: [value],
  }),
  'docker compose up': (value) => ({
    text: writeStart({
      instanceId: 'i-1',
      composeDirectory: value,
      timeoutMs: 1,
    }),
    words: [value],
  }),
  'docker compose up, without some': (value) => ({
    text: writeStart({
      instanceId: 'i-1',
      composeDirectory: '/opt/lgtm',
      except: [value],
      timeoutMs: 1,
    }),
    words: [],
  }),
  'who only compacts': (value) => ({
    text: writeCompactorsQuestion({ composeDirectory: value }),
    words: [value],
  }),
  'docker inspect': (value) => ({
    text: writeInspection({ composeDirectory: value }),
    words: [value],
  }),
  du: (value) => ({
    text: writeSizes([value]),
    words: [value],
  }),
  'does the host answer': (value) => ({
    text: printStatusCommand(
      {
        name: value,
        protocol: 'https',
        port: 443,
      },
      '/',
    ),
    words: [`Host: ${value}`],
  }),
  'paths of senders': (value) => ({
    text: writePathsQuestion([
      {
        name: value,
        protocol: 'https',
        port: 443,
      },
    ]),
    words: [`Host: ${value}`],
  }),
  connections: (value) => ({
    text: writeSocketsQuestion([
      {
        container: {
          ...containerOf(value),
          Service: value,
        },
        ports: [],
      },
    ]),
    words: [value],
  }),
  'where TLS is spoken': (value) => ({
    text: writeTlsQuestion([
      {
        port: 9009,
        addresses: [value],
      },
    ]),
    words: [`https://${value}:9009/`],
  }),
  'what listens on the host': (value) => ({
    text: writeListenersQuestion([containerOf(value)]),
    words: [value],
  }),
  'a component by its container': (value) => ({
    text: writeAsking(containerOf(value), [{ path: value }], 'cat', 5),
    words: [value, `http://10.0.0.9:3100${value}`],
  }),
  'a component by its port': (value) => ({
    text: writeAsking(
      {
        ...containerOf('loki'),
        Publishers: [
          {
            URL: value,
            PublishedPort: 3100,
            Protocol: 'tcp',
          },
        ],
      },
      [
        {
          path: '/flush',
          body: value,
        },
      ],
      'cat',
      5,
    ),
    words: [`http://${value}:3100/flush`, value],
  }),
  'a configuration': (value) => ({
    text: `echo x | { ${writeCut([value])}; }`,
    words: [],
  }),
  Grafana: (value) => ({
    text: grafanaScript({
      verb: 'look',
      path: value,
    }),
    words: [
      JSON.stringify({
        verb: 'look',
        path: value,
      }),
    ],
  }),
  'a probe': (value) => ({
    text: writeScript([
      {
        key: value,
        origin: `http://${escaped(value)}:1`,
        request: { path: value },
        only: value,
      },
    ]),
    words: [`http://${value}:1${value}`],
  }),
};

/** One of them, and what is in its place. */
const hostileScript = fc.tuple(fc.constantFrom(...Object.keys(SCRIPTS)), hostile);

/** Runs a script in an empty folder. @returns what its programs got */
async function runScript(root: string, { text }: Script): Promise<string[]> {
  const words = join(root, 'words');
  const file = join(root, 'script');
  const place = join(root, PLACE);
  rmSync(root, RECURSIVE);
  mkdirSync(place, RECURSIVE);
  writeFileSync(words, '');
  writeFileSync(file, [PROGRAMS, `(\ncd ${quoted(place)}\n${text}\n)`].join('\n'));
  const stderr = await runShell(`sh -n ${quoted(file)} && sh ${quoted(file)}`, root, words);
  if (/syntax error|unterminated|not found/i.test(stderr)) throw new Error(`the shell says: ${stderr}`);
  return readFileSync(words, 'utf8').split('\0');
}

/** @returns what it says on stderr, however it ends; others of this process go on meanwhile */
function runShell(command: string, root: string, words: string): Promise<string> {
  const options = {
    cwd: root,
    timeout: LONGEST_RUN_MS,
    env: {
      PATH: '/usr/bin:/bin',
      HOME: root,
      WORDS: words,
    },
  };
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], options, (error, _, stderr) => {
      if (error?.killed) reject(error);
      else resolve(stderr);
    });
  });
}

async function judgeScript(root: string, name: string, value: string): Promise<void> {
  const script = SCRIPTS[name]!(value);
  const got = await runScript(root, script);
  const made = readdirSync(join(root, PLACE));
  if (made.length > 0) throw new Error(`${name}: it was carried out, and has made ${made.join(', ')}`);
  for (const word of script.words) {
    if (!got.includes(word)) throw new Error(`${name}: ${JSON.stringify(word)} did not arrive`);
  }
}

/** @param root of a folder that each of them makes anew */
export function listShellProperties(root: string): InputProperty[] {
  return [
    describeProperty('M6 shell', 'no shell carries out what others have written', hostileScript, ([name, value]) =>
      judgeScript(root, name, value),
    ),
  ];
}
