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
