import type { CaseOptions } from '../../../lab/cases';
import type { Status } from '../../../src/contract/status';
import type { Count } from '../campaign';
import { listFailedTasks } from '../failed-tasks';
import type { Cleanup } from '../model/case';
import { Director } from './director';
import { judgeEffects, countEffects } from './effects';
import { judgeEnd, judgeGivenBack, judgeSame } from './expected';
import { nameAction } from './moment';
import { planTrial, untilWeek, type Recording, type Rehearsal } from './rehearsal';
import type { LabPool } from './pool';

/** A whole run: to its completion, or back from the week, where what was made stays or is deleted. */
export const JOURNEYS = {
  there: { cleanup: 'keep' },
  back: { cleanup: 'keep' },
  'back with delete': { cleanup: 'delete' },
} as const satisfies Record<string, { cleanup: Cleanup }>;
export type Journey = keyof typeof JOURNEYS;

/** What makes a journey hard. */
export interface Disturbance {
  /** of the emulator, from the journey's beginning on */
  rules: object[];
  options?: Partial<CaseOptions>;
  /** sees it to its end */
  conduct: (director: Director) => Promise<Status>;
  /** what of it was not as it has to be; absent: what of its rules has met nothing */
  judge?: (director: Director) => Promise<string[]>;
}

const RECORDINGS = {
  there: 'there',
  back: 'back',
  'back with delete': 'backWithDelete',
} as const satisfies Record<Journey, keyof Rehearsal>;

export const recordingOf = (rehearsal: Rehearsal, journey: Journey): Recording => rehearsal[RECORDINGS[journey]];

/** Runs a journey to its end. @returns what is not as in a run to which nothing came, in words */
export function travel(
  pool: LabPool,
  recording: Recording,
  journey: Journey,
  disturbance: Disturbance,
  count: Count,
): Promise<string[]> {
  const { cleanup } = JOURNEYS[journey];
  const { rules, options, conduct, judge = tellUnmet } = disturbance;
  const isThere = journey === 'there';
  const asked = {
    ...planTrial(cleanup, { staysInWeek: !isThere }),
    ...options,
    ...(isThere && { rules }),
  };
  return pool.lend((cases) =>
    cases.run(asked, async (running) => {
      const director = new Director(cases.lab, running, count);
      const { emulator } = director;
      const already = isThere ? 0 : await turnBack(director, rules);
      const status = await conduct(director);
      const calls = (await emulator.calls()).slice(already);
      count('faults', await director.countMet());
      const world = await emulator.dump();
      return [
        ...judgeEnd(status, isThere ? 'completed' : 'rolled-back'),
        ...(isThere ? judgeSame(recording.after, world) : judgeGivenBack(director.before, world, cleanup)),
        ...judgeEffects(countEffects(recording.calls), calls),
        ...(await judge(director)),
        ...(await listFailedTasks(director.handle)),
      ];
    }),
  );
}

/** Actions that have met no rule: a fault that never came shows nothing. */
export async function listUnmet({ emulator }: Director): Promise<string[]> {
  const rules = await emulator.rules();
  return rules.filter(({ met }) => Object.keys(met).length === 0).map(nameAction);
}

async function tellUnmet(director: Director): Promise<string[]> {
  const unmet = await listUnmet(director);
  return unmet.map((action) => `the fault of ${action} met no call`);
}

/** @returns how many calls were made before the way back */
async function turnBack(director: Director, rules: object[]): Promise<number> {
  const { emulator } = director;
  await untilWeek(director);
  const { length } = await emulator.calls();
  for (const rule of rules) await emulator.post('/rules', rule);
  await director.say('abort');
  return length;
}
