// Stands in for Docker's command line: its images are the stand-ins of programs, its containers their processes. A
// container is a folder below CONTAINERS.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const { PROGRAMS, CONTAINERS, PATH } = process.env;
const [command, ...words] = process.argv.slice(2);
const last = words.at(-1);
const ALLOY = '12345';
const OTLP = '4318';
const POLL_MS = 20;

const say = (text) => process.stdout.write(`${text}\n`);
const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));
const folderOf = (name) => join(CONTAINERS, name);
const fileOf = (name, file) => join(CONTAINERS, name, file);
const read = (name, file) => readFileSync(fileOf(name, file), 'utf8');

function programOf(image) {
  const [, name] = /^lgtm-verify\/(\w+):/.exec(image);
  return join(PROGRAMS, name);
}

/** Values of an option that may come several times. */
function valuesOf(option) {
  return words.filter((word, index) => words[index - 1] === option);
}

/** Far from the ports that the system gives away: several commands look for some at once. */
function findFreePort() {
  const server = createServer();
  const wanted = 10_000 + Math.floor(Math.random() * 20_000);
  return new Promise((resolve) => {
    server.once('error', () => resolve(findFreePort()));
    server.listen(wanted, '127.0.0.1', () => {
      server.close(() => resolve(wanted));
    });
  });
}

/** Ports that are published: the image's, and the one that was free. */
async function choosePorts() {
  const ports = new Map();
  for (const value of valuesOf('--publish')) {
    const [, port] = value.split('::');
    ports.set(port, await findFreePort());
  }
  return ports;
}

/** As much of the shipped configuration as a stand-in reads. */
function writeConfiguration(name, ports) {
  const [http] = ports.values();
  if (ports.has(ALLOY)) return `--server.http.listen-addr=0.0.0.0:${http}`;
  const file = fileOf(name, 'configuration');
  const lines = [`http_listen_port: ${http}`];
  if (ports.has(OTLP)) {
    lines.push('http:');
    lines.push(`  endpoint: 0.0.0.0:${ports.get(OTLP)}`);
  }
  writeFileSync(file, lines.join('\n'));
  return `-config.file=${file}`;
}

/** What it is given, with the name of this machine as it is known outside. */
function readEnvironment() {
  const pairs = valuesOf('--env').map((pair) => {
    const outside = pair.replace('host.docker.internal', '127.0.0.1');
    return outside.split('=');
  });
  return Object.fromEntries(pairs);
}

function isAlive(name) {
  const pid = Number(read(name, 'pid'));
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function stop(name, signal) {
  const pid = Number(read(name, 'pid'));
  if (isAlive(name)) process.kill(pid, signal);
  while (isAlive(name)) await pause();
}

async function start() {
  const [name] = valuesOf('--name');
  mkdirSync(folderOf(name), { recursive: true });
  const ports = await choosePorts();
  const log = openSync(fileOf(name, 'log'), 'a');
  const child = spawn(programOf(last), [writeConfiguration(name, ports)], {
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH,
      ...readEnvironment(),
    },
  });
  child.unref();
  writeFileSync(fileOf(name, 'pid'), String(child.pid));
  writeFileSync(fileOf(name, 'ports'), JSON.stringify(Object.fromEntries(ports)));
  say(name);
}

function runOnce() {
  const at = words.findIndex((word) => word.startsWith('lgtm-verify/'));
  const rest = words.slice(at + 1);
  spawn(programOf(words[at]), rest, { stdio: 'inherit' });
}

async function remove() {
  for (const name of words) {
    const isContainer = !name.startsWith('--') && existsSync(folderOf(name));
    if (!isContainer) continue;
    await stop(name, 'SIGKILL');
    rmSync(folderOf(name), { recursive: true });
  }
}

function build() {
  const [tag] = valuesOf('--tag');
  if (!existsSync(programOf(tag))) throw new Error('pull access denied');
}

function tellPort() {
  const [name, port] = words;
  const ports = JSON.parse(read(name, 'ports'));
  const [number] = port.split('/');
  say(`127.0.0.1:${ports[number]}`);
}

function inspect() {
  const [format] = valuesOf('--format');
  const state = format.includes('Running') ? `${isAlive(last)} ` : '';
  say(`${state}0`);
}

const COMMANDS = {
  build,
  inspect,
  run: () => (words.includes('--detach') ? start() : runOnce()),
  port: tellPort,
  logs: () => say(read(last, 'log')),
  stop: () => stop(last, 'SIGTERM'),
  rm: remove,
};

try {
  await COMMANDS[command]();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
