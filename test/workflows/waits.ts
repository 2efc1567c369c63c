import type { Peer } from '../../src/contract/hosts';
import type { Status } from '../../src/contract/status';
import type { Verb } from '../../src/contract/verbs';
import { HOST, RECORD } from './stubs';
import { Gate, World } from './world';

/** A place where a run stands still, and how it gets there. */
export interface Wait {
  /** how a sentence calls it */
  where: string;
  plan: Record<string, unknown>;
  world: () => World;
  waitsFor: [NonNullable<Status['waitingFor']>['for'], string];
  /** how a refusal names the place */
  at: string;
  /** words that move it on; abort, rollback and pause are taken everywhere */
  takes: Verb[];
}

const ONCE = { shift: { weights: [100] } };
/** Timers of more than six hours last a minute in a test: long enough to be met. */
const LONG = '12h';
const CLIENT: Peer = {
  peer: '10.0.3.4',
  port: 9009,
  service: 'mimir',
  connections: 1,
};

const healthy = () => new World();

function keepConnected(): World {
  const gate = new Gate();
  const watchConnections = () => gate.pass().then(() => []);
  return new World({
    listConnections: async () => [CLIENT],
    watchConnections,
  });
}

function seeNothing(): World {
  const world = new World();
  world.judge('holding', { reason: 'no data' });
  return world;
}

const BEFORE_USERS_MOVE: Wait[] = [
  {
    where: 'the retry of preflight',
    plan: {},
    world: () => World.brokenAt('runPreflight'),
    waitsFor: ['retry', 'retry of preflight'],
    at: 'preflight',
    takes: ['retry'],
  },
  {
    where: 'the retry of a deploy',
    plan: {},
    world: () => World.brokenAt('findServices'),
    waitsFor: ['retry', 'retry of deploy'],
    at: 'deploy',
    takes: ['retry'],
  },
  {
    where: 'the approval of what a scan has found',
    plan: {},
    world: () =>
      new World({
        awaitScan: async () => ({
          status: 'COMPLETE',
          counts: { CRITICAL: 1 },
        }),
      }),
    waitsFor: ['approval', 'deploy with 1 CRITICAL in lgtm-mimir'],
    at: 'deploy',
    takes: ['approve'],
  },
  {
    where: 'a record change that fails before users move',
    plan: {},
    world: () => World.brokenAt('createPair'),
    waitsFor: ['retry', 'retry of the record change'],
    at: 'shift at 0 %',
    takes: ['retry'],
  },
];

const WHILE_USERS_MOVE: Wait[] = [
  {
    where: 'a bake',
    plan: { shift: { bake: LONG } },
    world: healthy,
    waitsFor: ['bake', 'the bake of 10 %'],
    at: 'shift at 10 %',
    takes: ['promote'],
  },
  {
    where: 'the signals of a bake',
    plan: {},
    world: seeNothing,
    waitsFor: ['bake', 'the signals of 10 %'],
    at: 'shift at 10 %',
    takes: [],
  },
  {
    where: 'the approval of a step',
    plan: { shift: { approval: true } },
    world: healthy,
    waitsFor: ['approval', '10 → 50 %'],
    at: 'shift at 10 %',
    takes: ['approve'],
  },
];

const WHILE_HOSTS_STOP: Wait[] = [
  {
    where: 'the approval of the stop',
    plan: {
      ...ONCE,
      decommission: { approveStop: true },
    },
    world: healthy,
    waitsFor: ['approval', `stop ${HOST}`],
    at: 'decommission',
    takes: ['approve'],
  },
  {
    where: "somebody else's edit of a record",
    plan: ONCE,
    world: () => World.brokenAt('foldPair', `${RECORD} was edited`, 'RecordEdited'),
    waitsFor: ['retry', 'retry of the record change'],
    at: 'decommission',
    takes: ['retry'],
  },
  {
    where: 'clients that are still connected',
    plan: ONCE,
    world: keepConnected,
    waitsFor: ['approval', 'although still connected'],
    at: 'decommission',
    takes: ['approve'],
  },
  {
    where: 'a flush that fails',
    plan: ONCE,
    world: () => World.brokenAt('flushStores'),
    waitsFor: ['retry', 'retry of flushing the stores'],
    at: 'decommission',
    takes: ['retry'],
  },
  {
    where: 'a flush that S3 does not list',
    plan: ONCE,
    world: () => new World({ awaitFlush: async () => ({ missing: [{ service: 'mimir', why: 'mimir' }] }) }),
    waitsFor: ['approval', 'although S3 does not have it'],
    at: 'decommission',
    takes: ['approve', 'retry'],
  },
  {
    where: 'the week',
    plan: {
      ...ONCE,
      decommission: {
        approveStop: false,
        hold: LONG,
      },
    },
    world: healthy,
    waitsFor: ['bake', 'the bake of the 12h before termination'],
    at: 'decommission',
    takes: ['promote'],
  },
  {
    where: 'the approval of the termination',
    plan: {
      ...ONCE,
      decommission: {
        approveStop: false,
        approveTerminate: true,
      },
    },
    world: healthy,
    waitsFor: ['approval', 'point of no return'],
    at: 'decommission',
    takes: ['approve'],
  },
];

/** Every wait from which all can be taken back. */
export const WAITS: Wait[] = [...BEFORE_USERS_MOVE, ...WHILE_USERS_MOVE, ...WHILE_HOSTS_STOP];
