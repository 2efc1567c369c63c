import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const CLIENT = join(__dirname, '../../src/client.ts');
/** Nobody listens on port 1 of loopback. */
const NOWHERE = '127.0.0.1:1';
const INIT = [
  '--name',
  'lgtm-prd',
  '--domain',
  'example.com',
  '--hosted-zone',
  'Z0123456789',
  '--certificate',
  'arn:aws:acm:ap-northeast-2:123456789012:certificate/x',
  '--instance',
  'i-0123456789abcdef0',
  '--compose-directory',
  '/opt/lgtm',
];
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-cli-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function cli(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', pathToFileURL(require.resolve('tsx')).href, CLIENT, ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        TSX_TSCONFIG_PATH: join(__dirname, '../../tsconfig.json'),
        NODE_NO_WARNINGS: '1',
        TEMPORAL_ADDRESS: NOWHERE,
      },
    },
  );
  return { code: status, out: stdout, err: stderr };
}

test('init writes a plan that validates, and writes over nothing', () => {
  expect(cli('init', ...INIT)).toMatchObject({
    code: 0,
    out: 'wrote migration.yaml\nnext: lgtm-migrate preflight -f migration.yaml\n',
    err: '',
  });
  expect(cli('validate')).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('migration.yaml is a valid plan for lgtm-prd') as string,
  });
  const before = readFileSync(join(folder, 'migration.yaml'), 'utf8');
  expect(cli('init', ...INIT, '--name', 'other')).toMatchObject({
    code: 2,
    err: 'lgtm-migrate: migration.yaml is there already; give -f another name, or --force\n',
  });
  expect(readFileSync(join(folder, 'migration.yaml'), 'utf8')).toBe(before);
});

test('init --json prints where the plan is and what it means', () => {
  const { code, out } = cli('init', ...INIT, '--json');
  expect([code, JSON.parse(out)]).toEqual([
    0,
    { file: 'migration.yaml', plan: expect.objectContaining({ name: 'lgtm-prd', cluster: 'lgtm-cluster' }) as unknown },
  ]);
});

test('init with something that is no plan says so and writes nothing', () => {
  expect(cli('init', ...INIT, '--instance', 'web-1')).toMatchObject({
    code: 2,
    err: expect.stringContaining('"web-1" is not an EC2 instance id') as string,
  });
  expect(existsSync(join(folder, 'migration.yaml'))).toBe(false);
});

test('validate --json prints the whole plan as one document, its errors go to stderr', () => {
  cli('init', ...INIT);
  const { out } = cli('validate', '--json');
  expect(JSON.parse(out)).toMatchObject({
    name: 'lgtm-prd',
    shift: { weights: [10, 50, 100], bake: '1h' },
    decommission: { hold: '7d' },
  });
  writeFileSync(join(folder, 'migration.yaml'), 'name: LGTM\nshift: {weights: [50, 10]}\n');
  const bad = cli('validate', '--json');
  expect([bad.code, bad.out]).toEqual([2, '']);
  expect(bad.err).toMatch(/migration\.yaml:1 {2}name/);
  expect(bad.err).toMatch(/migration\.yaml:2 {2}shift\.weights/);
});

test.each(['start', 'approve x'])(
  '%s without a Temporal server names the address and the way out, without a stack trace',
  (words) => {
    cli('init', ...INIT);
    const { code, out, err } = cli(...words.split(' '));
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      `lgtm-migrate: no Temporal server answers at ${NOWHERE}; start one (docker compose -f docker-compose.temporal.yaml up -d) or set TEMPORAL_ADDRESS\n`,
    );
  },
);

test('a plan with an error is refused before anything is connected to', () => {
  writeFileSync(join(folder, 'migration.yaml'), 'name: lgtm\n');
  expect(cli('start').code).toBe(2);
  expect(cli('preflight').code).toBe(2);
});

test.each([['start', '--fast'], ['approve'], ['frobnicate']])('%s is bad input', (...args) => {
  expect(cli(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('error: ') as string });
});
