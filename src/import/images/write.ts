import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ComponentImage } from './component';
import { diffTexts } from './diff';
import { hideSecrets } from './secrets';

/** What became of a file. */
export interface WrittenFile {
  path: string;
  /** where it was written instead, because somebody has edited the one that was there */
  beside?: string;
  /** from what is there to what would be; empty where nothing was kept */
  diff: string;
}

/** Which content each file had when it was written: by that an edited one is known. */
const LEDGER = 'written.json';
type Ledger = Record<string, string>;

/**
 * Writes the images' folders. A file that somebody has edited since is left as it is: the new one is written into a
 * folder beside its own, which is no service's and so no part of an image.
 */
export function writeImages(context: string, images: ComponentImage[]): WrittenFile[] {
  const ledgerFile = join(context, LEDGER);
  const ledger = readLedger(ledgerFile);
  const written = images.flatMap(({ name, files }) =>
    files.map(({ path, content }) => writeFile(context, name, path, content, ledger)),
  );
  writeFileSync(ledgerFile, `${JSON.stringify(ledger, null, 2)}\n`);
  return written;
}

function writeFile(context: string, component: string, name: string, content: string, ledger: Ledger): WrittenFile {
  const path = join(context, component, name);
  const key = join(component, name);
  const old = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const isEdited = old !== undefined && old !== content && ledger[key] !== hash(old);
  if (isEdited) {
    const beside = join(context, `${component}.new`, name);
    save(beside, content);
    return {
      path,
      beside,
      diff: hideSecrets(diffTexts(old, content)),
    };
  }
  if (old !== content) save(path, content);
  ledger[key] = hash(content);
  return {
    path,
    diff: '',
  };
}

function save(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const hash = (content: string): string => createHash('sha256').update(content).digest('hex');

function readLedger(file: string): Ledger {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    return {};
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Ledger;
}
