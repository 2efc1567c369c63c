import { until } from '../../lab/until';
import { Witness } from '../../lab/witness';
import { expectAsBefore } from './before';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const WEEK = {
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};
const SLOW = { shift: { approval: true } };

interface Hold {
  phase: string;
  /** makes the run hold there */
  arrange: (operator: Operator) => Promise<unknown>;
}

const denying = (service: string, action: string) => (operator: Operator) =>
  operator.emulator.post('/rules', {
    service,
    action,
    kind: 'deny',
  });

/** Something that every phase but the shift holds at; there and before the hosts stop the plan wants an approval. */
const HOLDS: Hold[] = [
  {
    phase: 'preflight',
    arrange: (operator) => operator.emulator.post('/settings', { ssm_agents: 0 }),
  },
  {
    phase: 'provision',
    arrange: denying('ecr', 'CreateRepository'),
  },
  {
    phase: 'deploy',
    arrange: denying('ecs', 'CreateService'),
  },
  {
    phase: 'shift',
    arrange: (operator) => operator.plan(SLOW),
  },
  {
    phase: 'decommission',
    arrange: (operator) => operator.plan({ shift: { approval: false } }),
  },
];

async function expectAbortedIn(operator: Operator, { phase, arrange }: Hold): Promise<void> {
  await arrange(operator);
  await operator.start();
  await operator.until(
    `a hold in ${phase}`,
    (status) => status.phase === phase && ['retry', 'approval'].includes(status.waitingFor?.for ?? ''),
  );
  await operator.emulator.post('/settings', { ssm_agents: 1 });
  await operator.emulator.delete('/rules');
  await operator.say('abort', `not in ${phase}`);
  const { outcome, rollback, leftovers } = await operator.ended();
  expect([outcome, leftovers]).toEqual(['rolled-back', []]);
  expect(rollback?.reason).toBe('test said abort');
}

test(
  'an abort in any phase takes everything back, and the next try starts from there',
  scenario({ plan: { decommission: { approveStop: true } } }, async (operator) => {
    const before = await operator.world();
    for (const hold of HOLDS) {
      await expectAbortedIn(operator, hold);
      await expectAsBefore(operator, before);
    }
  }),
);

const DUTIES = [
  'grafana gives ALERTING back',
  'loki gives COMPACTOR, RULER back',
  'mimir gives COMPACTOR, RULER back',
  'pyroscope gives COMPACTOR back',
  'tempo gives COMPACTOR back',
];

test(
  'a rollback in the week starts the host first and loses no request, and the stack can be migrated again',
  scenario({ plan: WEEK }, async (operator) => {
    const before = await operator.world();
    const witness = await new Witness(operator.emulator).start();
    await operator.start();
    await operator.untilWaitsFor('approval', 'point of no return');
    const refused = await operator.cli('retry', 'lgtm-prd');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('nothing waits for a retry')]);
    const taken = await operator.cli('rollback', 'lgtm-prd', '--reason', 'dashboards are empty', '--by', 'kim');
    expect(taken.code).toBe(0);
    const { outcome, rollback } = await operator.ended();
    expect(outcome).toBe('rolled-back');
    const steps = rollback!.steps.map(({ what }) => what.replace(/i-\w+/, 'the host'));
    expect(steps.slice(0, 2)).toEqual(['start the host and its containers', 'all traffic to the host']);
    expect(steps.slice(2, 7).sort()).toEqual(DUTIES);
    await expectAsBefore(operator, before);
    const { failures, served } = await witness.stop();
    expect(failures).toEqual([]);
    expect(Object.values(served).filter((requests) => requests === 0)).toEqual([]);

    await operator.plan(SLOW);
    await operator.start();
    const { phases } = await operator.untilWaitsFor('approval', '10 → 50 %');
    expect(phases.find(({ phase }) => phase === 'provision')?.detail).toContain('0 created');
    await operator.say('abort');
    expect((await operator.ended()).outcome).toBe('rolled-back');
    await expectAsBefore(operator, before);
  }),
);

test(
  'with cleanup: delete nothing that was created stays',
  scenario(
    {
      plan: {
        cleanup: 'delete',
        ...SLOW,
      },
    },
    async (operator) => {
      const before = await operator.world();
      await operator.start();
      await operator.untilWaitsFor('approval', '10 → 50 %');
      await operator.say('abort');
      const { outcome, leftovers } = await operator.ended();
      expect([outcome, leftovers]).toEqual(['rolled-back', []]);
      const { services, clusters, taskDefinitions, ...after } = await operator.world();
      const kept = [services, taskDefinitions].flatMap((things) => Object.values(things));
      expect(new Set(kept.map(({ status }) => status))).toEqual(new Set(['INACTIVE']));
      expect(clusters).toMatchObject({ 'lgtm-cluster': { status: 'INACTIVE' } });
      expect(before).toMatchObject(after);
    },
  ),
);

test(
  'what an adopted account lacked is announced, added, and taken off again by cleanup: delete',
  scenario(
    {
      world: 'adopted',
      plan: {
        cleanup: 'delete',
        ...SLOW,
      },
    },
    async (operator) => {
      const before = await operator.world();
      const { out } = await operator.cli('preflight', '-f', operator.lab.plan);
      expect(out).toMatch(
        /! security group\s+security group lgtm-ecs-sg is adopted and .* not let in tcp 9009, .*udp 7946\n\s+→ nothing/,
      );
      expect(out).toMatch(/→ nothing to do: \d+ rules are added to it, and taken off on the way back/);
      await operator.start();
      await operator.untilWaitsFor('approval', '10 → 50 %');
      const { securityGroups } = await operator.world();
      expect(securityGroups['lgtm-ecs-sg']!.ingress.length).toBeGreaterThan(10);
      await operator.say('abort');
      const { outcome, leftovers } = await operator.ended();
      expect([outcome, leftovers]).toEqual(['rolled-back', []]);
      // a probe that was asking when the abort came ends by itself
      const after = await until('probes have ended', async () => {
        const world = await operator.world();
        return Object.keys(world.oneOffTasks).length === 0 && world;
      });
      // AWS keeps what is inactive
      const kept = {
        services: {},
        taskDefinitions: {},
      };
      expect({
        ...after,
        ...kept,
      }).toEqual({
        ...before,
        ...kept,
      });
    },
  ),
);
