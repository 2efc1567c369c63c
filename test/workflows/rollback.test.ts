import type { ActivityName } from '../../src/contract/activities';
import type { Status } from '../../src/contract/status';
import { stepOf, textsOf } from './run';
import { useStubWorker } from './server';
import { HOST, RECORD } from './stubs';
import { Gate, World } from './world';

const runWorkflow = useStubWorker();

const APPROVES = { shift: { approval: true } };
const TO_THE_WEEK = {
  shift: { weights: [100] },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};
const NO_CAPACITY = 'InsufficientInstanceCapacity: none in ap-northeast-2a';

/** A run whose host is stopped and backed up. */
async function runToTheWeek(world = new World(), plan: Record<string, unknown> = {}) {
  const run = await runWorkflow({
    world,
    plan: {
      ...TO_THE_WEEK,
      ...plan,
    },
  });
  await run.untilApprovalOf('point of no return');
  return run;
}

async function shiftTo10(world = new World(), plan: Record<string, unknown> = {}) {
  const run = await runWorkflow({
    world,
    plan: {
      ...APPROVES,
      ...plan,
    },
  });
  await run.untilApprovalOf('10 → 50 %');
  return run;
}

test.concurrent('host, traffic, duties, tasks, record: the way back never takes a working side away', async () => {
  const run = await runToTheWeek();
  const begun = run.world.calls.length;
  await run.say('rollback');
  const status = await run.ended();
  const { rollback } = status;
  expect(status).toMatchObject({
    outcome: 'rolled-back',
    weight: 0,
    leftovers: [],
  });
  const steps = rollback!.steps.map(({ what }) => what);
  expect(steps.slice(0, 2)).toEqual([`start ${HOST} and its containers`, 'all traffic to the host']);
  expect(steps.slice(2, 4).sort()).toEqual(['grafana gives ALERTING back', 'mimir gives COMPACTOR, RULER back']);
  expect(steps.slice(4, 6).sort()).toEqual(['scale grafana to 0', 'scale mimir to 0']);
  expect(steps[6]).toBe(`${RECORD} as before`);
  expect(rollback!.steps.every(({ state }) => state === 'done')).toBe(true);

  const back = run.world.calls.slice(begun).map(({ name }) => name);
  const shown: ActivityName[] = ['startInstance', 'awaitHost', 'restoreTraffic', 'restoreRecords'];
  expect(back.filter((name) => shown.includes(name))).toEqual(shown);
  expect(back.indexOf('scaleService')).toBeGreaterThan(back.indexOf('restoreTraffic'));
});

test.concurrent('no task stops before every resolver leads to the host', async () => {
  const run = await shiftTo10();
  const gate = new Gate();
  run.world.answers.awaitInSync = () => gate.pass().then(() => undefined);
  await run.say('abort');
  await run.untilAsked('restoreTraffic');
  await run.until('the sync', () => run.world.names.at(-1) === 'awaitInSync');
  expect(run.world.names).not.toContain('scaleService');
  gate.open();
  await run.ended();
  const timeline = await run.timeline();
  const restored = timeline.indexOf('restoreTraffic');
  expect(timeline.slice(restored, restored + 4)).toEqual([
    'restoreTraffic',
    'awaitInSync',
    'until resolvers have forgotten the old answer (1m)',
    'watchRequests',
  ]);
});

test.concurrent('an INSYNC that nobody confirms is a minute of waiting and a note, no hold', async () => {
  const run = await shiftTo10();
  run.world.break('awaitInSync', 'AccessDenied: route53:GetChange');
  await run.say('abort');
  const { events } = await run.endedAs('rolled-back');
  expect(textsOf(events)).toContain(
    'Route 53 does not confirm the change: AccessDenied: route53:GetChange; ' +
      'a minute is waited instead, as long as it may take',
  );
  const timeline = await run.timeline();
  const restored = timeline.indexOf('restoreTraffic');
  expect(timeline.slice(restored, restored + 5)).toEqual([
    'restoreTraffic',
    'awaitInSync',
    'as long as Route 53 may take (1m)',
    'until resolvers have forgotten the old answer (1m)',
    'watchRequests',
  ]);
});

test.concurrent('where nothing was changed no TTL is waited for', async () => {
  const world = new World({
    restoreTraffic: async () => ({}),
    restoreRecords: async () => ({}),
  });
  const run = await shiftTo10(world);
  await run.say('abort');
  await run.ended();
  const timeline = await run.timeline();
  expect(timeline[timeline.indexOf('restoreTraffic') + 1]).toBe('watchRequests');
});

test.concurrent('a host that does not start calls a human, who fixes it, and the way back goes on', async () => {
  const world = new World();
  const run = await runToTheWeek(world);
  world.break('startInstance', NO_CAPACITY);
  await run.say('rollback');
  const { waitingFor, weight } = await run.untilWaitsFor('host');
  expect(waitingFor).toMatchObject({
    what: `a human: could not start ${HOST} and its containers`,
    reason: expect.stringContaining(`${NO_CAPACITY}; not begun before that: all traffic to the host, `) as string,
    verbs: ['retry', 'abort'],
  });
  expect([weight, world.names.includes('restoreTraffic')]).toEqual([100, false]);
  world.fix('startInstance');
  await run.say('retry');
  await run.endedAs('rolled-back');
});

test.concurrent(
  'a host that is given up freezes the way back: traffic stays where it works, all left is named',
  async () => {
    const world = new World();
    const run = await runToTheWeek(world);
    world.break('awaitHost', 'HostNotHealthy: mimir exits');
    const before = world.calls.length;
    await run.say('rollback');
    await run.untilWaitsFor('host');
    await run.say('abort', { what: HOST });
    const { waitingFor } = await run.untilWaitsFor('host', 'a human: the host does not answer, traffic stays');
    expect(waitingFor!.verbs).toEqual(['retry', 'close']);
    await run.say('close');
    const status = await run.ended();
    const { leftovers } = status;
    expect(status).toMatchObject({
      outcome: 'rollback-incomplete',
      weight: 100,
    });
    const frozen = 'not begun: the host does not answer, traffic stays where it works';
    expect(leftovers[0]).toEqual({
      what: `start ${HOST} and its containers`,
      why: 'HostNotHealthy: mimir exits',
    });
    expect(leftovers[1]).toEqual({
      what: 'all traffic to the host',
      why: frozen,
    });
    expect(leftovers.slice(1).every(({ why }) => why === frozen)).toBe(true);
    const back = world.calls.slice(before).map(({ name }) => name);
    expect(back).not.toContain('restoreTraffic');
    expect(back).not.toContain('restoreRecords');
  },
);

test.concurrent('a name that can not be sent back keeps its tasks and waits for a human', async () => {
  const world = new World();
  const run = await shiftTo10(world);
  world.break('restoreTraffic', 'a third record leads to ECS');
  await run.say('abort');
  const { waitingFor } = await run.untilWaitsFor('host');
  expect(waitingFor!.what).toBe('a human: could not all traffic to the host');
  expect(world.names).not.toContain('scaleService');
  await run.say('abort', { what: 'all traffic' });
  await run.untilWaitsFor('host', 'a name still leads to ECS');
  await run.say('close');
  const { leftovers } = await run.endedAs('rollback-incomplete');
  expect(leftovers[1]!.why).toBe('not begun: a name still leads to ECS, traffic stays where it works');
  expect(world.names).not.toContain('scaleService');
});

test.concurrent('duties that are not given back hold once users are on the host', async () => {
  const world = new World();
  const run = await runToTheWeek(world);
  world.break('scaleService', 'AccessDenied: no');
  await run.say('rollback');
  const { waitingFor } = await run.untilWaitsFor('host', 'beside');
  expect(waitingFor!.what).toMatch(/^a human: could not \w+ gives [A-Z, ]+ back, beside: \w+ gives /);
  expect(world.names).toContain('restoreTraffic');
  world.fix('scaleService');
});

test.concurrent('beside duties that wait for a human the record is restored', async () => {
  const world = new World();
  const run = await runToTheWeek(world);
  world.break('scaleService', 'AccessDenied: no');
  await run.say('rollback');
  const isRestored = (status: Status) => stepOf(status, `${RECORD} as before`)?.state === 'done';
  const isHeld = ({ waitingFor }: Status) => Boolean(waitingFor?.what.includes('beside'));
  const status = await run.until('both', (each) => isRestored(each) && isHeld(each));
  expect(stepOf(status, 'scale mimir to 0')!.state).toBe('pending');
  world.fix('scaleService');
  for (const what of ['grafana gives', 'mimir gives']) await run.say('retry', { what });
  const { undo } = await run.endedAs('rolled-back');
  expect(undo.pending).toBe(0);
});

test.concurrent('an undo that fails once users are back is named, and the rest goes on', async () => {
  const world = new World();
  const run = await shiftTo10(world, { cleanup: 'delete' });
  world.break('scaleService', 'AccessDenied: no');
  world.break('removeCluster', 'the cluster has services');
  await run.say('abort');
  const { leftovers, rollback } = await run.endedAs('rollback-incomplete');
  const named = leftovers.map(({ what, why }) => `${what}: ${why}`).sort();
  expect(named).toEqual([
    'remove cluster lgtm-cluster: the cluster has services',
    'scale grafana to 0: AccessDenied: no',
    'scale mimir to 0: AccessDenied: no',
  ]);
  expect(rollback!.steps.filter(({ state }) => state === 'failed')).toHaveLength(3);
  expect(world.names).toContain('removeNamespace');
});

test.concurrent('what was created is kept for the next try', async () => {
  const run = await shiftTo10();
  await run.say('abort');
  const { events } = await run.ended();
  expect(textsOf(events)).toContain('what was created is kept for the next try (cleanup: keep)');
  const removals = run.world.names.filter((name) => name.startsWith('remove'));
  expect([...new Set(removals)].sort()).toEqual(['removeRolePolicy', 'removeSecurityGroupRules']);
});

test.concurrent('with cleanup: delete what was created goes, the newest first', async () => {
  const run = await shiftTo10(new World(), { cleanup: 'delete' });
  await run.say('abort');
  await run.endedAs('rolled-back');
  const order = run.world.orderOf('removeService', 'removeListenerRule', 'removeCluster', 'removeRepository');
  const newestFirst = ['removeService', 'removeListenerRule', 'removeCluster', 'removeRepository'];
  expect([...new Set(order)]).toEqual(newestFirst);
  expect(run.world.names.indexOf('restoreRecords')).toBeLessThan(run.world.names.indexOf('removeService'));
});

test.concurrent(
  'an undo of what nobody waits for is tried for an hour, one that users wait for two minutes',
  async () => {
    const run = await shiftTo10();
    await run.say('abort');
    await run.ended();
    const { events } = await run.handle.fetchHistory();
    const tries = new Map<string, number>();
    for (const { activityTaskScheduledEventAttributes: scheduled } of events!) {
      if (scheduled) tries.set(scheduled.activityType!.name!, scheduled.retryPolicy!.maximumAttempts!);
    }
    const verbs = ['restoreTraffic', 'scaleService', 'restoreRecords', 'removeRolePolicy'];
    expect(verbs.map((verb) => tries.get(verb))).toEqual([12, 240, 240, 240]);
  },
);

test.concurrent('an abort in the middle of an effect waits for it before it is taken back', async () => {
  let end = () => undefined as void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const world = new World({
    ensureCluster: ({ name }) =>
      ended.then(() => ({
        id: name,
        ownership: 'created',
      })),
  });
  const run = await runWorkflow({
    world,
    plan: { cleanup: 'delete' },
  });
  await run.untilAsked('ensureCluster');
  await run.say('abort');
  await run.until('its undo', (status) => stepOf(status, 'remove cluster lgtm-cluster')?.state === 'running');
  expect(world.names).not.toContain('removeCluster');
  end();
  await run.endedAs('rolled-back');
  expect(world.names).toContain('removeCluster');
});
