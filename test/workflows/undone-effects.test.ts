import type { ActivityName } from '../../src/contract/activities';
import { stepOf, type Run } from './run';
import { useStubWorker } from './server';
import { HEALTHY, HOST, SURVEY } from './stubs';
import { World } from './world';

const runWorkflow = useStubWorker();

const ONCE = { shift: { weights: [100] } };
const MOVES_GRAFANA = {
  grafana: {
    database: 'move',
    target: { efs: 'fs-0123456789abcdef0' },
  },
};

type Input = Record<string, unknown>;

/** A world in which one effect goes on, whoever cancels it, until it is let go. */
class StuckWorld extends World {
  private letGo: () => void = () => undefined;
  private readonly isFree = new Promise<void>((resolve) => (this.letGo = resolve));
  private isStuck = false;

  constructor(
    private readonly effect: ActivityName,
    private readonly isMeant: (input: Input) => boolean = () => true,
  ) {
    super({
      runPreflight: async () => ({
        ...SURVEY,
        grafana: {
          instanceId: HOST,
          path: '/data/grafana.db',
        },
      }),
    });
  }

  override async answer(name: ActivityName, input: unknown): Promise<unknown> {
    const isFirst = name === this.effect && !this.isStuck && this.isMeant(input as Input);
    if (!isFirst) return super.answer(name, input);
    this.isStuck = true;
    this.calls.push({ name, input });
    await this.isFree;
    return (HEALTHY[name as keyof typeof HEALTHY] as (asked: unknown) => Promise<unknown>)(input);
  }

  free(): void {
    this.letGo();
  }

  /** Of a run that stands in its effect. */
  async untilStuck(run: Run): Promise<void> {
    await run.until(`${this.effect} to be stuck`, () => this.isStuck);
  }
}

const ofMimir = ({ service }: Input) => service === 'mimir';
const withDuties = ({ service, taskDefinition }: Input) => service === 'mimir' && taskDefinition !== undefined;

/** Of what the rows below are about: of services Mimir, of roles the tasks'. */
const isOfSame = ({ service = 'mimir', name = 'lgtmTaskRole' }: Input) =>
  service === 'mimir' && (name === 'lgtmTaskRole' || name === 'lgtm-prd');

const KINDS: [kind: string, world: StuckWorld, plan: Input, undo: string, verb: ActivityName][] = [
  ['a host', new StuckWorld('stopStack'), ONCE, `start ${HOST} and its containers`, 'startInstance'],
  ['traffic', new StuckWorld('setWeight'), ONCE, 'all traffic to the host', 'restoreTraffic'],
  ['duties', new StuckWorld('scaleService', withDuties), ONCE, 'mimir gives COMPACTOR, RULER back', 'scaleService'],
  ['a service', new StuckWorld('ensureService', ofMimir), ONCE, 'scale mimir to 0', 'scaleService'],
  ['a database', new StuckWorld('lockGrafana'), MOVES_GRAFANA, `Grafana on ${HOST} takes edits again`, 'unlockGrafana'],
  [
    'an addition',
    new StuckWorld('ensureTaskRole'),
    ONCE,
    'take our own inline policy off role lgtmTaskRole',
    'removeRolePolicy',
  ],
];

describe('an abort in the middle of an effect', () => {
  test.concurrent.each(KINDS)('is waited for by the undo of %s, until that has ended', async (...row) => {
    const [, world, plan, undo, verb] = row;
    const run = await runWorkflow({
      world,
      plan,
    });
    await world.untilStuck(run);
    const isOwn = ({ name, input }: World['calls'][number]) => name === verb && isOfSame(input as Input);
    const countOwn = () => world.calls.filter(isOwn).length;
    const before = countOwn();
    await run.say('abort');
    await run.until('its undo', (status) => stepOf(status, undo)?.state === 'running');
    expect(countOwn()).toBe(before);
    world.free();
    const status = await run.endedAs('rolled-back');
    expect(stepOf(status, undo)!.state).toBe('done');
    expect(countOwn()).toBeGreaterThan(before);
  });

  test.concurrent('lets the undos of all others go on', async () => {
    const world = new StuckWorld('ensureService', ofMimir);
    const run = await runWorkflow({ world });
    await world.untilStuck(run);
    await run.untilAsked('verifyService');
    await run.say('abort');
    await run.until('Grafana at 0', (status) => stepOf(status, 'scale grafana to 0')?.state === 'done');
    expect(world.listOf('scaleService', 'service')).toEqual(['grafana']);
    world.free();
    await run.endedAs('rolled-back');
  });
});

describe('users wait for no effect but their own', () => {
  test.concurrent.each(['abort', 'breach'])('names go back at once while a flush goes on: %s', async (cause) => {
    const world = new StuckWorld('flushStores');
    const run = await runWorkflow({
      world,
      plan: ONCE,
    });
    await world.untilStuck(run);
    if (cause === 'abort') await run.say('abort');
    else
      world.judge('failed', {
        failedClass: 'availability',
        reason: 'errors',
      });
    await run.until('the names to be back', (status) => stepOf(status, 'all traffic to the host')?.state === 'done');
    world.free();
    await run.endedAs('rolled-back');
  });

  test.concurrent('a host starts at once while its backup is asked for', async () => {
    const world = new StuckWorld('createBackup');
    const run = await runWorkflow({
      world,
      plan: ONCE,
    });
    await world.untilStuck(run);
    await run.say('abort');
    await run.untilAsked('startInstance');
    world.free();
    await run.endedAs('rolled-back');
  });

  test.concurrent('Request Cancellation goes back at once too', async () => {
    const world = new StuckWorld('createBackup');
    const run = await runWorkflow({
      world,
      plan: ONCE,
    });
    await world.untilStuck(run);
    await run.handle.cancel();
    await run.untilAsked('restoreTraffic');
    world.free();
    await run.endedAs('rolled-back');
  });
});

test.concurrent('a run does not end while something of it still goes on', async () => {
  const world = new StuckWorld('flushStores');
  const run = await runWorkflow({
    world,
    plan: ONCE,
  });
  await world.untilStuck(run);
  await run.say('abort');
  await run.until('the last undo', ({ rollback }) => rollback?.steps.every(({ state }) => state === 'done') === true);
  expect((await run.status()).outcome).toBeNull();
  world.free();
  await run.endedAs('rolled-back');
});
