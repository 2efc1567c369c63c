import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Place } from '../place';
import { readContainerFile, type ContainerFile, type FolderPlace } from './container-file';
import type { ComposeService } from './service';
import { readTextFile } from './text-file';
import { findInFolder } from './volumes';

/** A component of a pipeline, with what it is set to. */
export interface Block {
  /** `prometheus.scrape "apps"` */
  name: string;
  body: string;
}

/** What Alloy is started with, as far as it is in the folder. */
export interface Pipeline extends Place {
  blocks: Block[];
  /** on which it listens for others */
  ports: number[];
}

/** Source: grafana/alloy Dockerfile, CMD. */
const DEFAULT_PATH = '/etc/alloy/config.alloy';
const BLOCK = /^[ \t]*((?:[a-z0-9_]+\.)+[a-z0-9_]+)\s+"([^"]+)"\s*\{/gm;
const PORT = /\blisten_port\s*=\s*(\d+)|\b(?:address|endpoint)\s*=\s*"(?:0\.0\.0\.0|\[::\])?:(\d+)"/g;

/** The blocks of a file, or of all files of a folder. Source: Alloy's docs, "The run command". */
export function readPipeline(service: ComposeService, place: FolderPlace): Pipeline | undefined {
  const named = service.words.find(({ value }) => value.startsWith('/') && !value.endsWith('/bin/alloy'));
  const files = listFiles(service, named?.value ?? DEFAULT_PATH, place);
  const [first] = files;
  if (!first) return undefined;
  const text = files.map((file) => file.text).join('\n');
  return {
    file: first.name,
    line: 1,
    blocks: readBlocks(text),
    ports: readPorts(text),
  };
}

/** Each with all until the next one begins: what stands there of others is a comment. */
export function readBlocks(text: string): Block[] {
  const found = [...text.matchAll(BLOCK)];
  return found.map(({ index, 1: kind, 2: label }, at) => ({
    name: `${kind} "${label}"`,
    body: text.slice(index, found[at + 1]?.index),
  }));
}

/** On which it listens for others, each once. */
export function readPorts(text: string): number[] {
  const ports = [...text.matchAll(PORT)].map(([, listened, addressed]) => Number(listened ?? addressed));
  return [...new Set(ports)].sort((a, b) => a - b);
}

function listFiles(service: ComposeService, path: string, place: FolderPlace): ContainerFile[] {
  const folder = findInFolder(service.volumes, path, place.root, place.host);
  if (!folder?.startsWith(place.root) || !isFolder(folder)) {
    const file = readContainerFile(service, path, place);
    return file ? [file] : [];
  }
  const names = readdirSync(folder).filter((name) => name.endsWith('.alloy'));
  return names.sort().map((name) => ({
    name: relative(place.root, join(folder, name)),
    text: readTextFile(join(folder, name)) ?? '',
  }));
}

/** What lies below a file is none either. */
const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
