import { once } from 'node:events';
import { until } from '../../lab/until';
import type { Finding } from '../../src/contract/findings';
import { useLab } from './lab';
import type { Operator } from './operator';

const scenario = useLab();

const START_ONE = 'start one with lgtm-migrate worker (or set TEMPORAL_TASK_QUEUE)';
const NO_WORKER =
  `lgtm-migrate: no worker answers on task queue lgtm-migrate; ${START_ONE}: ` +
  'the migration stands still and loses nothing\n';
const NO_NAMESPACE =
  'lgtm-migrate: there is no namespace nowhere; set TEMPORAL_NAMESPACE, ' +
  'or make it: temporal operator namespace create --namespace nowhere\n';
const TERMINATED = new RegExp(
  String.raw`run \S+ of lgtm-prd is TERMINATED since \S+: it took nothing back, and \d+ undos are lost with it; ` +
    '.* start it again, it adopts what is there\n$',
);

test(
  'preflight on a host that SSM does not see says every finding with its fix, and changes nothing',
  scenario(
    {
      plan: {
        records: [
          {
            name: 'grafana.example.com',
            service: 'grafana',
            protocol: 'tcp',
            port: 4317,
          },
        ],
      },
    },
    async (operator) => {
      await operator.emulator.post('/settings', { ssm_agents: 0 });
      const { code, out } = await operator.cli('preflight', '-f', operator.lab.plan, '--json');
      expect(code).toBe(1);
      const { findings } = JSON.parse(out) as { findings: Finding[] };
      const failed = findings.filter(({ level }) => level === 'fail');
      expect(failed.map(({ check }) => check).sort()).toEqual(['record port', 'ssm']);
      expect(findings.filter(({ level, fix }) => level !== 'pass' && !fix)).toEqual([]);
      const calls = await operator.emulator.calls({ mutating: '1' });
      expect([...new Set(calls.map(({ action }) => action))]).toEqual(['SendCommand']);
    },
  ),
);

test(
  'an unknown name, a plan that is not there and an unknown command each have their sentence and exit code',
  scenario({}, async (operator) => {
    const unknown = await operator.cli('status', 'nobody');
    const err = 'lgtm-migrate: there is no migration nobody; see them with temporal workflow list\n';
    expect(unknown).toMatchObject({ code: 1, err });
    const noPlan = await operator.cli('validate', '-f', '/nowhere.yaml');
    const noCommand = await operator.cli('frobnicate');
    expect([noPlan.code, noCommand.code]).toEqual([2, 2]);
  }),
);

/** Interrupts a watch as soon as it has shown something. */
async function interruptWatch(operator: Operator): Promise<number> {
  const watching = operator.run(['watch', 'lgtm-prd']);
  await once(watching.child.stdout!, 'data');
  watching.child.kill('SIGINT');
  return (await operator.untilEnded('the end of the watch', watching)).code;
}

test(
  'an interrupted watch ends with 130, and what somebody terminated is told as such by every command',
  scenario({ plan: { shift: { approval: true } } }, async (operator) => {
    await operator.start();
    expect(await interruptWatch(operator)).toBe(130);

    await operator.untilWaitsFor('approval', '10 → 50 %');
    const watching = operator.run(['watch', 'lgtm-prd', '--json']);
    await operator.handle.terminate('by hand');
    const watched = await operator.untilEnded('the end of the watch', watching);
    expect([watched.code, watched.err]).toEqual([1, expect.stringMatching(TERMINATED)]);
    expect(JSON.parse(watched.out)).toMatchObject({
      outcome: null,
      weight: 10,
    });

    const shown = await operator.cli('status', 'lgtm-prd');
    expect([shown.code, shown.err]).toEqual([1, expect.stringMatching(TERMINATED)]);
    expect(shown.out).toContain('shift');
    const refused = await operator.cli('abort', 'lgtm-prd');
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(TERMINATED) as string,
    });
  }),
);

test(
  'without a worker a word and a status say so and do not hang, and a watch goes on with the next worker',
  scenario({ plan: { shift: { approval: true } } }, async (operator) => {
    await operator.start();
    await operator.untilWaitsFor('approval');
    const watching = operator.run(['watch', 'lgtm-prd']);
    await until('the first screen of the watch', () => watching.ran.out !== '');
    await operator.lab.stopPart('worker', 'SIGKILL');
    const [word, status] = await Promise.all([
      operator.cli('approve', 'lgtm-prd'),
      operator.cli('status', 'lgtm-prd', '--json'),
    ]);
    expect([word, status]).toEqual(
      Array(2).fill({
        code: 1,
        out: '',
        err: NO_WORKER,
      }),
    );
    await until('the sentence in the watch', () => watching.ran.err.includes('still watching'));
    await operator.lab.startWorker();
    await operator.say('abort');
    const watched = await operator.untilEnded('the end of the watch', watching);
    expect(watched.code).toBe(3);
    expect(watched.err).toContain('the migration stands still and loses nothing; still watching');
    expect(watched.out).toContain('ended rolled-back');
  }),
);

test(
  'a namespace that is not there is named with the command that makes it',
  scenario({}, async (operator) => {
    for (const words of [
      ['status', 'lgtm-prd'],
      ['start', '-f', operator.lab.plan],
    ]) {
      const { code, err } = await operator.run(words, { TEMPORAL_NAMESPACE: 'nowhere' }).ended;
      expect([code, err]).toEqual([1, NO_NAMESPACE]);
    }
  }),
);
