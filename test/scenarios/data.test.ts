import { withLab } from './lab';

const STORES = ['mimir', 'loki', 'tempo', 'pyroscope'];

test('the way to the point of no return: a figure for each store at the handover, none where it cannot say, and what a late rollback loses before the approval', async () => {
  await withLab({ plan: { decommission: { approveStop: false, approveTerminate: true } } }, async (operator) => {
    await operator.emulator('POST', '/stores', { answers: { tempo: 401 } });
    await operator.cli('start', '-f', operator.lab.plan);
    const { waitingFor, data, events } = await operator.until(({ waitingFor }) => waitingFor?.for === 'approval');
    expect(data!.handover!.map(({ service }) => service)).toEqual(STORES);
    for (const { service, newestOld, firstNew, gapSeconds, note } of data!.handover!) {
      expect(Date.parse(newestOld!)).toBeGreaterThan(0);
      if (service === 'tempo')
        expect([firstNew, gapSeconds, note]).toEqual([null, null, 'new: answered 401: no org id']);
      else
        expect([Number.isFinite(Date.parse(firstNew!)), gapSeconds, note]).toEqual([
          true,
          0,
          expect.stringMatching(/^both sides took in for \d+ s$/),
        ]);
    }
    expect(waitingFor!.what).toMatch(
      /terminate i-\w+; .*; a rollback from here: what ECS took in since \S+ \S+ UTC is in S3 but for mimir 12,345 series, loki 42 chunks, tempo not measured \(answered 401\), pyroscope 2,048 bytes in memory/,
    );
    expect(data!.unflushed!.stores.map(({ amount }) => amount)).toEqual([12_345, 42, null, 2048]);
    expect(events.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('rings closed: mimir 3 of 3, loki 2 of 2'),
    );

    await operator.emulator('POST', '/stores', { memory: { mimir: 1 } });
    await operator.say('abort');
    const ended = await operator.ended();
    expect(ended.outcome).toBe('rolled-back');
    const told = ended.events
      .map(({ text }) => text)
      .slice(ended.events.findIndex(({ text }) => text.startsWith('going back')));
    expect(told).toContainEqual(expect.stringContaining('in S3 but for mimir 3 series, loki 42 chunks'));
    expect((await operator.handle.fetchHistory()).events!.length).toBeLessThan(1500);
  });
});

test('two rings where one should be hold the deploy and are named, and a retry after mending goes on', async () => {
  await withLab({}, async (operator) => {
    await operator.emulator('POST', '/stores', { split: ['mimir'] });
    await operator.cli('start', '-f', operator.lab.plan);
    const held = await operator.until(({ waitingFor }) => waitingFor?.for === 'retry');
    expect(held.waitingFor!.reason).toMatch(
      /^mimir: 1 of 3 members are in the ring as 10\.\S+ sees it; .*check that 7946 TCP and UDP are open between the tasks, then retry$/,
    );
    expect([held.weight, held.phase]).toEqual([0, 'deploy']);
    await operator.emulator('POST', '/stores', { split: [] });
    await operator.say('retry', 'opened');
    await operator.until(({ phase }) => phase === 'shift');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
  });
});
