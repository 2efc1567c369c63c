import { parseArgs } from 'node:util';
import type { WorldChoice } from './emulator';
import { Lab, type LabOptions } from './lab';

const WORLDS = ['ready', 'adopted', 'bare', 'filesystem', 'sqlite'];
const RECORDS = ['cname', 'a'];
const CHOICES = `[--world ${WORLDS.join('|')}] [--record ${RECORDS.join('|')}]`;
const USAGE = `usage: npm run lab -- ${CHOICES} [--port-base N] [--images]`;
const HIGHEST_BASE = 65_533;

/** @throws with a sentence about the first option that is none */
function optionsOf(args: string[]): LabOptions {
  const { values } = parseArgs({
    args,
    options: {
      world: {
        type: 'string',
        default: 'ready',
      },
      record: {
        type: 'string',
        default: 'cname',
      },
      'port-base': { type: 'string' },
      images: {
        type: 'boolean',
        default: false,
      },
    },
  });
  const { world, record, images } = values;
  if (!WORLDS.includes(world)) throw new Error(`--world ${world} is unknown`);
  if (!RECORDS.includes(record)) throw new Error(`--record ${record} is unknown`);
  return {
    ...(values as WorldChoice),
    images,
    ...portsOf(values['port-base']),
  };
}

function portsOf(base: string | undefined): Pick<LabOptions, 'portBase'> {
  if (base === undefined) return {};
  const portBase = Number(base);
  if (portBase >= 1024 && portBase <= HIGHEST_BASE) return { portBase };
  throw new Error(`--port-base ${base} is no port from 1024 to ${HIGHEST_BASE}`);
}

function complain(error: unknown): void {
  process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
}

/** Server, emulator and worker until SIGINT or SIGTERM; one JSON line on stdout when all are ready. */
export async function main(args: string[]): Promise<void> {
  let options: LabOptions;
  try {
    options = optionsOf(args);
  } catch (error) {
    complain(error);
    process.stderr.write(`${USAGE}\n`);
    process.exit(2);
  }
  await runLab(new Lab(options));
}

async function runLab(lab: Lab): Promise<void> {
  let isEnding = false;
  const end = async (code: number) => {
    if (isEnding) return;
    isEnding = true;
    await lab.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  lab.processes.onDeath = (name) => {
    complain(`${name} has ended by itself`);
    void end(1);
  };
  try {
    await lab.start();
    process.stdout.write(`${JSON.stringify(lab.ready)}\n`);
  } catch (error) {
    complain(error);
    await end(1);
  }
}
