// Stands in for Docker's command line: its images are the stand-ins of programs, its containers their processes. A
// container is a folder below CONTAINERS.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const { PROGRAMS, CONTAINERS } = process.env;
const [command, ...words] = process.argv.slice(2);

const say = (text) => process.stdout.write(`${text}\n`);
const programOf = (image) => join(PROGRAMS, /^lgtm-verify\/(\w+):/.exec(image)[1]);
const fileOf = (name, file) => join(CONTAINERS, name, file);
const read = (name, file) => readFileSync(fileOf(name, file), 'utf8');

/** Values of an option that may come several times. */
const valuesOf = (option) => words.flatMap((word, index) => (words[index - 1] === option ? [word] : []));

/** Far from the ports that the system gives away: several commands look for some at once. */
function findFreePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(findFreePort()));
    server.listen(10_000 + Math.floor(Math.random() * 20_000), '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Ports that are published, the free one by the image's. */
async function choosePorts() {
  const published = valuesOf('--publish').map((value) => value.split('::')[1]);
  return Object.fromEntries(await Promise.all(published.map(async (port) => [port, await findFreePort()])));
}

/** As much of the shipped configuration as a stand-in reads. */
function writeConfiguration(name, ports) {
  const file = fileOf(name, 'configuration');
  const [first] = valuesOf('--publish').map((value) => value.split('::')[1]);
  const http = ports[first];
  const otlp = ports[4318] ? `http:\n  endpoint: 0.0.0.0:${ports[4318]}\n` : '';
  writeFileSync(file, `http_listen_port: ${http}\n${otlp}`);
  return ports[12345] ? `--server.http.listen-addr=0.0.0.0:${ports[12345]}` : `-config.file=${file}`;
}

function isAlive(name) {
  try {
    process.kill(Number(read(name, 'pid')), 0);
    return true;
  } catch {
    return false;
  }
}

async function stop(name, signal) {
  if (isAlive(name)) process.kill(Number(read(name, 'pid')), signal);
  while (isAlive(name)) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function start() {
  const [name] = valuesOf('--name');
  const image = words.at(-1);
  mkdirSync(join(CONTAINERS, name), { recursive: true });
  const ports = await choosePorts();
  const log = openSync(fileOf(name, 'log'), 'a');
  const variables = valuesOf('--env').map((pair) => pair.replace('host.docker.internal', '127.0.0.1').split('='));
  const child = spawn(programOf(image), [writeConfiguration(name, ports)], {
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH,
      ...Object.fromEntries(variables),
    },
  });
  child.unref();
  writeFileSync(fileOf(name, 'pid'), String(child.pid));
  writeFileSync(fileOf(name, 'ports'), JSON.stringify(ports));
  say(name);
}

function runOnce() {
  const image = words.find((word) => word.startsWith('lgtm-verify/'));
  spawn(programOf(image), words.slice(words.indexOf(image) + 1), { stdio: 'inherit' });
}

const COMMANDS = {
  build: () => {
    if (!existsSync(programOf(valuesOf('--tag')[0]))) throw new Error('pull access denied');
  },
  run: () => (words.includes('--detach') ? start() : runOnce()),
  port: () => say(`127.0.0.1:${JSON.parse(read(words[0], 'ports'))[words[1].split('/')[0]]}`),
  inspect: () => say(valuesOf('--format')[0].includes('Running') ? `${isAlive(words.at(-1))} 0` : '0'),
  logs: () => say(read(words.at(-1), 'log')),
  stop: () => stop(words.at(-1), 'SIGTERM'),
  rm: async () => {
    for (const name of words.filter((word) => !word.startsWith('--') && existsSync(join(CONTAINERS, word)))) {
      await stop(name, 'SIGKILL');
      rmSync(join(CONTAINERS, name), { recursive: true });
    }
  },
};

try {
  await COMMANDS[command]();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
