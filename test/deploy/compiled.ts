import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const BUNDLE = 'workflow-bundle.js';
const ASKS = /(?:require|import)\(['"]([^.'"][^'"]*)['"]\)/g;

/** The files below a folder whose names end so, by their path in it. */
export function filesUnder(folder: string, ending: string): string[] {
  const files = readdirSync(folder, {
    recursive: true,
    encoding: 'utf8',
  });
  return files.filter((file) => file.endsWith(ending));
}

/** The packages that compiled modules require or import; `node:` for what Node itself has. */
export function packagesAskedFor(dist: string): Set<string> {
  const names = new Set<string>();
  for (const file of filesUnder(dist, '.js')) {
    // the bundle holds what it needs
    if (file === BUNDLE) continue;
    const text = readFileSync(join(dist, file), 'utf8');
    for (const [, path] of text.matchAll(ASKS)) {
      const name = packageOf(path!);
      names.add(name);
    }
  }
  return names;
}

function packageOf(path: string): string {
  if (path.startsWith('node:')) return 'node:';
  const depth = path.startsWith('@') ? 2 : 1;
  const parts = path.split('/');
  return parts.slice(0, depth).join('/');
}
