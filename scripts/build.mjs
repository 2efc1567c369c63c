// npm run build: dist/ as it is shipped. The sources compiled, the programs of other languages beside the modules that
// read them, and the workflow bundle that a production worker loads.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [src, dist] = ['src', 'dist'].map((folder) => join(root, folder));
const require = createRequire(import.meta.url);

function compile() {
  const compiler = require.resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}

/** tsc copies what a module imports; a Python program is read as a file. */
function copyPrograms() {
  const programs = readdirSync(src, { recursive: true }).filter((file) => file.endsWith('.py'));
  for (const program of programs) cpSync(join(src, program), join(dist, program));
}

async function bundleWorkflows() {
  const { bundleWorkflowCode } = require('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(dist, 'workflows/index.js'),
    workflowInterceptorModules: [join(dist, 'workflows/interceptors.js')],
    payloadConverterPath: join(dist, 'temporal/payload-converter.js'),
  });
  writeFileSync(join(dist, 'workflow-bundle.js'), code);
}

// what an earlier build left would be packed too
rmSync(dist, {
  recursive: true,
  force: true,
});
compile();
copyPrograms();
await bundleWorkflows();
