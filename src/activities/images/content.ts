import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

const EXECUTABLE = 0o111;
const TAG_LENGTH = 16;

/**
 * The tag of an image that would be built from a folder: 16 hexadecimal
 * digits over its files' names, modes and contents, and over the build
 * arguments. The same content has the same tag on every machine.
 */
export async function contentTag(folder: string, buildArguments: Record<string, string>): Promise<string> {
  const sortedArguments = Object.entries(buildArguments).sort();
  const hash = createHash('sha256').update(JSON.stringify(sortedArguments));
  for (const file of await listFiles(folder)) {
    const executable = await isExecutable(file);
    hash.update(`\0${relative(folder, file)}\0${executable}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, TAG_LENGTH);
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path) : [path];
    }),
  );
  return files.flat().sort();
}

async function isExecutable(file: string): Promise<boolean> {
  const { mode } = await stat(file);
  return (mode & EXECUTABLE) !== 0;
}
