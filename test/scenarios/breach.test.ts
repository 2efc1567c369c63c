import { expectAsBefore } from './before';
import { useLab } from './lab';

const scenario = useLab();

test(
  'a breach at any weight sends traffic back before any task is stopped',
  scenario({}, async (operator) => {
    const before = await operator.world();
    for (const weight of [10, 50, 100]) {
      await operator.emulator.post('/workload', { errors: 0.3, side: 'ecs', whenWeight: weight });
      const { code } = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
      expect([weight, code]).toEqual([weight, 3]);
      const { rollback, steps } = await operator.status();
      expect(steps.find(({ state }) => state === 'failed')?.weight).toBe(weight);
      expect(rollback?.steps[0]?.what).toBe('all traffic to the host');
      await expectAsBefore(operator, before);
    }
  }),
);
