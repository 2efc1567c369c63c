import { planRecovery } from '../../src/commands/recovery';
import { describeRecovery } from '../../src/commands/recovery-texts';
import type { PairRequest } from '../../src/contract/records';
import { planWith } from '../plan/plan';
import { FOLD, HALF, NAME, remainsOf } from './remains';

const GONE = { why: 'Temporal keeps no run of lgtm-prd that has done anything' };

test("what stands in a private zone is taken back there, beside what stands in the plan's zone", () => {
  const inside = {
    ...FOLD,
    zone: 'Z0PRIVATE',
  };
  const found = planRecovery(planWith(), GONE, remainsOf({ records: [HALF, inside] }));
  expect(describeRecovery(found)).toContain(`├─ ! ${NAME} in Z0PRIVATE leads to ECS alone`);
  expect(found.derived.join()).toContain(`${NAME} in Z0PRIVATE: what it was before is not known`);
  const restored = found.input.undos.filter(({ verb }) => verb === 'restoreTraffic');
  expect(restored.map(({ id, input }) => [id, (input as PairRequest).hostedZone])).toEqual([
    ['all traffic in Z0123456789ABC to the host', 'Z0123456789ABC'],
    ['all traffic in Z0PRIVATE to the host', 'Z0PRIVATE'],
  ]);
});
