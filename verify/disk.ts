import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ImageFile } from './image';

/** Stands in the place of the image's busybox: the applets are this machine's own programs. */
const APPLETS = '#!/bin/sh\nexec "$@"\n';
const NUMBER = /(?<![\w.])\d+(?![\w.])/g;

/** A text with other ports. @param ports by those that it names */
export function replacePorts(text: string, ports: ReadonlyMap<number, number>): string {
  return text.replace(NUMBER, (digits) => String(ports.get(Number(digits)) ?? digits));
}

/**
 * The files of an image in a folder of this machine: what they say of paths leads into that folder, and what they say
 * of the image's ports to other ones. Beside that they are as they are shipped.
 */
export class Disk {
  private readonly path: RegExp;

  /** @param ports by the image's own */
  constructor(
    private readonly folder: string,
    private readonly image: ImageFile,
    private readonly program: string,
    private readonly ports: ReadonlyMap<number, number>,
  ) {
    const longestFirst = [...image.paths].sort((a, b) => b.length - a.length);
    const paths = longestFirst.map(escape).join('|');
    this.path = new RegExp(`(?<![\\w./-])(?:${paths})(?![\\w.-])`, 'g');
  }

  /** Writes the image's files; what the program has written before is for whoever made the folder to remove. */
  write(): void {
    const busybox = this.placeOf('/busybox');
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(busybox, APPLETS);
    chmodSync(busybox, 0o755);
    for (const { sources, to } of this.image.copies) {
      for (const source of sources) this.copy(source, to);
    }
  }

  /** What a container of the image starts with, as it is here. */
  get words(): string[] {
    return this.image.words.map((word) => this.lead(word));
  }

  private copy(source: string, to: string): void {
    const isInFolder = !source.endsWith('/') && to.endsWith('/');
    const path = isInFolder ? join(to, basename(source)) : to;
    const target = this.placeOf(path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(this.image.folder, source), target, { recursive: true });
    for (const file of listFiles(target)) {
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, this.lead(text));
    }
  }

  private placeOf(path: string): string {
    return join(this.folder, path);
  }

  /** Ports first: the name of a folder may have such a number in it. */
  private lead(text: string): string {
    const [program] = this.image.paths;
    const leadPath = (path: string) => {
      return path === program ? this.program : this.placeOf(path);
    };
    return replacePorts(text, this.ports).replace(this.path, leadPath);
  }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A file, or all files below a folder. */
function listFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => listFiles(join(path, name)));
}
