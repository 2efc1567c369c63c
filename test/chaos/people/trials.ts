import type { Verb } from '../../../src/contract/verbs';
import type { StubWorker } from '../../workflows/server';
import type { Count, Trial } from '../campaign';
import { rehearse } from '../model/trial';
import { tryDoubled, tryPause, tryStop } from './stops';
import { PAYLOADS, STALE, tryWords } from './words';

/** Of the moments of a run every so many; each meets each payload. */
const EACH_MOMENT = 12;
/** Heard however they are said. */
const STOPS: readonly Verb[] = ['abort', 'rollback'];

/** M5: what people send that nobody can have meant, in each encoding, at a spread of a run's moments. */
export async function listPeopleTrials(worker: StubWorker): Promise<Trial[]> {
  const { world } = await rehearse(worker);
  const moments = world.moments.filter((_, index) => index % EACH_MOMENT === 0);
  const words = moments.flatMap((moment): Trial[] =>
    Object.entries({ ...PAYLOADS, ...STALE }).map(([name, payload]) => ({
      name: `words at ${moment}: ${name}`,
      kind: 'M5 model, words',
      run: (count) => tryWords(worker, payload, moment, count),
    })),
  );
  const stops = Object.entries(PAYLOADS).flatMap(([name, payload], index) => {
    const moment = moments[index % moments.length]!;
    return STOPS.map((verb) => ({
      name: `${verb} at ${moment}: ${name}`,
      kind: 'M5 model, stops',
      run: (count: Count) => tryStop(worker, { verb, payload, moment }, count),
    }));
  });
  const pauses = Object.entries(PAYLOADS).map(([name, payload], index) => {
    const moment = moments[index % moments.length]!;
    return {
      name: `pause at ${moment}: ${name}`,
      kind: 'M5 model, stops',
      run: (count: Count) => tryPause(worker, payload, moment, count),
    };
  });
  const doubled: Trial = {
    name: 'each approval said twice at once',
    kind: 'M5 model, words',
    run: (count) => tryDoubled(worker, count),
  };
  return [...words, ...stops, ...pauses, doubled];
}
