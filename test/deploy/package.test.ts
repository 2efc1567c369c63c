import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Status } from '../../src/contract/status';
import { withLab } from '../scenarios/lab';
import { filesUnder, packagesAskedFor } from './compiled';
import { Product, ROOT } from './product';
import { WorkerProcess } from './worker-process';

let product: Product;

beforeAll(() => {
  product = new Product();
});

/** The first part of each path, none twice, in alphabetical order. */
function topOf(paths: string[]): string[] {
  const names = new Set<string>();
  for (const path of paths) {
    const [first] = path.split('/');
    names.add(first!);
  }
  return [...names].sort();
}

interface Manifest {
  version: string;
  dependencies: Record<string, string>;
}

function readManifest(): Manifest {
  const file = join(product.package, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

describe('the package', () => {
  test('holds what a user needs, and nothing else', () => {
    expect(topOf(product.packed)).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'dockerfiles',
      'docs',
      'examples',
      'jenkins',
      'package.json',
      'schema',
    ]);
  });

  test('holds of the build what runs, programs of other languages included', () => {
    const { packed } = product;
    const built = packed.filter((path) => path.startsWith('dist/'));
    const programs = filesUnder(join(ROOT, 'src'), '.py');
    const wanted = ['worker.js', 'workflow-bundle.js', ...programs];
    for (const path of wanted) expect(built).toContain(`dist/${path}`);
    for (const path of built) expect(path).toMatch(/\.(js|json|py)$/);
  });

  test('declares every package that it asks for', () => {
    const { dependencies } = readManifest();
    const asked = packagesAskedFor(join(product.package, 'dist'));
    expect(asked.size).toBeGreaterThan(20);
    asked.delete('node:');
    const undeclared = [...asked].filter((name) => !(name in dependencies));
    expect(undeclared).toEqual([]);
  });
});

describe('installed in an empty folder', () => {
  const example = 'node_modules/lgtm-migrate/examples/lgtm.yaml';

  test('it says its version and its commands', () => {
    const { version } = readManifest();
    const said = product.run(['--version']);
    const help = product.run(['--help']);
    expect(said).toBe(`${version}\n`);
    expect(help).toContain('start a migration');
  });

  test('it validates a plan', () => {
    const said = product.run(['validate', '-f', example]);
    expect(said).toContain('is a valid plan for lgtm-prd');
  });

  test('it renders the task definitions that are checked in, image tags included', () => {
    product.run(['render', '-f', example]);
    const name = 'task-definitions';
    const rendered = join(product.folder, name);
    const checkedIn = join(ROOT, name);
    for (const file of readdirSync(checkedIn)) {
      const text = readFileSync(join(rendered, file), 'utf8');
      const expected = readFileSync(join(checkedIn, file), 'utf8');
      expect(text).toBe(expected);
    }
  });
});

test('worker and command line carry a migration as they were installed; the worker ends by SIGTERM', async () => {
  await withLab({ world: 'bare' }, async (operator) => {
    await operator.lab.stopPart('worker');
    const { environment, plan } = operator.lab;
    await expectRefusal(environment);

    const first = startWorker(environment, 0);
    try {
      await first.waitUntilItRuns();
      product.run(['start', '-f', plan], environment);
      await operator.until('a deploy without images', waitsForImages);
    } finally {
      first.stop();
    }
    expect(await first.ended).toBe(0);
    await expectOtherCodeRefused(environment);

    const worker = startWorker(environment, 0);
    try {
      await worker.waitUntilItRuns();
      expect(worker.logged).toMatch(/"1 open run of \S+ goes on under this code"/);
      expect(product.run(['replay', 'lgtm-prd'], environment)).toContain('this version carries it on');
      product.run(['abort', 'lgtm-prd', '--reason', 'no images'], environment);
      const { outcome } = await operator.ended();
      expect(outcome).toBe('rolled-back');
    } finally {
      worker.stop();
    }
    expect(await worker.ended).toBe(0);
  });
});

function startWorker(environment: NodeJS.ProcessEnv, healthPort: number): WorkerProcess {
  return new WorkerProcess(product.package, {
    ...environment,
    HEALTH_PORT: String(healthPort),
  });
}

/** A worker that would fail each task of an open run must not poll its queue. */
async function expectOtherCodeRefused(environment: NodeJS.ProcessEnv): Promise<void> {
  const bundle = join(product.package, 'dist/workflow-bundle.js');
  const code = readFileSync(bundle, 'utf8');
  writeFileSync(bundle, code.replaceAll('ensureCluster', 'makeCluster'));
  const worker = startWorker(environment, 0);
  const ended = await worker.ended;
  writeFileSync(bundle, code);
  expect(ended).toBe(1);
  expect(worker.logged).toMatch(
    /lgtm-migrate-lgtm-prd \(run \S+\) would go on otherwise under this code from event \d+ on/,
  );
  expect(worker.logged).toMatch(/keep the image running that carried it until now: \d+@\S+/);
}

/** A worker that can't say how it is must not run: nobody would see it fail. */
async function expectRefusal(environment: NodeJS.ProcessEnv): Promise<void> {
  const taken = createServer().listen(0);
  const { port } = taken.address() as AddressInfo;
  const worker = startWorker(environment, port);
  const code = await worker.ended;
  taken.close();
  expect(code).toBe(1);
  const problem = `health can't be served on port ${port}: listen EADDRINUSE`;
  expect(worker.logged).toContain(problem);
  expect(worker.logged).toContain('set HEALTH_PORT to a free one');
}

function waitsForImages({ phases }: Status): boolean {
  return phases.some(({ detail }) => detail.startsWith('waiting for images: lgtm-mimir'));
}
