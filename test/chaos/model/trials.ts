import type { StubWorker } from '../../workflows/server';
import type { Trial } from '../campaign';
import { nameCase } from './case';
import { listCases } from './matrix';
import { rehearse, tryCase } from './trial';

/** A case waits for the server most of its time. */
export const SIDE_BY_SIDE = 8;

/** The whole model layer: M1, and M2 as far as a model can lose a reply. */
export async function listModelTrials(worker: StubWorker): Promise<Trial[]> {
  const { world, timers } = await rehearse(worker);
  const completed = world.account.snapshot();
  return listCases(world.moments, timers).map((planned) => ({
    name: nameCase(planned),
    kind: planned.cause === 'lost reply' ? 'M2 model, lost reply' : `M1 model, ${planned.cause}`,
    run: (count) => {
      count('moments');
      return tryCase(worker, planned, completed, count);
    },
  }));
}
