import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../temporary';
import { ANSWERS, Programs } from './plays';

const ROOT = join(__dirname, '../..');
/** A line of the report: mark, program and its version, what, verdict, note. */
const LINE = /^[✔✖–] {2}(\S+)(?: \S+)? +(.+?) {2,}(held|differs|not there) +(.*)$/;

interface Run {
  code: number;
  /** `loki ring` → `held`, or what else the report says of it */
  verdicts: Record<string, string>;
  notes: Record<string, string>;
  last: string;
}

/** Runs what `npm run verify:real` runs. */
async function verify(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/verify.mjs'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      ...environment,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  const lines = out.trimEnd().split('\n');
  const found = lines.map((line) => LINE.exec(line)).filter((match) => match !== null);
  if (found.length === 0) throw new Error(`no report: ${out}${err}`);
  const collect = (value: number) =>
    Object.fromEntries(found.map((match) => [`${match[1]} ${match[2]}`, match[value]!]));
  return {
    code,
    verdicts: collect(3),
    notes: collect(4),
    last: lines.at(-1)!,
  };
}

/** What the report says of one program, with its verdicts. */
function outcomesOf({ verdicts }: Run, program: string): [what: string, verdict: string][] {
  return Object.entries(verdicts)
    .filter(([what]) => what.startsWith(`${program} `))
    .map(([what, verdict]) => [what.slice(program.length + 1), verdict]);
}

const verdictsOf = (run: Run, program: string) => [...new Set(outcomesOf(run, program).map(([, verdict]) => verdict))];

/** All files below a folder, and what is in them. */
function readFolder(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(files.filter((file) => /\.\w+$/.test(file)).flatMap((file) => readIfFile(folder, file)));
}

function readIfFile(folder: string, file: string): [string, string][] {
  try {
    return [[file, readFileSync(join(folder, file), 'utf8')]];
  } catch {
    return [];
  }
}

describe('a folder with all programs but one, of which one is wrong', () => {
  const workspace = makeFolder();
  const programs = new Programs(workspace);
  const answers = join(workspace, 'answers');
  let run: Run;

  beforeAll(async () => {
    programs.addStore('mimir');
    programs.addStore('loki');
    // as Loki's mode=diff does
    programs.addStore('tempo', [{ path: '/status/config', status: 500, body: 'unsupported type <nil>\n' }]);
    programs.addAlloy();
    cpSync(ANSWERS, answers, { recursive: true });
    run = await verify(['--bin', programs.folder, '--record', '--answers', answers]);
  });

  test('those that answer as it was recorded hold every row, and are found again on an empty disk', () => {
    expect([verdictsOf(run, 'loki'), verdictsOf(run, 'mimir')]).toEqual([['held'], ['held']]);
    expect(outcomesOf(run, 'loki').map(([what]) => what)).toEqual([
      'starts',
      'ready',
      'configuration',
      'metrics.before',
      'ring',
      'newest.none',
      'takes what is sent',
      'metrics.held',
      'what was sent is read back',
      'metrics.later',
      'newest',
      'newest-2',
      'first',
      'first-2',
      'flush',
      'metrics.flushed',
      'ends by SIGTERM',
      'starts on an empty disk',
      'what was sent is found again',
      'recorded',
    ]);
  });

  test('the wrong one differs in that row alone, with what was expected and what came', () => {
    const wrong = outcomesOf(run, 'tempo').filter(([, verdict]) => verdict !== 'held');
    expect(wrong).toEqual([
      ['configuration', 'differs'],
      ['configuration-2', 'differs'],
    ]);
    expect(run.notes['tempo configuration']).toBe('expected 200, came 500 "unsupported type <nil>\\n"');
  });

  test('Alloy takes its configuration and ends', () => {
    expect(outcomesOf(run, 'alloy')).toEqual([
      ['ready', 'held'],
      ['ends by SIGTERM', 'held'],
    ]);
  });

  test('the missing one is named, and is no failure; the wrong one is', () => {
    expect(outcomesOf(run, 'pyroscope')).toEqual([['all', 'not there']]);
    expect(run.last).toMatch(/ held, 2 differ; not there: pyroscope$/);
    expect(run.code).toBe(1);
  });

  test('nothing that was started still runs', () => {
    expect(programs.listRunning()).toEqual([]);
  });

  test('what held is recorded as real, and nothing else is touched', () => {
    const [before, after] = [ANSWERS, answers].map(readFolder);
    const index = JSON.parse(after!['index.json']!) as Record<string, Record<string, { mark: string }>>;
    const marks = (folder: string) => [...new Set(Object.values(index[folder]!).map(({ mark }) => mark))];
    expect([marks('mimir-3.2.1'), marks('pyroscope-1.21.1')]).toEqual([['real'], ['constructed']]);
    const changed = Object.keys(after!).filter((file) => after![file] !== before![file]);
    expect(changed.filter((file) => !/^(mimir|loki|tempo)-|^index\.json$/.test(file))).toEqual([]);
    expect(changed).toContain('mimir-3.2.1/newest.body');
    expect(after!['tempo-2.10.8/configuration.body']).toBe(before!['tempo-2.10.8/configuration.body']);
  });

  test('a recording names nothing of the machine, and no secret', () => {
    const recorded = Object.entries(readFolder(answers)).filter(([file]) => file.startsWith('mimir-'));
    const told = recorded.filter(([, text]) => /lgtm-verify-|\/tmp\//.test(text));
    expect(told).toEqual([]);
  });
});

test('Docker builds the images, and no container is left', async () => {
  const workspace = makeFolder();
  const programs = new Programs(workspace);
  programs.addStore('pyroscope');
  const [path, containers] = [join(workspace, 'path'), join(workspace, 'containers')];
  mkdirSync(path);
  mkdirSync(containers);
  const docker = join(path, 'docker');
  writeFileSync(docker, `#!/usr/bin/env node\nimport(${JSON.stringify(join(__dirname, 'docker.mjs'))});\n`);
  chmodSync(docker, 0o755);
  const run = await verify(['--docker'], {
    PATH: `${path}:${process.env['PATH']}`,
    PROGRAMS: programs.folder,
    CONTAINERS: containers,
  });
  expect(verdictsOf(run, 'pyroscope')).toEqual(['held']);
  expect(run.notes['loki all']).toBe('docker builds no image of it: pull access denied');
  expect([run.code, run.last]).toEqual([0, expect.stringMatching(/0 differ; not there: mimir, loki, tempo, alloy$/)]);
  expect(readdirSync(containers)).toEqual([]);
  expect(programs.listRunning()).toEqual([]);
});
