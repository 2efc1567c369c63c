import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

const ROOT = join(__dirname, '..');
const FOLDER = join(ROOT, '.tools', 'bundles');
/** Everything that workflow code is made of. */
const SOURCES = ['src/workflows', 'src/plan', 'src/analysis', 'lab/interceptor.ts', 'package-lock.json'];

function filesOf(source: string): string[] {
  const path = join(ROOT, source);
  return /\.\w+$/.test(source)
    ? [path]
    : readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
}

/** The workflow bundle of the lab's worker, the interceptor in it; built once for what the sources say, since each of many labs starts a worker. */
export async function labBundle(interceptor: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesOf)) hash.update(`${file}\0`).update(readFileSync(file));
  const path = join(FOLDER, `${hash.digest('hex').slice(0, 16)}.js`);
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../src/workflows'),
    workflowInterceptorModules: [interceptor],
  });
  mkdirSync(FOLDER, { recursive: true });
  // written beside, then renamed: nobody loads half a bundle
  writeFileSync(`${path}.${process.pid}`, code);
  renameSync(`${path}.${process.pid}`, path);
  return path;
}
