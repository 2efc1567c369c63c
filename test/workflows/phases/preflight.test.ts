import type { Finding } from '../../../src/contract/findings';
import type { Sender } from '../../../src/contract/senders';
import { describeSenders } from '../../../src/workflows/details';
import { textsOf } from '../run';
import { useStubWorker } from '../server';
import { SURVEY } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const FAILURE: Finding = {
  check: 'ssm',
  level: 'fail',
  message: 'SSM does not see the host',
  fix: 'start its agent',
};
const WARNING: Finding = {
  check: 'ttl',
  level: 'warn',
  message: 'the TTL is a day',
  fix: 'lower it',
};

test.concurrent('a failure holds with its fix before anything is made, and a retry looks again', async () => {
  const world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      findings: [FAILURE, WARNING],
    }),
  });
  world.break('findServices');
  const run = await runWorkflow({ world });
  const { waitingFor, phases, findings } = await run.untilRetryOf('preflight');
  expect(waitingFor!.reason).toBe('preflight found 1 failures: SSM does not see the host — start its agent');
  expect(phases[0]).toMatchObject({
    state: 'failed',
    detail: '0 pass, 1 warn, 1 fail',
  });
  expect(findings.failures).toEqual([
    {
      message: FAILURE.message,
      fix: FAILURE.fix,
    },
  ]);
  expect(world.names).toEqual(['runPreflight']);

  world.answers.runPreflight = async () => ({
    ...SURVEY,
    findings: [WARNING],
  });
  await run.say('retry');
  const passed = await run.untilRetryOf('deploy');
  expect(world.inputsOf('runPreflight')).toHaveLength(2);
  expect(passed.findings).toEqual({
    failures: [],
    warnings: [WARNING.message],
  });
  const texts = textsOf(passed.events);
  expect(texts).toContain('warning: the TTL is a day; lower it');
});

test.concurrent('a failure that nobody retries in the time of the plan ends with nothing to take back', async () => {
  const world = World.brokenAt('runPreflight', 'no credentials');
  const run = await runWorkflow({
    world,
    plan: { hold: '1m' },
  });
  const { outcome, rollback } = await run.ended();
  expect([outcome, rollback]).toMatchObject([
    'rolled-back',
    {
      reason: 'no credentials',
      steps: [],
    },
  ]);
  expect(world.names).toEqual(['runPreflight', 'findRemains']);
});

test.concurrent('who sends to the hosts is told with how each will move, and how many more there are', async () => {
  const senders = Array.from({ length: 7 }, (_, number): Sender => ({
    instanceId: 'i-1',
    peer: `10.0.3.${number}`,
    port: 9009,
    service: 'mimir',
    connections: 1,
    move: number === 0 ? 'not' : 'by-name',
    why: '',
    change: '',
  }));
  const world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      senders: {
        senders,
        ports: [],
        cutOff: [],
        tls: [],
        left: 30,
      },
    }),
  });
  world.break('findServices');
  const run = await runWorkflow({ world });
  const lines = describeSenders(await run.untilRetryOf('deploy'));
  expect(lines[0]).toBe('10.0.3.0 → 9009 (mimir), 1 connection: does not move');
  expect(lines[1]).toBe('10.0.3.1 → 9009 (mimir), 1 connection: moves by its name, when it connects again');
  expect(lines.slice(6)).toEqual(['31 more, which lgtm-migrate senders names']);
});
