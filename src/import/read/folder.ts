import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** How places name a file: relative to the folder. */
export function nameFile(root: string, path: string): string {
  return relative(root, path) || basename(path);
}

/** Every file of a folder, relative to it. */
export function listFiles(root: string): string[] {
  const entries = readdirSync(root, {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((file) => relative(root, join(file.parentPath, file.name)));
}
