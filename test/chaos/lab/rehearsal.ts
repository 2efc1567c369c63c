import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { CaseOptions } from '../../../lab/cases';
import type { Dump, EmulatedCall } from '../../../lab/emulator';
import { LAB_ANALYSIS } from '../../../lab/plan';
import type { Cleanup } from '../model/case';
import { Director } from './director';
import type { LabPool } from './pool';
import { listTimers } from '../timers';

/** What a run to which nothing came did and left. */
export interface Recording {
  /** of AWS, all of them */
  calls: EmulatedCall[];
  /** summaries of those that were started, each once */
  timers: string[];
  after: Dump;
}

export interface Rehearsal {
  there: Recording;
  /** from an abort in the week on */
  back: Recording;
  /** the same with `cleanup: delete` */
  backWithDelete: Recording;
}

/** The plan of every trial: one pass of each signal is enough, and a hold is a human's. */
export function planTrial(cleanup: Cleanup, { hold = '24h', staysInWeek = false } = {}): CaseOptions {
  return {
    noTimers: true,
    plan: {
      cleanup,
      hold,
      analysis: {
        ...LAB_ANALYSIS,
        // of what AWS is asked in a trial with a look each second, the looks were the half
        interval: '3s',
        consecutiveSuccessLimit: 1,
      },
      // what a fault takes of real time is no gap in what the stores have; after long it is not known of Pyroscope's
      // newest which side has written it
      data: {
        maxGap: '12h',
        maxGaps: { pyroscope: 'any' },
      },
      decommission: {
        approveStop: false,
        approveTerminate: staysInWeek,
      },
    },
  };
}

/** Waits until the run stands before the point of no return, in a plan that wants an approval there. */
export const untilWeek = (director: Director) =>
  director.until('the week', ({ waitingFor }) => waitingFor?.for === 'approval');

/** Runs it once, or takes what an earlier campaign of the same product has kept. */
export async function rehearse(pool: LabPool, file?: string): Promise<Rehearsal> {
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Rehearsal;
  const [there, back, backWithDelete] = await Promise.all([
    rehearseThere(pool),
    rehearseBack(pool, 'keep'),
    rehearseBack(pool, 'delete'),
  ]);
  const rehearsal = {
    there,
    back,
    backWithDelete,
  };
  if (file !== undefined) writeFileSync(file, JSON.stringify(rehearsal));
  return rehearsal;
}

function rehearseThere(pool: LabPool): Promise<Rehearsal['there']> {
  return pool.lend((cases) =>
    cases.run(planTrial('keep'), async (running) => {
      const { outcome } = await running.handle.result();
      if (outcome !== 'completed') throw new Error(`a run to which nothing comes ends ${outcome}`);
      const { emulator, handle } = running;
      const [calls, timers] = [await emulator.calls(), await listTimers(handle)];
      return {
        calls,
        timers,
        after: await emulator.dump(),
      };
    }),
  );
}

/** The way back alone. */
export function rehearseBack(pool: LabPool, cleanup: Cleanup): Promise<Recording> {
  return pool.lend((cases) =>
    cases.run(planTrial(cleanup, { staysInWeek: true }), async (running) => {
      const director = new Director(cases.lab, running, () => undefined);
      const { emulator } = running;
      await untilWeek(director);
      const { length } = await emulator.calls();
      const timers = await listTimers(director.handle);
      await director.say('abort');
      const { outcome, leftovers } = await director.untilEnded();
      if (outcome !== 'rolled-back') throw new Error(`an abort ends ${outcome}: ${JSON.stringify(leftovers)}`);
      const calls = await emulator.calls();
      return {
        calls: calls.slice(length),
        timers: (await listTimers(director.handle)).filter((timer) => !timers.includes(timer)),
        after: await emulator.dump(),
      };
    }),
  );
}
