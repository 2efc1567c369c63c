import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { basename, extname, join } from 'node:path';
import type { Place, Sourced } from '../place';
import { blankOwnAddresses } from './compose-addresses';
import { listFiles } from './folder';

const ALLOY = ['.alloy', '.river'];
const CONFIGURATION = [...ALLOY, '.yml', '.yaml', '.ini', '.toml', '.json', '.env'];
const COMMENT = /^\s*(#|;|\/\/)/;

/** Numbers with points between them, and a port; not a range such as 10.0.0.0/16. */
const ADDRESS = /(?<![\w.-])([\d.]+(?::\d+)?)(?![\w.-]|\/\d)/g;
/** A name or an address with a port, in a URL or by itself. */
const ENDPOINT = /(?:https?:\/\/|["'\s])([\w.-]+:\d+)/g;
/** The first line of a block of Alloy: `component "label"`. */
const BLOCK = /^\s*([\w.]+\s+"[^"]*")/g;

/** Docker's bridge: the host, as its containers see it. */
const BRIDGE = '172.17.0.1';
/** Names by which only a neighbour on the same host is reached. */
const NEIGHBOURS = ['localhost', '127.0.0.1', 'host.docker.internal', BRIDGE];
/** Addresses that are no machine's own. */
const SHARED_NETWORKS = [
  // everybody
  '0.',
  // oneself
  '127.',
  // the metadata of EC2 and ECS
  '169.254.',
  // a broadcast
  '255.',
];

/** Components of Alloy that read the host they run on. Source: Alloy's component reference. */
const HOST_COMPONENTS = [
  'local.file_match',
  'loki.source.file',
  'loki.source.journal',
  'loki.source.docker',
  'discovery.docker',
  'discovery.process',
  'prometheus.exporter.unix',
  'prometheus.exporter.cadvisor',
  'prometheus.exporter.process',
  'pyroscope.ebpf',
  'beyla.ebpf',
];

interface Line extends Place {
  text: string;
}

/** Every line of a folder's configuration that names a machine by its IPv4 address. Dashboards (JSON) count too. */
export function findAddresses(root: string): Sourced<string>[] {
  const files = findFiles(root, CONFIGURATION);
  const lines = files.flatMap((file) => readLines(root, file));
  return lines.flatMap((line) => quoteMatches(line, ADDRESS, isMachine));
}

function isMachine(endpoint: string): boolean {
  const [address = ''] = endpoint.split(':');
  if (!isIPv4(address) || address === BRIDGE) return false;
  return !SHARED_NETWORKS.some((network) => address.startsWith(network));
}

/** Lines by which Alloy and Grafana reach a neighbour on their own host. In a health check it means itself. */
export function findNeighbours(root: string): Sourced<string>[] {
  const files = findFiles(root, CONFIGURATION).filter(isClient);
  const lines = files.flatMap((file) => readLines(root, file));
  return lines.flatMap((line) => quoteMatches(line, ENDPOINT, isNeighbour));
}

/** Files by which Alloy or Grafana finds its servers. */
function isClient(file: string): boolean {
  const isAlloy = ALLOY.includes(extname(file));
  return isAlloy || /datasources?\b/.test(file);
}

function isNeighbour(endpoint: string): boolean {
  const [host = ''] = endpoint.split(':');
  return NEIGHBOURS.includes(host);
}

/** What of its host Alloy reads: a Fargate task has none. */
export function findHostSources(root: string): Sourced<string>[] {
  const files = findFiles(root, ALLOY);
  const lines = files.flatMap((file) => readLines(root, file));
  return lines.flatMap((line) => quoteMatches(line, BLOCK, readsHost));
}

function readsHost(block: string): boolean {
  const [component = ''] = block.split(/\s/);
  return HOST_COMPONENTS.includes(component);
}

/** What the pattern's group finds in a line, as far as it is wanted. */
function quoteMatches(
  { text, file, line }: Line,
  pattern: RegExp,
  isWanted: (value: string) => boolean,
): Sourced<string>[] {
  const matches = [...text.matchAll(pattern)];
  const values = matches.map(([, value = '']) => value);
  return values.filter(isWanted).map((value) => ({
    value,
    file,
    line,
  }));
}

/** @param extensions `.env` is also the name of a file */
function findFiles(root: string, extensions: string[]): string[] {
  const files = listFiles(root).sort();
  return files.filter((file) => {
    const extension = extname(file) || basename(file);
    return extensions.includes(extension);
  });
}

/** The lines of a file, without comments. */
function readLines(root: string, file: string): Line[] {
  const content = blankOwnAddresses(readFileSync(join(root, file), 'utf8'), file);
  const texts = content.split('\n');
  const lines = texts.map((text, index) => ({
    text,
    file,
    line: index + 1,
  }));
  return lines.filter((line) => !COMMENT.test(line.text));
}
