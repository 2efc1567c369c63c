import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Place, Sourced } from '../place';
import { listFiles } from './folder';

const CONFIGURATION = /\.(ya?ml|alloy|river|ini|toml|json|env)$/;
const ALLOY = /\.(alloy|river)$/;
const DATA_SOURCES = /datasources?\b/;
const COMMENT = /^\s*(#|;|\/\/)/;

const ADDRESS = /(?<![\w.-])((?:\d{1,3}\.){3}\d{1,3})(:\d+)?(?![\w.-]|\/\d)/g;
/** Everybody, oneself, and the metadata of EC2 and ECS. */
const NO_MACHINE = /^(0\.|127\.|169\.254\.|255\.)/;
/** Docker's bridge: the host, as its containers see it. */
const BRIDGE = '172.17.0.1';
/** What only reaches a neighbour on the same host. */
const NEIGHBOUR = /(?:https?:\/\/|["'\s])((?:localhost|127\.0\.0\.1|host\.docker\.internal|172\.17\.0\.1):\d+)/g;

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
/** `component "label"` at the start of a block. */
const ALLOY_BLOCK = /^\s*(([\w.]+)\s+"[^"]*")/;

interface Line extends Place {
  text: string;
}

/** Every line of a folder's configuration that names a machine by its IPv4 address. Dashboards (JSON) count too. */
export function findAddresses(root: string): Sourced<string>[] {
  return readLines(root, CONFIGURATION).flatMap(({ text, ...place }) => {
    const matches = [...text.matchAll(ADDRESS)];
    const machines = matches.filter(([, address = '']) => isMachine(address));
    return machines.map(([value]) => ({ value, ...place }));
  });
}

function isMachine(address: string): boolean {
  if (address === BRIDGE || NO_MACHINE.test(address)) return false;
  const parts = address.split('.').map(Number);
  return parts.every((part) => part < 256);
}

/** Lines by which Alloy and Grafana reach a neighbour on their own host. In a health check it means itself. */
export function findNeighbours(root: string): Sourced<string>[] {
  const lines = readLines(root, CONFIGURATION).filter(({ file }) => ALLOY.test(file) || DATA_SOURCES.test(file));
  return lines.flatMap(({ text, ...place }) => {
    const matches = [...text.matchAll(NEIGHBOUR)];
    return matches.map(([, value = '']) => ({ value, ...place }));
  });
}

/** What of its host Alloy reads: a Fargate task has none. */
export function findHostSources(root: string): Sourced<string>[] {
  return readLines(root, ALLOY).flatMap(({ text, ...place }) => {
    const [, value = '', component = ''] = ALLOY_BLOCK.exec(text) ?? [];
    const readsHost = HOST_COMPONENTS.includes(component);
    return readsHost ? [{ value, ...place }] : [];
  });
}

/** The lines of these files, without comments. */
function readLines(root: string, kind: RegExp): Line[] {
  const files = listFiles(root).filter((file) => kind.test(basename(file)));
  const lines = files.sort().flatMap((file) => {
    const texts = readFileSync(join(root, file), 'utf8').split('\n');
    return texts.map((text, index) => ({ text, file, line: index + 1 }));
  });
  return lines.filter(({ text }) => !COMMENT.test(text));
}
