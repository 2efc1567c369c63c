import { expectAsBefore } from './before';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

/** Each a second, the shortest that a plan may say; none of them is in the history. */
const LOOKS = 20;

async function expectWayBackAt(operator: Operator, weight: number): Promise<void> {
  await operator.emulator.post('/workload', {
    errors: 0.3,
    side: 'ecs',
    whenWeight: weight,
  });
  const { code } = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
  const { rollback, steps } = await operator.status();
  const failed = steps.find(({ state }) => state === 'failed');
  expect([code, failed?.weight]).toEqual([3, weight]);
  expect(rollback?.steps[0]?.what).toBe('all traffic to the host');
}

test(
  'a breach at any weight sends traffic back before any task is stopped',
  scenario({}, async (operator) => {
    const before = await operator.world();
    for (const weight of [10, 50, 100]) {
      await expectWayBackAt(operator, weight);
      await expectAsBefore(operator, before);
    }
  }),
);

test(
  'an approval held through look after look adds nothing to the history, and a breach beats it',
  scenario(
    {
      plan: {
        shift: { approval: true },
      },
    },
    async (operator) => {
      const countEvents = async () => (await operator.handle.fetchHistory()).events!.length;
      await operator.start();
      await operator.untilWaitsFor('approval');
      const before = await countEvents();
      await operator.untilLooked(LOOKS);
      expect(await countEvents()).toBe(before);

      await operator.emulator.post('/workload', {
        errors: 0.5,
        side: 'ecs',
      });
      const { outcome, rollback, decisions } = await operator.ended();
      expect([outcome, decisions]).toEqual(['rolled-back', []]);
      expect(rollback?.reason).toMatch(/^at 10 %: errors/);
    },
  ),
);
