import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../temporary';
import { NOWHERE, runCli } from './command-line';

const INIT = {
  '--name': 'lgtm-prd',
  '--domain': 'example.com',
  '--hosted-zone': 'Z0123456789',
  '--certificate': 'arn:aws:acm:ap-northeast-2:123456789012:certificate/x',
  '--instance': 'i-0123456789abcdef0',
  '--compose-directory': '/opt/lgtm',
};
let folder: string;
let planFile: string;

beforeEach(() => {
  folder = makeFolder();
  planFile = join(folder, 'migration.yaml');
});

function cli(...words: string[]) {
  return runCli(words, { cwd: folder });
}

function init(changed = {}, ...more: string[]) {
  const stack: Record<string, string> = { ...INIT, ...changed };
  const options = Object.entries(stack).flat();
  return cli('init', ...options, ...more);
}

function containing(text: string): string {
  return expect.stringContaining(text) as string;
}

test('init writes a plan that validates', async () => {
  expect(await init()).toEqual({
    code: 0,
    out: 'wrote migration.yaml\nnext: lgtm-migrate preflight -f migration.yaml\n',
    err: '',
  });
  expect(await cli('validate')).toEqual({
    code: 0,
    out: containing('migration.yaml is a valid plan for lgtm-prd'),
    err: '',
  });
});

test('init writes three tasks of Loki for a new stack, which nothing advises against', async () => {
  await init();
  const counted = ['services:', '  loki:', '    # three copies .*', '    count: 3', ''].join('\n');
  expect(readFileSync(planFile, 'utf8')).toMatch(new RegExp(counted));
  const { out } = await cli('validate');
  expect(out).not.toContain('services.loki');
});

test('init writes an ingest for senders, and how a name leads there', async () => {
  await init();
  expect(readFileSync(planFile, 'utf8')).toMatch(/^# where senders arrive; .*to: ingest.*\ningest: \{\}$/m);
});

test('init writes over no file', async () => {
  writeFileSync(planFile, 'mine');
  expect(await init()).toEqual({
    code: 2,
    out: '',
    err: 'lgtm-migrate: migration.yaml is there already; give -f another name, or --force\n',
  });
  expect(readFileSync(planFile, 'utf8')).toBe('mine');
});

test('init --json prints where the plan is and what it means', async () => {
  const { code, out } = await init({}, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    file: 'migration.yaml',
    plan: {
      name: 'lgtm-prd',
      cluster: 'lgtm-cluster',
    },
  });
});

test('init with something that is no plan says so and writes nothing', async () => {
  const { code, err } = await init({ '--instance': 'web-1' });
  expect(code).toBe(2);
  expect(err).toContain('"web-1" is not an EC2 instance id');
  expect(existsSync(planFile)).toBe(false);
});

test('validate --json prints the whole plan as one document', async () => {
  await init();
  const { out } = await cli('validate', '--json');
  expect(JSON.parse(out)).toMatchObject({
    name: 'lgtm-prd',
    shift: {
      weights: [10, 50, 100],
      bake: '1h',
    },
    decommission: {
      hold: '7d',
    },
  });
});

test('the errors of a plan go to stderr, each with its line', async () => {
  const lines = ['name: LGTM', 'shift: {weights: [50, 10]}'];
  writeFileSync(planFile, lines.join('\n'));
  const { code, out, err } = await cli('validate', '--json');
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/migration\.yaml:1 {2}name/);
  expect(err).toMatch(/migration\.yaml:2 {2}shift\.weights/);
});

test.each([['start'], ['approve', 'x']])(
  '%s without a Temporal server names the address and the way out, without a stack trace',
  async (...words) => {
    await init();
    const { code, out, err } = await cli(...words);
    const problem = `no Temporal server answers at ${NOWHERE}`;
    const wayOut = 'start one (docker compose -f docker-compose.temporal.yaml up -d) or set TEMPORAL_ADDRESS';
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(`lgtm-migrate: ${problem}; ${wayOut}\n`);
  },
);

const READS_A_PLAN = ['start', 'preflight'];

test.each(READS_A_PLAN)('%s refuses a plan with an error before it connects to anything', async (verb) => {
  writeFileSync(planFile, 'name: lgtm\n');
  const { code } = await cli(verb);
  expect(code).toBe(2);
});

const BAD_WORDS = [['start', '--fast'], ['approve'], ['approve', 'x', '--step', 'abc'], ['frobnicate']];

test.each(BAD_WORDS)('%s is bad input', async (...words) => {
  expect(await cli(...words)).toEqual({
    code: 2,
    out: '',
    err: containing('error: '),
  });
});
