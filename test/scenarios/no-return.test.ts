import type { Dump } from '../../lab/emulator';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const WAY_LEFT = 'start the hosts again from their backup image';
const SKIPPED = {
  images: 'images.builder: none',
  decommission: 'no host runs any more',
};

/** Holds with one host to be terminated, past the point of no return: of a try nobody knows what it did. */
async function untilPast(operator: Operator): Promise<void> {
  const termination = {
    service: 'ec2',
    action: 'TerminateInstances',
  };
  await operator.emulator.post('/rules', {
    ...termination,
    kind: 'drop',
    times: 1,
  });
  await operator.emulator.post('/rules', {
    ...termination,
    kind: 'deny',
  });
  await operator.start();
  await operator.untilWaitsFor('retry', 'terminating');
}

/** @returns the world of a finished migration */
async function finish(operator: Operator): Promise<Dump> {
  await operator.emulator.delete('/rules');
  await operator.say('retry');
  const { outcome, leftovers, rollback } = await operator.ended();
  expect([outcome, leftovers, rollback]).toEqual(['completed', [], null]);
  return operator.world();
}

test(
  'past the point of no return neither an abort nor a cancellation is heard, and both name the way that is left',
  scenario({}, async (operator) => {
    await untilPast(operator);
    const refused = await operator.cli('abort', 'lgtm-prd');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(new RegExp(`abort refused: the termination of i-\\w+ asked for; ${WAY_LEFT}`));
    await operator.handle.cancel();
    const { instances } = await finish(operator);
    expect(instances).toMatchObject([{ state: 'terminated' }]);

    const late = await operator.cli('rollback', 'lgtm-prd');
    expect([late.code, late.out]).toEqual([1, '']);
    expect(late.err).toMatch(/^lgtm-migrate: rollback refused: lgtm-prd ended completed at \S+Z, i-\w+ terminated; /);
    expect(late.err).toContain(`${WAY_LEFT}; see lgtm-migrate status lgtm-prd\n`);
  }),
);

test(
  'a finished stack can be migrated again: nothing moves, and what runs is judged',
  scenario({}, async (operator) => {
    const { code } = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
    expect(code).toBe(0);
    const finished = await operator.world();

    await operator.plan({ shift: { approval: [100] } });
    await operator.start();
    await operator.untilWaitsFor('approval', 'the end of the shift');
    await operator.say('abort');
    const aborted = await operator.ended();
    expect([aborted.outcome, aborted.leftovers]).toEqual(['rolled-back', []]);
    expect(await operator.world()).toEqual(finished);

    await operator.plan({ shift: { approval: false } });
    const again = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
    expect(again.code).toBe(0);
    const { phases, steps, weight } = await operator.status();
    expect(phases).toMatchObject([
      { state: 'done' },
      {
        state: 'done',
        detail: expect.stringContaining('0 created') as string,
      },
      {
        state: 'skipped',
        detail: expect.stringContaining(SKIPPED.images) as string,
      },
      { state: 'done' },
      {
        state: 'done',
        detail: '100 % since an earlier run',
      },
      {
        state: 'skipped',
        detail: SKIPPED.decommission,
      },
    ]);
    expect([weight, steps.map(({ state }) => state)]).toEqual([100, ['skipped', 'skipped', 'done']]);
    expect(await operator.world()).toEqual(finished);
  }),
);
