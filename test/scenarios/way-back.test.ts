import { expectAsBefore } from './before';
import { withLab } from './lab';

test('an abort in any phase takes everything back, so does a cancellation from the Temporal UI, and the next try starts from there', async () => {
  await withLab({}, async (operator) => {
    const before = await operator.world();
    for (const phase of ['preflight', 'provision', 'deploy', 'shift', 'decommission']) {
      await operator.cli('start', '-f', operator.lab.plan);
      await operator.until((status) => status.phase === phase);
      await operator.say('abort', `not in ${phase}`);
      const { outcome, rollback, leftovers } = await operator.ended();
      expect([phase, outcome, leftovers, rollback?.reason]).toEqual([
        phase,
        'rolled-back',
        [],
        `test said abort: not in ${phase}`,
      ]);
      await expectAsBefore(operator, before);
    }
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ weight }) => weight === 10);
    await operator.handle.cancel();
    expect((await operator.ended()).outcome).toBe('rolled-back');
    await expectAsBefore(operator, before);
  });
});

test('a rollback in the week starts the host first, and the stack can be migrated again', async () => {
  await withLab({ plan: { decommission: { approveStop: false, approveTerminate: true } } }, async (operator) => {
    const before = await operator.world();
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ waitingFor }) => waitingFor?.what.includes('point of no return') ?? false);
    const refused = await operator.cli('retry', 'lgtm-prd');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('nothing waits for a retry') as string });
    expect((await operator.cli('rollback', 'lgtm-prd', '--reason', 'dashboards are empty', '--by', 'kim')).code).toBe(
      0,
    );
    const { outcome, rollback } = await operator.ended();
    expect(outcome).toBe('rolled-back');
    const steps = rollback!.steps.map(({ what }) => what.replace(/i-\w+/, 'the host'));
    expect(steps.slice(0, 5).sort()).toEqual([
      'grafana gives ALERTING back',
      'loki gives COMPACTOR, RULER back',
      'mimir gives COMPACTOR, RULER back',
      'pyroscope gives COMPACTOR back',
      'tempo gives COMPACTOR back',
    ]);
    expect(steps.slice(5, 7)).toEqual(['start the host and its containers', 'all traffic to the host']);
    await expectAsBefore(operator, before);

    await operator.cli('start', '-f', operator.lab.plan);
    const again = await operator.until(({ phase }) => phase === 'shift');
    expect(again.phases.find(({ phase }) => phase === 'provision')?.detail).toContain('0 created');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
    await expectAsBefore(operator, before);
  });
});

test('with cleanup: delete nothing that was created stays', async () => {
  await withLab({ plan: { cleanup: 'delete' } }, async (operator) => {
    const before = await operator.world();
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ weight }) => weight === 10);
    await operator.say('abort');
    const { outcome, leftovers } = await operator.ended();
    expect([outcome, leftovers]).toEqual(['rolled-back', []]);
    const { services, clusters, ...after } = await operator.world();
    const untouched: Record<string, unknown> = { ...before };
    delete untouched['services'];
    delete untouched['clusters'];
    expect([...Object.values(services).map(({ status }) => status), clusters]).toEqual([
      ...Array<string>(6).fill('INACTIVE'),
      { 'lgtm-cluster': 'INACTIVE' },
    ]);
    expect(after).toEqual(untouched);
  });
});

test('past the point of no return neither an abort nor a cancellation is heard, and the finished stack can be migrated again: nothing moves, what runs is judged', async () => {
  await withLab({}, async (operator) => {
    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ phases }) => phases.at(-1)?.detail.includes('stopped') ?? false);
    await operator.emulator('POST', '/settings', { instance_stop_s: 5 });
    await operator.until(({ undo }) => undo.irreversible !== null);
    const refused = await operator.cli('abort', 'lgtm-prd');
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /abort refused: i-\w+ terminated; start the hosts again from their backup image/,
      ) as string,
    });
    await operator.handle.cancel();
    const { outcome, leftovers, rollback } = await operator.ended();
    expect([outcome, leftovers, rollback]).toEqual(['completed', [], null]);
    expect(await operator.cli('rollback', 'lgtm-prd')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^lgtm-migrate: rollback refused: lgtm-prd ended completed at \S+Z, i-\w+ terminated; start the hosts again from their backup image; see lgtm-migrate status lgtm-prd\n$/,
      ) as string,
    });
    const finished = await operator.world();
    expect(finished.instances).toMatchObject([{ state: 'terminated' }]);

    await operator.cli('start', '-f', operator.lab.plan);
    await operator.until(({ steps }) => steps.at(-1)?.state === 'baking');
    await operator.say('abort');
    const aborted = await operator.ended();
    expect([aborted.outcome, aborted.leftovers]).toEqual(['rolled-back', []]);
    expect(await operator.world()).toEqual(finished);

    expect((await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json')).code).toBe(0);
    const { phases, steps, weight } = await operator.status();
    expect(phases.map(({ state, detail }) => [state, detail])).toEqual([
      ['done', expect.anything()],
      ['done', expect.stringContaining('0 created')],
      ['skipped', expect.stringContaining('images.builder: none')],
      ['done', expect.anything()],
      ['done', '100 % since an earlier run'],
      ['skipped', 'no host runs any more'],
    ]);
    expect([weight, steps.map(({ state }) => state)]).toEqual([100, ['skipped', 'skipped', 'done']]);
    expect(await operator.world()).toEqual(finished);
  });
});

test('what an adopted account lacked is announced, added, and taken off again: with cleanup: delete it is as it was by hand', async () => {
  await withLab({ world: 'adopted', plan: { cleanup: 'delete' } }, async (operator) => {
    const before = await operator.world();
    const seen = await operator.cli('preflight', '-f', operator.lab.plan);
    expect(seen.out).toMatch(
      /! security group\s+security group lgtm-ecs-sg is adopted and does not let in tcp 9009, .*udp 7946\n\s+→ nothing to do: \d+ rules are added to it, and taken off on the way back/,
    );
    await operator.cli('start', '-f', operator.lab.plan);
    const { ingress } = await operator.until(({ weight }) => weight === 10).then(() => operator.world());
    expect((ingress as Record<string, number>)['lgtm-ecs-sg']).toBeGreaterThan(10);
    await operator.say('abort');
    const { outcome, leftovers } = await operator.ended();
    expect([outcome, leftovers]).toEqual(['rolled-back', []]);
    const after = await operator.world();
    expect({ ...after, services: {} }).toEqual({ ...before, services: {} });
  });
});
