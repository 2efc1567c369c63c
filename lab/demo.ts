import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Status } from '../src/contract/status';
import { criteria, table } from './criteria';
import { Lab } from './parts';
import { emulatorPython, temporalPath } from './tools';

/** A breach that appears when half of the answers name ECS: one request in five fails there. */
const BREACH = { errors: 0.2, side: 'ecs', whenWeight: 50 };
const began = Date.now();
const say = (text: string) =>
  process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(5)}s  ${text}\n`);

/** Runs the real command line and hands over its stdout and, line by line, its stderr. */
function cli(lab: Lab, args: string[], onLine: (line: string) => void): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '..', 'src', 'client.ts'), ...args], {
      env: { ...lab.environment, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    createInterface({ input: child.stderr }).on('line', onLine);
    child.once('close', (code) => resolve({ code: code ?? 1, out }));
  });
}

/** The whole migration on real parts and an emulated AWS, told as an operator would read it. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { breach: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
  });
  const lab = new Lab({ world: 'ready', record: 'cname' });
  const end = async (code: number) => {
    await lab.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));
  try {
    say('starting Temporal, the emulated AWS and the worker');
    await lab.start(temporalPath(), emulatorPython);
    say(`Temporal UI: ${lab.ui}/namespaces/default/workflows/lgtm-migrate-lgtm-prd`);
    if (values.breach) {
      await fetch(`${lab.aws}/_emulator/workload`, { method: 'POST', body: JSON.stringify(BREACH) });
      say('arranged: once 50 % of the answers name ECS, one request in five fails there');
    }
    say(`$ lgtm-migrate start -f ${lab.plan} --watch`);
    const { code, out } = await cli(lab, ['start', '-f', lab.plan, '--watch', '--json'], (line) =>
      say(`  ${line.replace(/^\d\d:\d\d:\d\d {2}/, '')}`),
    );
    const status = JSON.parse(out) as Status;
    const expected = values.breach ? 'rolled-back' : 'completed';
    say(`ended: ${status.outcome} (exit code ${code})`);
    process.stdout.write(`\n${table(await criteria(lab, status))}\n\n`);
    if (values.keep) {
      process.stdout.write(
        `kept running: TEMPORAL_ADDRESS=${lab.temporal} AWS_ENDPOINT_URL=${lab.aws}\nUI ${lab.ui}\nplan ${lab.plan}\nCtrl-C ends everything\n`,
      );
      return;
    }
    await end(status.outcome === expected ? 0 : 1);
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    await end(1);
  }
}
