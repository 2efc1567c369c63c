import { until } from '../../lab/until';
import { expectAsBefore, statesOfContainers } from './before';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const NAME = 'grafana.example.com';
const WEEK = {
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

const recover = (operator: Operator, ...words: string[]) => operator.cli('recover', '-f', operator.lab.plan, ...words);

interface Said {
  source: string;
  standing: { what: string; state: string }[];
  derived: string[];
  wayBack: string[];
}

/** As when retention is over: Temporal knows no run of the stack any more. */
async function forget({ client, handle: { workflowId } }: Operator): Promise<void> {
  const { namespace, connection } = client.options;
  await until('Temporal to forget the runs', async () => {
    let left = 0;
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) {
      left++;
      // one that is being deleted already is refused
      await connection!.workflowService
        .deleteWorkflowExecution({
          namespace,
          workflowExecution: {
            workflowId,
            runId,
          },
        })
        .catch(() => undefined);
    }
    return left === 0;
  });
}

test(
  'a run that was terminated at 50 % is taken back by its ledger: hosts and DNS are as before',
  scenario({ plan: { shift: { approval: [50] } } }, async (operator) => {
    const before = await operator.world();
    await operator.start();
    await operator.untilWaitsFor('approval', '50 → 100 %');
    const tooEarly = await recover(operator, '--yes');
    expect([tooEarly.code, tooEarly.err]).toEqual([1, expect.stringMatching(/: lgtm-migrate abort lgtm-prd\n$/)]);
    await operator.handle.terminate('somebody has clicked it');

    // whoever tries to start it again is told what stands, and his abort does not hide it
    await operator.start();
    const { waitingFor } = await operator.untilWaitsFor('retry', 'preflight');
    expect(waitingFor!.reason).toContain(`${NAME} is a pair of an earlier run of this stack, with 50 % on ECS`);
    await operator.say('abort');
    const { outcome, leftovers } = await operator.ended();
    expect([outcome, leftovers.map(({ what }) => what).sort()]).toEqual([
      'rollback-incomplete',
      ['alloy', 'grafana', NAME, 'loki', 'mimir', 'pyroscope', 'tempo'],
    ]);

    const halfway = await operator.world();
    const shown = await recover(operator, '--dry-run', '--json');
    const { source, standing, derived, wayBack } = JSON.parse(shown.out) as Said;
    expect(source).toMatch(/^by the ledger of run \S+, which is TERMINATED$/);
    expect(standing[0]).toEqual({
      what: NAME,
      state: 'is a weighted pair with 50 % on ECS',
    });
    expect([derived, wayBack[0]]).toEqual([[], 'all traffic to the host']);
    const unasked = await recover(operator);
    expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining('give --yes, or --dry-run')]);
    expect(unasked.out).toContain(`${NAME} is a weighted pair with 50 % on ECS`);
    expect(await operator.world()).toEqual(halfway);

    const recovered = await recover(operator, '--yes', '--watch');
    expect(recovered.code).toBe(3);
    const { leftovers: left, events } = await operator.status();
    expect(left).toEqual([]);
    // the plan's half an hour is two seconds in a lab
    expect(events.map(({ text }) => text).join('\n')).toMatch(/nobody asks ECS any more|nobody was seen to ask it/);
    await expectAsBefore(operator, before);
    const again = await recover(operator, '--yes');
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('nothing of lgtm-prd stands')]);
  }),
);

test(
  'a run that was terminated in the week and that Temporal has forgotten is taken back by what stands',
  scenario({ plan: WEEK }, async (operator) => {
    const { eip } = await operator.emulator.world();
    await operator.start();
    await operator.untilWaitsFor('approval', 'point of no return');
    await operator.handle.terminate('somebody has clicked it');
    await forget(operator);

    const shown = await recover(operator, '--dry-run', '--json');
    const { source, standing, derived } = JSON.parse(shown.out) as Said;
    expect(source).toContain('Temporal keeps no run of lgtm-prd that has done anything');
    expect(standing.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['leads to ECS alone', expect.stringMatching(/^is stopped, by run /)]),
    );
    expect(derived[0]).toBe(`${NAME}: what it was before is not known; it becomes an A record to ${eip}, TTL 60 s`);
    const recovered = await recover(operator, '--yes', '--watch', '--json');
    expect(recovered.code).toBe(3);
    const after = await operator.world();
    const { records, services, instances } = after;
    const leadsToHost = {
      alias: null,
      ttl: 60,
      values: [expect.stringMatching(/^<elastic address/) as string],
      weight: null,
    };
    expect(Object.values(records)).toMatchObject([leadsToHost, leadsToHost]);
    expect(Object.values(services).map(({ running }) => running)).toEqual(Array(6).fill(0));
    expect(instances.map(({ state }) => state)).toEqual(['running']);
    expect(statesOfContainers(after)).toEqual(['running']);
  }),
);

test(
  'in another account nothing is said to stand: it is refused',
  scenario({ plan: { account: '999999999999' } }, async (operator) => {
    const { code, err } = await recover(operator, '--dry-run');
    expect(code).toBe(1);
    expect(err).toContain('this is account 123456789012, the plan is for 999999999999: use the credentials of that');
  }),
);
