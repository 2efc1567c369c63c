import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Status } from '../src/contract/status';
import { criteria, table } from './criteria';
import { Lab } from './lab';
import { compiled } from './tools';

/** A breach that appears when half of the answers name ECS: one request in five fails there. */
const BREACH = {
  errors: 0.2,
  side: 'ecs',
  whenWeight: 50,
};
const CLOCK = /^\d\d:\d\d:\d\d {2}/;
const began = Date.now();

function say(text: string): void {
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${seconds.padStart(5)}s  ${text}\n`);
}

/** Runs the real command line and hands over its stdout and, line by line, its stderr. */
function cli(lab: Lab, args: string[], onLine: (line: string) => void): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [compiled('client'), ...args], {
      env: lab.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    createInterface({ input: child.stderr }).on('line', onLine);
    child.once('close', (code) => resolve({ code: code ?? 1, out }));
  });
}

/** @returns the status at the end */
async function migrate(lab: Lab): Promise<Status> {
  say(`$ lgtm-migrate start -f ${lab.plan} --watch`);
  const told = (line: string) => say(`  ${line.replace(CLOCK, '')}`);
  const { code, out } = await cli(lab, ['start', '-f', lab.plan, '--watch', '--json'], told);
  const status = JSON.parse(out) as Status;
  say(`ended: ${status.outcome} (exit code ${code})`);
  return status;
}

async function demonstrate(lab: Lab, withBreach: boolean): Promise<Status> {
  say('starting Temporal, the emulated AWS and the worker');
  await lab.start();
  say(`Temporal UI: ${lab.ui}/namespaces/default/workflows/lgtm-migrate-lgtm-prd`);
  if (withBreach) {
    await lab.emulator.post('/workload', BREACH);
    say('arranged: once 50 % of the answers name ECS, one request in five fails there');
  }
  const status = await migrate(lab);
  process.stdout.write(`\n${table(await criteria(lab, status))}\n\n`);
  return status;
}

function sayWhereItIs({ temporal, aws, dns, ui, plan }: Lab): void {
  const lines = [
    `kept running: TEMPORAL_ADDRESS=${temporal} AWS_ENDPOINT_URL=${aws} PUBLIC_RESOLVER=${dns}`,
    `UI ${ui}`,
    `plan ${plan}`,
    'Ctrl-C ends everything',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The whole migration on real parts and an emulated AWS, told as an operator would read it. */
export async function main(args: string[]): Promise<void> {
  const flag = {
    type: 'boolean',
    default: false,
  } as const;
  const { values } = parseArgs({
    args,
    options: { breach: flag, keep: flag },
  });
  const lab = new Lab({
    world: 'ready',
    record: 'cname',
  });
  const end = async (code: number) => {
    await lab.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));
  try {
    const { outcome } = await demonstrate(lab, values.breach);
    const expected = values.breach ? 'rolled-back' : 'completed';
    if (values.keep) return sayWhereItIs(lab);
    await end(outcome === expected ? 0 : 1);
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    await end(1);
  }
}
