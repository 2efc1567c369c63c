import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const ROOT = join(__dirname, '../..');
/** Nobody listens on port 1 of loopback. */
export const NOWHERE = '127.0.0.1:1';
const CLIENT = join(ROOT, 'src/client.ts');
/** By its path: a command that starts in another folder finds no package there. */
const TSX = pathToFileURL(require.resolve('tsx')).href;

const DEFAULTS = {
  TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json'),
  NODE_NO_WARNINGS: '1',
  LOG_LEVEL: 'silent',
  HEALTH_PORT: '0',
  AWS_ENDPOINT_URL: `http://${NOWHERE}`,
  TEMPORAL_ADDRESS: NOWHERE,
};

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

interface Place {
  /** the repository's root, unless told otherwise */
  cwd?: string;
  environment?: NodeJS.ProcessEnv;
  /** options of Node itself */
  node?: string[];
}

/** Runs the command line where nobody answers for AWS or Temporal, unless the environment names who does. */
export function runCli(words: string[], place: Place = {}): Promise<Ran> {
  const { cwd = ROOT, environment, node = [] } = place;
  const args = ['--import', TSX, ...node, CLIENT, ...words];
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...DEFAULTS, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }));
  });
}
