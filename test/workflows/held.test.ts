import { ApplicationFailure } from '@temporalio/common';
import type { Status } from '../../src/contract/status';
import type { Run } from './run';
import { useStubWorker } from './server';
import { HOST, SURVEY } from './stubs';
import { World } from './world';

const runWorkflow = useStubWorker();

const OTHER = 'i-0fedcba9876543210';
const TO_THE_WEEK = {
  shift: { weights: [100] },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};

/** Hosts that do not start. */
class Broken {
  readonly hosts = new Set<string>();
  readonly world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      hosts: [HOST, OTHER].map((instanceId) => ({
        ...SURVEY.hosts[0]!,
        instanceId,
      })),
    }),
    startStack: async ({ instanceId }) => {
      if (this.hosts.has(instanceId))
        throw ApplicationFailure.nonRetryable(`no agent on ${instanceId}`, 'HostNotReachable');
    },
  });
}

/** A rollback in the week that waits for both of its hosts. */
async function holdBoth(): Promise<{ run: Run; broken: Broken }> {
  const broken = new Broken();
  const run = await runWorkflow({
    world: broken.world,
    plan: TO_THE_WEEK,
  });
  await run.untilApprovalOf('point of no return');
  broken.hosts.add(HOST).add(OTHER);
  await run.say('rollback');
  await run.until('both hosts to wait', ({ waitingFor }) => Boolean(waitingFor?.what.includes('beside')));
  return {
    run,
    broken,
  };
}

const stepsOf = ({ rollback }: Awaited<ReturnType<Run['status']>>) =>
  Object.fromEntries(rollback!.steps.map(({ what, state }) => [what, state]));
const startOf = (host: string) => `start ${host} and its containers`;

test.concurrent(
  'of two hosts that wait each takes its own word, and a word without a name is answered with both',
  async () => {
    const { run, broken } = await holdBoth();
    const refusal = await run.refusalOf('retry');
    expect(refusal).toContain('2 wait for an answer of their own; name one: send {"what":"…"} (--what)');
    for (const host of [HOST, OTHER]) expect(refusal).toContain(`"${startOf(host)}"`);
    expect(await run.refusalOf('abort', { what: 'i-1234' })).toContain('no "i-1234" waits for an answer');

    broken.hosts.delete(OTHER);
    await run.say('retry', { what: OTHER });
    await run.until('the other host', (status) => stepsOf(status)[startOf(OTHER)] === 'done');
    const { waitingFor } = await run.untilWaitsFor('host', `a human: could not ${startOf(HOST)}`);
    expect([waitingFor!.what, broken.world.names]).toEqual([
      `a human: could not ${startOf(HOST)}`,
      expect.not.arrayContaining(['restoreTraffic']),
    ]);
    expect(await run.refusalOf('abort')).toContain(
      `must name it: send {"what":"…"} (--what); these wait: "${startOf(HOST)}"`,
    );
    broken.hosts.delete(HOST);
    await run.say('retry');
    await run.endedAs('rolled-back');
  },
);

test.concurrent('of two backups that fail each takes its own retry', async () => {
  const { world } = new Broken();
  const missing = new Set([HOST, OTHER]);
  world.answers.createBackup = async ({ instanceId, name }) => {
    if (missing.has(instanceId)) throw ApplicationFailure.nonRetryable(`no image of ${instanceId}`, 'BackupFailed');
    return {
      instanceId,
      name,
      imageId: `ami-of-${instanceId}`,
    };
  };
  const run = await runWorkflow({
    world,
    plan: TO_THE_WEEK,
  });
  const isBeside = ({ waitingFor }: Status) => Boolean(waitingFor?.what.includes('beside'));
  await run.until('both backups to wait', isBeside);
  expect(await run.refusalOf('retry')).toContain('2 wait for an answer of their own; name one');
  missing.delete(OTHER);
  await run.say('retry', { what: OTHER });
  const { waitingFor } = await run.until('one of them to wait', (status) => !isBeside(status));
  expect(waitingFor).toMatchObject({ what: `retry of the backup of ${HOST}`, reason: `no image of ${HOST}` });
  missing.clear();
  await run.say('retry');
  await run.untilApprovalOf('point of no return');
});

test.concurrent('a retry of one that fails again leaves the other to its own word', async () => {
  const { run, broken } = await holdBoth();
  await run.say('retry', { what: HOST });
  await run.until('both hosts again', ({ waitingFor }) => Boolean(waitingFor?.what.includes('beside')));
  broken.hosts.clear();
  await run.say('retry', { what: startOf(OTHER) });
  await run.untilWaitsFor('host', `a human: could not ${startOf(HOST)}`);
  await run.say('retry', { what: HOST });
  await run.endedAs('rolled-back');
});

test.concurrent('a frozen way back stays open, and a retry brings it to its end', async () => {
  const { run, broken } = await holdBoth();
  broken.hosts.delete(OTHER);
  await run.say('retry', { what: OTHER });
  await run.say('abort', { what: HOST });
  const frozen = await run.untilWaitsFor('host', 'a human: the host does not answer, traffic stays where it works');
  expect([frozen.outcome, frozen.waitingFor!.verbs, frozen.weight]).toEqual([null, ['retry', 'close'], 100]);
  expect(frozen.leftovers[0]).toEqual({
    what: startOf(HOST),
    why: `no agent on ${HOST}`,
  });
  expect(await run.refusalOf('abort')).toContain('it is going back already');

  broken.hosts.clear();
  await run.say('retry');
  const { leftovers, weight } = await run.endedAs('rolled-back');
  expect([leftovers, weight]).toEqual([[], 0]);
});

test.concurrent(
  'beside a removal that waits for its permission the others go on, and what relied on it is tried again',
  async () => {
    const world = new World();
    const run = await runWorkflow({
      world,
      plan: {
        shift: { approval: true },
        cleanup: 'delete',
      },
    });
    await run.untilApprovalOf('10 → 50 %');
    world.break('removeService', 'ecs:DeleteService is denied', 'AccessDenied');
    world.break('removeCluster', 'the cluster has services');
    await run.say('abort');
    await run.untilWaitsFor('host', 'a human: could not remove service');
    await run.untilTold('could not remove cluster lgtm-cluster: the cluster has services');
    expect(world.names).toContain('removeNamespace');

    world.fix('removeService');
    world.fix('removeCluster');
    for (const service of ['grafana', 'mimir']) await run.say('retry', { what: service });
    const { leftovers } = await run.endedAs('rolled-back');
    expect(leftovers).toEqual([]);
  },
);

test.concurrent('of several hosts the others are started although one is given up', async () => {
  const { run, broken } = await holdBoth();
  broken.hosts.delete(HOST);
  await run.say('retry', { what: HOST });
  await run.say('abort', { what: OTHER });
  await run.untilWaitsFor('host', 'the host does not answer');
  await run.say('close');
  const status = await run.endedAs('rollback-incomplete');
  expect(stepsOf(status)).toMatchObject({
    [startOf(HOST)]: 'done',
    [startOf(OTHER)]: 'failed',
    'all traffic to the host': 'pending',
  });
});
