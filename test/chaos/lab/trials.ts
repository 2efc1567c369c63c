import type { Trial } from '../campaign';
import { listSecretTrials } from '../secrets/trials';
import { listCrashes } from './crash';
import { listFaults } from './faults';
import { listGivenBack } from './given-back';
import type { LabPool } from './pool';
import { rehearse } from './rehearsal';

/** The whole lab layer. @param kept where what was rehearsed is kept for a campaign that goes on */
export async function listLabTrials(pool: LabPool, kept?: string): Promise<Trial[]> {
  const rehearsal = await rehearse(pool, kept);
  return [
    ...listGivenBack(pool, rehearsal),
    ...listCrashes(pool, rehearsal),
    ...listFaults(pool, rehearsal),
    ...listSecretTrials(pool),
  ];
}
