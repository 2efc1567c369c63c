import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

const EXECUTABLE = 0o111;

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const inner = await Promise.all(
    entries.map((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)])),
  );
  return inner.flat().sort();
}

/**
 * The tag of an image that would be built from a folder: 16 hexadecimal digits over its files' names, modes
 * and contents, and over the build arguments. The same content has the same tag on every machine.
 */
export async function contentTag(folder: string, buildArguments: Record<string, string>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(buildArguments).sort()));
  for (const file of await filesIn(folder)) {
    const executable = ((await stat(file)).mode & EXECUTABLE) !== 0;
    hash.update(`\0${relative(folder, file)}\0${executable}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}
