import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeFolder } from './folder';

const ROOT = join(__dirname, '../..');
// dashes as in the first line of client.ts
const CLIENT = ['--import', 'tsx', '--', 'src/client.ts'];
const STACK = {
  '--name': 'lgtm-prd',
  '--domain': 'example.com',
  '--hosted-zone': 'Z0123456789ABC',
  '--certificate': 'arn:aws:acm:ap-northeast-2:123456789012:certificate/1',
  '--compose-directory': '/opt/lgtm',
};
const INSTANCE = 'i-0123456789abcdef0';

export interface Run {
  code: number;
  out: string;
  err: string;
  /** the file that the plan is written to, if it is */
  plan: string;
}

export interface RunOptions {
  options?: string[];
  instance?: string;
  /** variables of an AWS that is asked; without them import is offline */
  aws?: Record<string, string>;
}

/** The real command line. */
export async function runImport(folder: string, run: RunOptions = {}): Promise<Run> {
  const plan = join(makeFolder(), 'migration.yaml');
  const { options = [], instance = INSTANCE, aws } = run;
  const stack = {
    ...STACK,
    '--output': plan,
    '--instance': instance,
  };
  const words = [...CLIENT, 'import', folder, ...Object.entries(stack).flat(), ...options];
  if (!aws) words.push('--offline');
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      ...aws,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return {
    code,
    out,
    err,
    plan,
  };
}
