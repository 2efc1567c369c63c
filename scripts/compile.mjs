// Compiles what a lab runs: its own programs and the command line, each to one file, and the workflow with the lab's
// interceptor. What was compiled before of the same sources is found by their content.
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.tools', 'compiled');
const KEPT_MS = 2 * 24 * 3_600_000;

const PROGRAMS = {
  main: 'lab/main.ts',
  demo: 'lab/demo.ts',
  client: 'src/client.ts',
};
/** The SDK requires it by its path: it lies beside whoever needs it. */
const CONVERTER = 'payload-converter';
/** Starts in each lab: with the SDK's clients inside it takes two thirds of the CPU, without what they have unused. */
const WORKER = { worker: 'lab/worker.ts' };
/** What the sandbox of a workflow loads; compiled only to know it by its content. */
const WORKFLOW = {
  workflow: 'src/workflows/index.ts',
  interceptors: 'src/workflows/interceptors.ts',
  interceptor: 'lab/interceptor.ts',
  [CONVERTER]: `src/temporal/${CONVERTER}.ts`,
};

/**
 * A source that becomes a part of one file: what lies beside it is found from where the source is, and of all main
 * modules only the program's own is one.
 */
async function partOf({ path }) {
  const text = await readFile(path, 'utf8');
  const placed = text.replaceAll('__dirname', JSON.stringify(dirname(path)));
  const isProgram = Object.values({ ...PROGRAMS, ...WORKER }).some((program) => path === join(root, program));
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

/** @returns the text of each entry point as one file, by the file's name */
async function bundle(entryPoints, options) {
  // only where something is compiled: esbuild is dear to start
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: cache,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logOverride: { 'require-resolve-not-external': 'silent' },
    plugins: [ONE_FILE],
    ...options,
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

function hashOf(texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Everything that what is compiled depends on. */
function readSources() {
  const files = ['src', 'lab'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => join(folder, file)),
  );
  const others = ['package-lock.json', 'scripts/compile.mjs'];
  return [...others, ...files].flatMap((file) => [file, readFileSync(join(root, file), 'utf8')]);
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
    workflowInterceptorModules: [WORKFLOW.interceptors, WORKFLOW.interceptor].map((module) => join(root, module)),
    payloadConverterPath: join(root, WORKFLOW[CONVERTER]),
    logger: new DefaultLogger('WARN'),
  });
  writeWhole(path, (beside) => writeFileSync(beside, code));
  return path;
}

/** @returns the folder that holds main.js, demo.js, client.js, worker.js and workflow.js */
export async function compile() {
  const folder = join(cache, hashOf(readSources()));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  removeOld();
  const [programs, worker] = await Promise.all([
    bundle({ ...PROGRAMS, ...WORKFLOW }, { packages: 'external' }),
    bundle(WORKER, { external: ['@temporalio/*'], mainFields: ['module', 'main'] }),
  ]);
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const parts = Object.keys(WORKFLOW).map((name) => programs.get(`${name}.js`));
  const workflow = await workflowBundle([...parts, lock]);
  const texts = new Map([...programs, ...worker]);
  writeWhole(folder, (beside) => {
    mkdirSync(beside);
    for (const name of [...Object.keys({ ...PROGRAMS, ...WORKER }), CONVERTER]) {
      writeFileSync(join(beside, `${name}.js`), texts.get(`${name}.js`));
    }
    linkSync(workflow, join(beside, 'workflow.js'));
  });
  return folder;
}

/** What was compiled days ago nobody runs any more. */
function removeOld() {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (Date.now() - statSync(path).mtimeMs < KEPT_MS) continue;
    rmSync(path, {
      recursive: true,
      force: true,
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(await compile());
