import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../src/client';
import { ROOT, runCli } from './command-line';

/** What takes long to load, and nobody needs for help or for a typo. */
const SLOW = /node_modules\/(@aws-sdk|@temporalio|zod|yaml)\//;
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-help-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  return help;
}

function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

/** The name of a command with those above it: `lgtm-migrate images push`. */
function fullNameOf(command: Command): string {
  return command.parent ? `${fullNameOf(command.parent)} ${command.name()}` : command.name();
}

test("each command's help ends with an example of it", () => {
  const commands = allOf(createProgram());
  expect(commands.length).toBeGreaterThan(20);
  for (const command of commands) {
    const [, example] = helpOf(command).split('\nExample:\n');
    expect(example).toContain(fullNameOf(command));
  }
});

test('--version prints the version of the package', async () => {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  expect(await runCli(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each([
  ['--help', 0],
  ['frobnicate', 2],
])('%s loads nothing that speaks to AWS or Temporal, and no schema', async (word, code) => {
  const loaded = join(folder, 'loaded.json');
  const spy = join(folder, 'spy.cjs');
  const names = 'JSON.stringify(Object.keys(require.cache))';
  writeFileSync(spy, `process.on('exit', () => require('node:fs').writeFileSync('${loaded}', ${names}));`);
  const ran = await runCli([word], { node: ['--require', spy] });
  expect(ran.code).toBe(code);
  const files = JSON.parse(readFileSync(loaded, 'utf8')) as string[];
  expect(files).toContain(join(ROOT, 'src/commands/start.ts'));
  expect(files.filter((file) => SLOW.test(file))).toEqual([]);
});
