import { until } from '../../lab/until';
import { useLab } from './lab';
import type { Operator, Ran } from './operator';

const scenario = useLab();

/** The hosts stay, so that the migration ends soon. */
const MOVED = {
  shift: { weights: [100] },
  decommission: { enabled: false },
};
const RENEWED = [
  'mimir            environment LOG_LEVEL: none → warn',
  'ring-keeper      environment LOG_LEVEL: none → warn',
];

const deploy = (operator: Operator, ...words: string[]): Promise<Ran> =>
  operator.cli('deploy', '-f', operator.lab.plan, ...words);

const RENEWED_MIMIR = { mimir: { environment: { LOG_LEVEL: 'warn' } } };

/** A line that Mimir is told: its definition is another one. */
const renewMimir = (operator: Operator) => operator.plan({ services: RENEWED_MIMIR });

/** Of the service itself, and not of its definition. */
const ON_OTHER_WEIGHT = { loki: { capacity: { FARGATE: { base: 0, weight: 2 } } } };
const KEPT = 'not changed by deploy: capacity {"FARGATE":{"base":1,"weight":1}}, the plan has {"FARGATE":';

async function migrate(operator: Operator): Promise<void> {
  await operator.start();
  expect((await operator.ended()).outcome).toBe('completed');
}

/** What ECS runs: service → its definition. */
async function definitionsOf(operator: Operator): Promise<Record<string, string>> {
  const { services } = await operator.world();
  return Object.fromEntries(Object.entries(services).map(([name, { taskDefinition }]) => [name, taskDefinition]));
}

/** The exit codes of `deploy wait` for each of these. */
async function waitForAll(operator: Operator, run: string): Promise<number[]> {
  const goals = ['updated', 'steady', 'verified'];
  const waiting = goals.map((goal) => operator.cli('deploy', 'wait', 'lgtm-prd', '--for', goal, '--run', run));
  return (await Promise.all(waiting)).map(({ code }) => code);
}

test(
  'a team deploys afterwards: dry run, deployment, a second one at once, the revision before, the list',
  scenario({ plan: MOVED }, async (operator) => {
    const isNotThere: unknown = expect.stringContaining('lgtm-prd does not run on ECS');
    const never = await deploy(operator, '--service', 'mimir', '--watch');
    expect([never.code, never.out]).toEqual([3, isNotThere]);
    const neverDry = await deploy(operator, '--dry-run');
    expect([neverDry.code, neverDry.err]).toEqual([1, isNotThere]);
    await migrate(operator);
    const before = await definitionsOf(operator);
    const nothing = await deploy(operator, '--watch');
    expect([nothing.code, nothing.out]).toEqual([0, expect.stringContaining('nothing to deploy: mimir, loki')]);

    await operator.plan({
      services: {
        ...RENEWED_MIMIR,
        ...ON_OTHER_WEIGHT,
      },
    });
    await operator.emulator.delete('/calls');
    const dry = await deploy(operator, '--dry-run');
    for (const line of [...RENEWED, `loki   lgtm-loki:1   nothing changes\n  ${KEPT}`]) expect(dry.out).toContain(line);
    expect(dry.out.split('not changed by deploy')).toHaveLength(2);
    expect(await operator.emulator.calls({ mutating: '1' })).toEqual([]);

    const started = await deploy(operator, '--json');
    const { runId } = JSON.parse(started.out) as { runId: string };
    const second = await deploy(operator);
    expect([second.code, second.err]).toEqual([1, expect.stringContaining('lgtm-migrate deploy watch lgtm-prd')]);
    expect(await waitForAll(operator, runId)).toEqual([0, 0, 0]);
    expect(await definitionsOf(operator)).toEqual({ ...before, mimir: 'lgtm-mimir:2' });

    const previous = await deploy(operator, '--previous', '--service', 'mimir', '--watch');
    expect([previous.code, previous.out]).toEqual([0, expect.stringContaining('mimir: lgtm-mimir:2 → lgtm-mimir:1')]);
    expect(await definitionsOf(operator)).toEqual(before);

    const list = await until('all deployments in the list', async () => {
      const { out } = await operator.cli('deploy', 'list', 'lgtm-prd');
      return out.includes('deployments ended: 3') && !out.includes('running') && out;
    });
    expect(list).toContain('of them well: 3 (100 %)');
    expect(list).toContain('counted apart: 1 refused in its check, 0 aborted by somebody');
    expect(list).toMatch(/✔ pipeline success .* 100 %: 100 %/);
    expect(list).toMatch(/✔ deploy time .* < 10 min: 0\.\d min at most, of 2 that were verified/);
  }),
);

test(
  'a broken image goes back to the revision before, and a worker that is killed meanwhile changes nothing',
  scenario({ plan: MOVED }, async (operator) => {
    await migrate(operator);
    const before = await definitionsOf(operator);
    await renewMimir(operator);
    await operator.emulator.post('/ecs/break', { service: 'mimir:2', how: 'exit' });
    const { deployment } = operator;
    await deployment.deploy('--service', 'mimir', '--by', 'kim', '--reason', 'a test');
    const waited = await operator.cli('deploy', 'wait', 'lgtm-prd', '--for', 'verified');
    expect([waited.code, waited.err]).toEqual([3, expect.stringContaining('mimir does not become steady')]);
    expect(await definitionsOf(operator)).toEqual(before);

    const again = await deploy(operator, '--service', 'mimir', '--json');
    const { runId } = JSON.parse(again.out) as { runId: string };
    await deployment.until('the update', ({ phases }) =>
      phases.some(({ phase, state }) => phase === 'update' && state !== 'pending'),
    );
    await operator.lab.stopPart('worker', 'SIGKILL');
    const looking = operator.run(['deploy', 'wait', 'lgtm-prd', '--run', runId, '--for', 'verified']);
    await until('the sentence of the look', () => looking.ran.err.includes('still watching'));
    await operator.lab.startWorker();
    const looked = await operator.untilEnded('the end of the look', looking);
    expect(looked.code).toBe(0);
    expect(await deployment.ended()).toMatchObject({ outcome: 'completed', rollback: null });
    // what the broken one had registered is no revision to go back to
    expect(await definitionsOf(operator)).toEqual({ ...before, mimir: 'lgtm-mimir:3' });
    const previous = await deploy(operator, '--previous', '--service', 'mimir', '--dry-run');
    expect(previous.out).toContain('mimir            environment LOG_LEVEL: warn → none');
  }),
);

test(
  'in the week a deployment goes through the ledger: a rollback runs without duties what was deployed',
  scenario({ plan: { ...MOVED, decommission: { approveStop: false, approveTerminate: true } } }, async (operator) => {
    await operator.start();
    await operator.untilWaitsFor('approval', 'point of no return');
    await renewMimir(operator);
    const early = await deploy(operator, '--service', 'mimir');
    expect([early.code, early.err]).toEqual([1, expect.stringContaining('give --during-week')]);
    const done = await deploy(operator, '--service', 'mimir', '--during-week', '--watch');
    expect([done.code, done.out]).toEqual([0, expect.anything()]);
    const late = await operator.cli('deploy', 'abort', 'lgtm-prd');
    expect([late.code, late.err]).toEqual([1, expect.stringContaining('see lgtm-migrate deploy status lgtm-prd')]);
    const { out } = await operator.cli('deploy', 'status', 'lgtm-prd');
    expect(out).toMatch(/mimir   lgtm-mimir:2 → lgtm-mimir:4/);
    expect(await definitionsOf(operator)).toMatchObject({ mimir: 'lgtm-mimir:4' });
    await operator.say('rollback');
    const { outcome, events } = await operator.ended();
    expect(outcome).toBe('rolled-back');
    expect(events.map(({ text }) => text)).toContain('the deployment of mimir has ended: lgtm-mimir:4');
    expect(await definitionsOf(operator)).toMatchObject({ mimir: 'lgtm-mimir:3' });
  }),
);
