import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLab } from '../scenarios/lab';

const ROOT = join(__dirname, '../..');
let folder: string;

/** As the Dockerfile does: what its first stage copies, the build, and then without the sources. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-dist-'));
  const copied = [...readFileSync(join(ROOT, 'Dockerfile'), 'utf8').matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(
    ([, sources]) => sources!.split(' '),
  );
  for (const source of copied) cpSync(join(ROOT, source), join(folder, source), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  execFileSync('npm', ['run', 'build'], { cwd: folder, stdio: 'pipe' });
  rmSync(join(folder, 'src'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what was built needs only what npm prune --omit=dev leaves', () => {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.js') && file !== 'workflow-bundle.js',
  );
  const asked = files.flatMap((file) =>
    [...readFileSync(join(folder, 'dist', file), 'utf8').matchAll(/require\("([^."][^"]*)"\)/g)].map(([, name]) =>
      name!
        .split('/')
        .slice(0, name!.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  );
  expect(asked.length).toBeGreaterThan(100);
  expect(
    [...new Set(asked)].filter(
      (name) => !name.startsWith('node:') && !builtinModules.includes(name) && !(name in dependencies),
    ),
  ).toEqual([]);
});

test('the worker and the command line carry a migration as they were built; a worker ends by SIGTERM, and at once where its health port is taken', async () => {
  await withLab({ world: 'bare' }, async (operator) => {
    await operator.lab.stopPart('worker');
    const taken = createServer().listen(0);
    const { port } = taken.address() as AddressInfo;
    const refused = spawnSync(process.execPath, ['dist/worker.js'], {
      cwd: folder,
      env: { ...operator.lab.environment, HEALTH_PORT: String(port), LOG_LEVEL: 'fatal', NODE_NO_WARNINGS: '1' },
      encoding: 'utf8',
      timeout: 60_000,
    });
    taken.close();
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringMatching(
        /health can't be served on port \d+: listen EADDRINUSE.*; set HEALTH_PORT to a free one/,
      ) as unknown,
    ]);

    const built = (...words: string[]) =>
      execFileSync(process.execPath, words, {
        cwd: folder,
        env: { ...operator.lab.environment, NODE_ENV: 'production', NODE_NO_WARNINGS: '1' },
        encoding: 'utf8',
      });
    const worker = spawn(process.execPath, ['dist/worker.js'], {
      cwd: folder,
      env: { ...operator.lab.environment, NODE_ENV: 'production', HEALTH_PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let logged = '';
    worker.stderr.on('data', (chunk) => (logged += String(chunk)));
    const ended = once(worker, 'exit');
    try {
      const client = 'dist/client.js';
      while (!logged.includes('RUNNING'))
        await Promise.race([
          once(worker.stderr, 'data'),
          ended.then(([code]) => Promise.reject(new Error(`the worker ended with ${code}: ${logged}`))),
        ]);
      expect(JSON.parse(built(client, 'start', '-f', operator.lab.plan, '--json'))).toMatchObject({ name: 'lgtm-prd' });
      await operator.until('a deploy without images', ({ phases }) =>
        phases.some(({ detail }) => detail.startsWith('waiting for images: lgtm-mimir')),
      );
      built(client, 'abort', 'lgtm-prd', '--reason', 'no images');
      expect((await operator.ended()).outcome).toBe('rolled-back');
    } finally {
      worker.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });
});
