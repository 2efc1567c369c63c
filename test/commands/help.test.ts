import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../src/client';
import { makeFolder } from '../temporary';
import { ROOT, runCli } from './command-line';

/** Writes down, beside itself, what a process has loaded. */
const SPY = `
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const files = Object.keys(require.cache);
  writeFileSync(__filename + '.loaded', files.join('\\n'));
});
`;
/** What takes long to load, and nobody needs for help or for a typo. */
const SLOW = /node_modules\/(@aws-sdk|@temporalio|zod|yaml)\//;

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
  const name = command.name();
  const { parent } = command;
  return parent ? `${fullNameOf(parent)} ${name}` : name;
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
  const { code, out } = await runCli(['--version']);
  expect(code).toBe(0);
  expect(out).toBe(`${version}\n`);
});

test.each([
  ['--help', 0],
  ['frobnicate', 2],
])('%s loads nothing that speaks to AWS or Temporal, and no schema', async (word, code) => {
  const spy = join(makeFolder(), 'spy.cjs');
  writeFileSync(spy, SPY);
  const node = ['--require', spy];
  const ran = await runCli([word], { node });
  const loaded = readFileSync(`${spy}.loaded`, 'utf8');
  const slow = loaded.split('\n').filter((file) => SLOW.test(file));
  expect(ran.code).toBe(code);
  expect(loaded).toContain('src/commands/start.ts');
  expect(slow).toEqual([]);
});
