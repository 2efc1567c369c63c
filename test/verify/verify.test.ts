import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../lab/until';
import { makeFolder } from '../temporary';
import { ANSWERS, Programs, type PlayedAnswer } from './plays';
import { startVerifying, verify, type Run } from './run';

/** As Loki's `mode=diff` answers. */
const WRONG: PlayedAnswer = {
  path: '/status/config',
  status: 500,
  body: 'unsupported type <nil>\n',
};
const UNREADY: PlayedAnswer = {
  path: '/ready',
  status: 503,
  body: 'Ingester not ready\n',
};

type Index = Record<string, Record<string, { mark: string }>>;

/** The answers below a folder, by where each lies. */
function readAnswers(folder: string): Map<string, string> {
  const entries = readdirSync(folder, {
    recursive: true,
    encoding: 'utf8',
  });
  const files = entries.filter((entry) => /\.(body|headers)$/.test(entry));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return [file, text];
    }),
  );
}

/** How the answers of a folder are marked. */
function listMarks(folder: string, name: string): string[] {
  const text = readFileSync(join(folder, 'index.json'), 'utf8');
  const index = JSON.parse(text) as Index;
  const marks = Object.values(index[name]!).map(({ mark }) => mark);
  return [...new Set(marks)];
}

describe('a folder with all programs but one, of which one is wrong', () => {
  const workspace = makeFolder();
  const programs = new Programs(workspace);
  const answers = join(workspace, 'answers');
  let run: Run;

  beforeAll(async () => {
    programs.addStore('mimir');
    programs.addStore('loki');
    programs.addStore('tempo', [WRONG]);
    programs.addAlloy();
    cpSync(ANSWERS, answers, { recursive: true });
    const recording = ['--record', '--answers', answers];
    run = await verify(['--bin', programs.folder, ...recording]);
  });

  test('every row is held against one that answers as it was recorded', () => {
    expect(run.list('loki')).toEqual([
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
    expect(run.verdicts('loki')).toEqual(['held']);
    expect(run.verdicts('mimir')).toEqual(['held']);
  });

  test('the wrong one differs in that row alone, with what was expected and what came', () => {
    const complaint = 'expected 200, came 500 "unsupported type <nil>\\n"';
    expect(run.complaints('tempo')).toEqual({
      configuration: complaint,
      'configuration-2': complaint,
    });
  });

  test('Alloy takes its configuration and ends', () => {
    expect(run.list('alloy')).toEqual(['ready', 'ends by SIGTERM']);
    expect(run.verdicts('alloy')).toEqual(['held']);
  });

  test('the missing one is named; only the wrong one is a failure', () => {
    const pyroscope = join(programs.folder, 'pyroscope');
    expect(run.complaints('pyroscope')).toEqual({ all: `no program ${pyroscope}` });
    expect(run.summary).toMatch(/ held, 2 differ; not there: pyroscope$/);
    expect(run.code).toBe(1);
  });

  test('nothing that was started still runs', () => {
    expect(programs.listRunning()).toEqual([]);
  });

  test('what held is recorded as real, and nothing else is touched', () => {
    expect(listMarks(answers, 'mimir-3.2.1')).toEqual(['real']);
    expect(listMarks(answers, 'pyroscope-1.21.1')).toEqual(['constructed']);
    const before = readAnswers(ANSWERS);
    const after = readAnswers(answers);
    const changed = [...after.keys()].filter((file) => after.get(file) !== before.get(file));
    expect(changed).toContain('mimir-3.2.1/newest.body');
    expect(changed).not.toContain('tempo-2.10.8/configuration.body');
    const untouched = changed.filter((file) => file.startsWith('pyroscope'));
    expect(untouched).toEqual([]);
  });

  test('a recording names nothing of the machine', () => {
    const texts = [...readAnswers(answers).values()];
    const told = texts.filter((text) => text.includes('lgtm-verify-'));
    expect(told).toEqual([]);
  });
});

/** A folder for PATH in which `docker` is our stand-in. */
function makePath(workspace: string): string {
  const folder = join(workspace, 'path');
  const docker = join(folder, 'docker');
  const module = JSON.stringify(join(__dirname, 'docker.mjs'));
  mkdirSync(folder);
  writeFileSync(docker, `#!/usr/bin/env node\nimport(${module});\n`);
  chmodSync(docker, 0o755);
  return `${folder}:${process.env['PATH']}`;
}

test('Docker builds the images, and no container is left', async () => {
  const workspace = makeFolder();
  const programs = new Programs(workspace);
  const containers = join(workspace, 'containers');
  programs.addStore('pyroscope');
  mkdirSync(containers);
  const run = await verify(['--docker'], {
    PATH: makePath(workspace),
    PROGRAMS: programs.folder,
    CONTAINERS: containers,
  });
  const missing = { all: 'docker builds no image of it: pull access denied' };
  expect(run.complaints('loki')).toEqual(missing);
  expect(run.verdicts('pyroscope')).toEqual(['held']);
  expect(run.summary).toMatch(/ 0 differ; not there: mimir, loki, tempo, alloy$/);
  expect(run.code).toBe(0);
  expect(readdirSync(containers)).toEqual([]);
  expect(programs.listRunning()).toEqual([]);
});

test('one that never is ready is given up, and what was not asked of it is named', async () => {
  const programs = new Programs(makeFolder());
  programs.addStore('loki', [UNREADY]);
  const run = await verify(['--bin', programs.folder, '--patience', '0.5']);
  const { starts, flush } = run.complaints('loki');
  expect(starts).toMatch(/^waited for \/ready, and nothing moved for 0.5 s/);
  expect(flush).toBe('not asked: the trial ended before');
  expect(run.verdicts('loki')).toEqual(['differs']);
  expect(run.code).toBe(1);
  expect(programs.listRunning()).toEqual([]);
});

test('of a version that flushes and counts otherwise these rows are not asked, and named with it', async () => {
  const programs = new Programs(makeFolder());
  programs.addStore('tempo', [], '3.0.3');
  const run = await verify(['--bin', programs.folder, '--patience', '2']);
  const { flush, metrics } = run.complaints('tempo');
  expect([flush, metrics]).toEqual(Array(2).fill('not asked: otherwise since 3.0.0'));
  expect(run.list('tempo')).toContain('newest');
  expect(programs.listRunning()).toEqual([]);
});

test('a flush that is refused differs and is not recorded', async () => {
  const workspace = makeFolder();
  const programs = new Programs(workspace);
  const answers = join(workspace, 'answers');
  cpSync(ANSWERS, answers, { recursive: true });
  programs.addStore('loki', [{ path: '/flush', status: 500, body: 'boom' }]);
  const run = await verify(['--bin', programs.folder, '--record', '--answers', answers]);
  expect(run.complaints('loki')['flush']).toBe('expected no refusal, came 500 "boom"');
  const kept = readFileSync(join(answers, 'loki-3.7.6/flush.body'), 'utf8');
  expect(kept).toBe(readFileSync(join(ANSWERS, 'loki-3.7.6/flush.body'), 'utf8'));
});

test('a signal ends everything that was started', async () => {
  const programs = new Programs(makeFolder());
  programs.addStore('loki', [UNREADY]);
  const child = startVerifying(['--bin', programs.folder]);
  const ended = once(child, 'exit');
  const runs = () => programs.listRunning().length > 0;
  await until('a stand-in that runs', runs);
  child.kill('SIGTERM');
  expect(await ended).toEqual([130, null]);
  expect(programs.listRunning()).toEqual([]);
});
