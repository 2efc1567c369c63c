import { planRecovery } from '../../src/commands/recovery';
import { planWith } from '../plan/plan';
import { HALF, remainsOf } from './remains';

const GONE = { why: 'Temporal keeps no run of lgtm-prd that has done anything' };
const HOST = 'i-0abc';

test('a name of which half leads to a host that is terminated stands, and there is no way back', () => {
  const hosts = [
    {
      instanceId: HOST,
      state: 'terminated',
    },
  ];
  const found = planRecovery(planWith(), GONE, remainsOf({ records: [HALF], hosts }));
  expect(found.standing).toHaveLength(1);
  expect(found.obstacles[0]).toContain(`${HOST} terminated: there is no host to go back to`);
});
