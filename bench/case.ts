import { Cases } from '../lab/cases';
import { Lab } from '../lab/lab';
import { printFigures, type Figure } from './figure';

/** What the chaos matrices try on labs has to fit into a campaign of 90 minutes on two cores. */
const MOST_CPU_S = 15;
const PARTS = ['temporal', 'emulator', 'worker'] as const;

/** A whole migration on a lab that stands, its new account included and no command line. */
async function measureCase(lab: Lab, cases: Cases): Promise<Figure> {
  const sum = () => PARTS.reduce((seconds, part) => seconds + lab.processes.cpuOf(part), 0);
  // the first one finds the account of the start
  await lab.emulator.reset({});
  const before = sum();
  await cases.run({ noTimers: true }, ({ handle }) => handle.result());
  return {
    what: 'CPU of a case, a whole migration: against what it may cost',
    measured: sum() - before,
    against: MOST_CPU_S,
    unit: 's',
  };
}

async function main(): Promise<void> {
  const lab = new Lab({
    world: 'ready',
    record: 'cname',
  });
  try {
    const cases = await Cases.open(await lab.start());
    printFigures([await measureCase(lab, cases)]);
    await cases.close();
  } finally {
    await lab.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
