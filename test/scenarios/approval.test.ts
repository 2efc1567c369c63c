import { withLab } from './lab';

/** 72 h in looks of twenty minutes: as fast as they can, since what counts is that none of them is in the history. */
const LOOKS = 216;

test('an approval held through hundreds of looks adds nothing to the history, and a breach beats it', async () => {
  await withLab(
    { plan: { shift: { approval: true }, analysis: { interval: '10ms', period: '1s', settle: '0s' } } },
    async (operator) => {
      const looks = async () =>
        ((await operator.emulator('GET', '/calls?service=monitoring&action=GetMetricData')) as unknown[]).length;
      const events = async () => (await operator.handle.fetchHistory()).events!.length;
      await operator.cli('start', '-f', operator.lab.plan);
      await operator.until(({ waitingFor, gate }) => waitingFor?.for === 'approval' && gate.verdict === 'passing');
      const [looked, grown] = [await looks(), await events()];
      for (let now = looked; now < looked + LOOKS; now = await looks())
        await operator.until(({ waitingFor }) => waitingFor?.for === 'approval');
      expect(await events()).toBe(grown);

      await operator.emulator('POST', '/workload', { errors: 0.5, side: 'ecs' });
      const { outcome, rollback, decisions } = await operator.ended();
      expect([outcome, decisions]).toEqual(['rolled-back', []]);
      expect(rollback?.reason).toMatch(/^at 10 %: errors/);
    },
  );
});
