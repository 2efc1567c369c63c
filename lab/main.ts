import { parseArgs } from 'node:util';
import { Lab, type LabOptions } from './parts';
import { emulatorPython, temporalPath } from './tools';

const USAGE =
  'usage: npm run lab -- [--world ready|adopted|bare|filesystem|sqlite] [--record cname|a] [--port-base N] [--images]';

function optionsOf(args: string[]): LabOptions {
  const { values } = parseArgs({
    args,
    options: {
      world: { type: 'string', default: 'ready' },
      record: { type: 'string', default: 'cname' },
      'port-base': { type: 'string' },
      images: { type: 'boolean', default: false },
    },
  });
  const base = values['port-base'];
  const { world, record } = values as LabOptions;
  if (!['ready', 'adopted', 'bare', 'filesystem', 'sqlite'].includes(world))
    throw new Error(`--world ${world} is unknown`);
  if (!['cname', 'a'].includes(record)) throw new Error(`--record ${record} is unknown`);
  if (base !== undefined && !(Number(base) > 1023 && Number(base) < 65_534))
    throw new Error(`--port-base ${base} is no port from 1024 to 65533`);
  return { world, record, images: values.images, ...(base ? { portBase: Number(base) } : {}) };
}

/** Server, emulator and worker until SIGINT or SIGTERM; one JSON line on stdout when all are ready. */
export async function main(args: string[]): Promise<void> {
  let lab: Lab | undefined;
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    await lab?.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  try {
    lab = new Lab(optionsOf(args));
    lab.onDeath = (name) => {
      process.stderr.write(`lab: ${name} has ended by itself\n`);
      void end(1);
    };
    await lab.start(temporalPath(), emulatorPython);
    process.stdout.write(`${JSON.stringify(lab.ready)}\n`);
  } catch (error) {
    process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n${lab ? '' : `${USAGE}\n`}`);
    await end(lab ? 1 : 2);
  }
}
