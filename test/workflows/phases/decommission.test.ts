import { textsOf } from '../run';
import { useStubWorker, type RunOptions } from '../server';
import { HOST, RECORD, SURVEY } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const ONE_STEP = { shift: { weights: [100] } };
const OTHER_HOST = 'i-0fedcba9876543210';
const TWO_HOSTS = [
  ...SURVEY.hosts,
  {
    ...SURVEY.hosts[0]!,
    instanceId: OTHER_HOST,
    publicIp: '203.0.113.8',
  },
];
const TERMINATES = {
  approveStop: false,
  approveTerminate: true,
};

const runAtOnce = ({ plan, ...options }: RunOptions = {}) =>
  runWorkflow({
    ...options,
    plan: {
      ...ONE_STEP,
      ...plan,
    },
  });

test.concurrent('the names are folded, the host drained, stopped and backed up, and only then deleted', async () => {
  const run = await runAtOnce();
  const { outcome, undo, events } = await run.ended();
  expect([outcome, undo.irreversible]).toEqual(['completed', `${HOST} terminated`]);
  const { names } = run.world;
  const decommission = names.slice(names.indexOf('foldPair'));
  const asked = decommission.filter((name) => !['watchSignals', 'awaitInSync'].includes(name));
  expect(asked.slice(0, 5)).toEqual(['foldPair', 'listConnections', 'readStores', 'flushStores', 'awaitFlush']);
  const ordered = run.world.orderOf('awaitFlush', 'stopStack', 'stopInstance', 'createBackup', 'awaitBackup');
  expect(ordered).toEqual(['awaitFlush', 'stopStack', 'stopInstance', 'createBackup', 'awaitBackup']);
  expect(asked.slice(-4)).toEqual(['readWriting', 'proveWriting', 'foldPair', 'terminateInstance']);
  expect(run.world.inputsOf('terminateInstance')).toMatchObject([
    {
      instanceId: HOST,
      imageId: 'ami-1',
    },
  ]);
  const texts = textsOf(events);
  expect(texts).toContain(`point of no return: terminating ${HOST}`);
});

test.concurrent(
  'a name that somebody edits in the week holds before the hosts are terminated, and can be taken back',
  async () => {
    const world = new World();
    const run = await runAtOnce({
      world,
      plan: { decommission: TERMINATES },
    });
    await run.untilApprovalOf('point of no return');
    world.break('foldPair', `${RECORD} leads to 203.0.113.9`, 'RecordEdited');
    await run.say('approve');
    const { waitingFor, undo } = await run.untilRetryOf('the record change');
    expect([waitingFor!.reason, undo.irreversible]).toEqual([expect.stringContaining('leads to 203.0.113.9'), null]);
    expect(world.names).not.toContain('terminateInstance');
    world.fix('foldPair');
    await run.say('retry');
    await run.endedAs('completed');
  },
);

test.concurrent('a pair that somebody has put back in the week is folded again, and waited for', async () => {
  const world = new World();
  const run = await runAtOnce({ world });
  await run.endedAs('completed');
  const timeline = await run.timeline();
  const [first, last] = [timeline.indexOf('foldPair'), timeline.lastIndexOf('foldPair')];
  expect(first).not.toBe(last);
  expect(timeline.slice(last, last + 4)).toEqual([
    'foldPair',
    'awaitInSync',
    'until resolvers have forgotten the old answer (1m)',
    'terminateInstance',
  ]);
});

test.concurrent('no resolver may still lead to the host when it stops', async () => {
  const run = await runAtOnce({
    plan: { decommission: TERMINATES },
  });
  await run.untilApprovalOf('point of no return');
  const timeline = await run.timeline();
  const folded = timeline.indexOf('foldPair');
  expect(timeline.slice(folded, folded + 4)).toEqual([
    'foldPair',
    'awaitInSync',
    'until resolvers have forgotten the old answer (1m)',
    'listConnections',
  ]);
});

test.concurrent(
  'no host stops before somebody approves, where the plan wants it, and its week ends in a question',
  async () => {
    const decommission = {
      approveStop: true,
      approveTerminate: true,
    };
    const run = await runAtOnce({
      plan: { decommission },
    });
    await run.untilApprovalOf(`stop ${HOST}`);
    expect(run.world.orderOf('foldPair', 'stopStack', 'stopInstance')).toEqual([]);
    await run.say('approve');

    const { waitingFor, phases } = await run.untilApprovalOf('point of no return');
    expect(phases.at(-1)!.detail).toMatch(/^backup lgtm-ec2-backup-\d{8} complete; held 7d before termination$/);
    expect(waitingFor!.what).toMatch(
      /^approval: terminate i-\w+; the point of no return, backup lgtm-ec2-backup-\d{8}; a rollback from here/,
    );
    const timeline = await run.timeline();
    expect(timeline).toContainEqual('bake the 7d before termination (7d)');
    expect(run.world.names).not.toContain('terminateInstance');
    await run.say('approve');
    await run.endedAs('completed');
  },
);

test.concurrent('the hosts stay as they are where the plan does not decommission', async () => {
  const run = await runAtOnce({
    plan: { decommission: { enabled: false } },
  });
  const { outcome, phases } = await run.ended();
  expect([outcome, phases.at(-1)!.state]).toEqual(['completed', 'skipped']);
  expect(run.world.orderOf('foldPair', 'listConnections', 'stopStack', 'stopInstance')).toEqual([]);
});

test.concurrent(
  'of several hosts none is backed up before all have stopped, and each has an image of its own',
  async () => {
    const gate = new Gate();
    const world = new World({
      runPreflight: async () => ({
        ...SURVEY,
        hosts: TWO_HOSTS,
      }),
      stopInstance: async ({ instanceId }) => (instanceId === OTHER_HOST ? gate.pass() : undefined),
      createBackup: async ({ instanceId, name }) => ({
        instanceId,
        imageId: `ami of ${instanceId}`,
        name,
      }),
    });
    const run = await runAtOnce({
      world,
    });
    await run.untilTold(`${HOST} stopped`);
    expect(world.names).not.toContain('createBackup');
    gate.open();
    await run.ended();
    for (const name of ['listConnections', 'flushStores', 'stopStack', 'stopInstance'] as const) {
      const ids = world.inputsOf(name).map(({ instanceId }) => instanceId);
      expect(ids.sort()).toEqual([HOST, OTHER_HOST]);
    }
    const images = world.inputsOf('createBackup').map(({ name }) => name.replace(/\d{8}/, 'day'));
    expect(images.sort()).toEqual([`lgtm-ec2-backup-day-${HOST}`, `lgtm-ec2-backup-day-${OTHER_HOST}`]);
    const terminated = world.inputsOf('terminateInstance').map(({ instanceId, imageId }) => [instanceId, imageId]);
    expect(terminated).toEqual([
      [HOST, `ami of ${HOST}`],
      [OTHER_HOST, `ami of ${OTHER_HOST}`],
    ]);
  },
);

test.concurrent("a host that had stopped before is none of this run's", async () => {
  const hosts = [
    SURVEY.hosts[0]!,
    {
      ...TWO_HOSTS[1]!,
      state: 'stopped',
    },
  ];
  const world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      hosts,
    }),
  });
  const run = await runAtOnce({
    world,
  });
  await run.endedAs('completed');
  expect(world.listOf('terminateInstance', 'instanceId')).toEqual([HOST]);
});

test.concurrent.each([
  ['foldPair', 'the record change'],
  ['stopStack', 'stopping the containers'],
  ['stopInstance', 'stopping the hosts'],
  ['createBackup', `the backup of ${HOST}`],
  ['awaitBackup', `the backup of ${HOST}`],
] as const)('a failure of %s holds without an end, measured, and a retry goes on', async (name, what) => {
  const world = World.brokenAt(name, 'AccessDenied: no');
  const run = await runAtOnce({
    world,
    plan: { hold: '1m' },
  });
  const { waitingFor } = await run.untilRetryOf(what);
  expect(waitingFor!.verbs).toEqual(['retry', 'pause', 'abort']);
  // the plan's hold would be over in a third of a second
  const timeline = await run.timeline();
  expect(timeline).not.toContainEqual(expect.stringMatching(/^hold:/));
  world.judge('holding', { reason: 'no data' });
  await run.untilJudged('holding');
  world.judge('passing');
  world.fix(name);
  await run.say('retry');
  const { outcome, rollback } = await run.ended();
  expect([outcome, rollback]).toEqual(['completed', null]);
  const names = world.listOf('createBackup', 'name');
  expect(new Set(names).size).toBe(1);
});

test.concurrent('after an abort of such a hold the host starts again before users go back', async () => {
  const world = World.brokenAt('createBackup', 'AccessDenied: no');
  const run = await runAtOnce({
    world,
  });
  await run.untilRetryOf(`the backup of ${HOST}`);
  await run.say('abort');
  await run.endedAs('rolled-back');
  const order = ['startInstance', 'startStack', 'awaitHost', 'restoreTraffic'] as const;
  expect(world.orderOf(...order)).toEqual(order);
});

test.concurrent('of two holds at once each takes its own retry', async () => {
  const world = World.brokenAt('stopInstance', 'no');
  world.break('scaleService', 'NotSteady');
  const run = await runAtOnce({
    world,
  });
  await run.until(
    'two holds',
    ({ events }) => textsOf(events).filter((text) => /^waiting: retry/.test(text)).length > 1,
  );
  world.fix('stopInstance');
  await run.say('retry', { what: 'stopping the hosts' });
  const { waitingFor } = await run.until('one hold', (status) => !status.waitingFor?.what.includes('beside'));
  expect(waitingFor!.what).toBe('retry of taking the duties over');
  world.fix('scaleService');
  await run.say('retry');
  await run.endedAs('completed');
});

test.concurrent('past the point of no return a failure waits for a retry and takes nothing back', async () => {
  const world = World.brokenAt('terminateInstance', 'BackupIncomplete: ami-1 is pending');
  const run = await runAtOnce({
    world,
  });
  const { waitingFor } = await run.untilRetryOf(`terminating ${HOST}`);
  expect(waitingFor!.reason).toBe('BackupIncomplete: ami-1 is pending');
  world.fix('terminateInstance');
  await run.say('retry');
  expect(await run.ended()).toMatchObject({
    outcome: 'completed',
    leftovers: [],
  });
});

test.concurrent(
  'a host that can not be terminated is waited for without an end, and only a retry is taken',
  async () => {
    const world = World.brokenAt('terminateInstance', 'OperationNotPermitted');
    const run = await runAtOnce({
      world,
      plan: { hold: '1m' },
    });
    const { waitingFor } = await run.untilRetryOf(`terminating ${HOST}`);
    expect(waitingFor!.verbs).toEqual(['retry']);
    expect(await run.timeline()).not.toContainEqual(expect.stringMatching(/^hold:/));
    world.fix('terminateInstance');
    await run.say('retry');
    await run.endedAs('completed');
  },
);
