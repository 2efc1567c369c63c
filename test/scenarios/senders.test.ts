import { Senders } from '../../lab/senders';
import { IN_THE_LAB, Witness } from '../../lab/witness';
import { expectAsBefore } from './before';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const GRAFANA = 'grafana.example.com';
/** By which senders reach the host, and of which users' name is a CNAME. */
const HOST = 'ec2-instance.example.com';
const PORTS = [9009, 3100, 4317, 4318, 4040];
const OTLP = 4317;
/** As long as a migration in the lab takes, and longer. */
const HOURS_S = 3600;
const RECORDS = [
  { name: GRAFANA, service: 'grafana' },
  { name: HOST, to: 'ingest' },
];
const NOTHING_LOST = {
  lost: 0,
  waiting: 0,
};

/** Users and senders, who never stop. */
async function use(operator: Operator) {
  const targets = PORTS.map((port) => ({ name: HOST, port }));
  return {
    witness: await new Witness(operator.emulator).start(),
    senders: await new Senders(operator.emulator).start({ targets, ttls: IN_THE_LAB.ttls! }),
  };
}

test(
  'users and senders move together to 100 % and through the decommission, and nothing is lost',
  scenario({ plan: { records: RECORDS } }, async (operator) => {
    const { witness, senders } = await use(operator);
    const { code } = await operator.cli('start', '-f', operator.lab.plan, '--watch', '--json');
    expect(code).toBe(0);
    const sent = await senders.stop();
    expect(sent).toMatchObject(NOTHING_LOST);
    for (const port of PORTS)
      expect([port, sent.ports[port]!.host > 0, sent.ports[port]!.ecs > 0]).toEqual([port, true, true]);
    expect((await witness.stop()).lost).toEqual({});
    const { records, instances } = await operator.world();
    expect(records[`${HOST} A`]!.alias).toEqual([expect.any(String), expect.stringContaining('lgtm-ingest'), 'false']);
    expect(records[`${GRAFANA} A`]!.alias![1]).toContain('lgtm-alb');
    expect(instances).toMatchObject([{ state: 'terminated' }]);
  }),
);

test(
  'senders that hold connections for hours are asked about and reset; one that goes by an address is told',
  scenario(
    {
      plan: {
        records: RECORDS,
        ingest: { cut: true },
      },
    },
    async (operator) => {
      const { eip } = await operator.emulator.world();
      const [byAddress, ...byName] = [OTLP, ...PORTS.filter((port) => port !== OTLP)] as [number, ...number[]];
      const targets = [
        {
          name: eip,
          port: byAddress,
        },
        ...byName.map((port) => ({ name: HOST, port })),
      ];
      const senders = await new Senders(operator.emulator).start({
        targets,
        ttls: IN_THE_LAB.ttls!,
        keep_s: HOURS_S,
      });
      await operator.start();
      const held = await operator.untilWaitsFor('approval', 'reset at i-');
      for (const port of PORTS) expect(held.waitingFor!.what).toContain(` → ${port} `);
      expect((await senders.read()).ecs).toBe(0);
      await operator.say('approve');
      const left = await operator.untilWaitsFor('approval', 'by an address');
      expect(left.waitingFor!.what).toContain(` → ${byAddress} `);
      for (const port of byName) expect(left.waitingFor!.what).not.toContain(` → ${port} `);
      await operator.say('approve');
      await operator.untilWaitsFor('approval', 'although still connected');
      await operator.say('approve');
      expect((await operator.ended()).outcome).toBe('completed');
      const sent = await senders.stop();
      expect(sent.lost).toBe(0);
      for (const port of byName)
        expect([port, sent.ports[port]!.host > 0, sent.ports[port]!.ecs > 0]).toEqual([port, true, true]);
      expect(sent.ports[byAddress]!.ecs).toBe(0);
      expect(sent.waiting).toBeGreaterThan(0);
    },
  ),
);

test(
  'both are taken back from the week, nothing is lost, and nothing of the ingest is left',
  scenario(
    {
      plan: {
        records: RECORDS,
        cleanup: 'delete',
        decommission: {
          approveStop: false,
          approveTerminate: true,
        },
      },
    },
    async (operator) => {
      const before = await operator.world();
      const { witness, senders } = await use(operator);
      await operator.start();
      await operator.untilWaitsFor('approval', 'terminate');
      await operator.say('rollback');
      expect((await operator.ended()).outcome).toBe('rolled-back');
      expect(await senders.stop()).toMatchObject(NOTHING_LOST);
      expect((await witness.stop()).lost).toEqual({});
      await expectAsBefore(operator, before);
      const { loadBalancers, targetGroups, securityGroups } = await operator.world();
      expect([loadBalancers, targetGroups]).toEqual([{}, {}]);
      expect(Object.keys(securityGroups)).toEqual(['lgtm-ec2']);
    },
  ),
);
