// Compiles what a lab runs: its own programs and the command line, each to one file, and the workflow with the lab's
// interceptor. Every start compiles (a tenth of a second); what has not changed is found by its content.
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.tools', 'compiled');

const PROGRAMS = {
  main: 'lab/main.ts',
  demo: 'lab/demo.ts',
  worker: 'lab/worker.ts',
  client: 'src/client.ts',
};
/** What the sandbox of a workflow loads; compiled only to know it by its content. */
const WORKFLOW = {
  workflow: 'src/workflows/index.ts',
  interceptor: 'lab/interceptor.ts',
};

/**
 * A source that becomes a part of one file: what lies beside it is found from where the source is, and of all main
 * modules only the program's own is one.
 */
async function partOf({ path }) {
  const text = await readFile(path, 'utf8');
  const placed = text.replaceAll('__dirname', JSON.stringify(dirname(path)));
  const isProgram = Object.values(PROGRAMS).some((program) => path === join(root, program));
  const contents = isProgram ? placed : placed.replaceAll('require.main === module', 'false');
  return {
    contents,
    loader: 'ts',
  };
}

const ONE_FILE = {
  name: 'sources as parts of one file',
  setup: ({ onLoad }) => onLoad({ filter: /\/(src|lab)\/.*\.ts$/ }, partOf),
};

async function programs() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      ...PROGRAMS,
      ...WORKFLOW,
    },
    outdir: cache,
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logOverride: { 'require-resolve-not-external': 'silent' },
    plugins: [ONE_FILE],
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

function hashOf(texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Nobody reads half of it: written beside, then renamed. */
function writeWhole(path, write) {
  if (existsSync(path)) return;
  const beside = `${path}.${process.pid}`;
  write(beside);
  try {
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, {
      recursive: true,
      force: true,
    });
    // another process was first
    if (!existsSync(path)) throw error;
  }
}

/** The bundle of the workflow, the interceptor in it, for the content of both: bundling takes seconds. */
async function workflowBundle(texts) {
  const path = join(cache, `workflow-${hashOf(texts)}.js`);
  if (existsSync(path)) return path;
  const { bundleWorkflowCode, DefaultLogger } = createRequire(import.meta.url)('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, WORKFLOW.workflow),
    workflowInterceptorModules: [join(root, WORKFLOW.interceptor)],
    logger: new DefaultLogger('WARN'),
  });
  writeWhole(path, (beside) => writeFileSync(beside, code));
  return path;
}

/** @returns the folder that holds main.js, demo.js, worker.js, client.js and workflow.js */
export async function compile() {
  const compiled = await programs();
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const folder = join(cache, hashOf([...compiled.values(), lock]));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const bundle = await workflowBundle([compiled.get('workflow.js'), compiled.get('interceptor.js'), lock]);
  writeWhole(folder, (beside) => {
    mkdirSync(beside);
    for (const name of Object.keys(PROGRAMS)) writeFileSync(join(beside, `${name}.js`), compiled.get(`${name}.js`));
    linkSync(bundle, join(beside, 'workflow.js'));
  });
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(await compile());
