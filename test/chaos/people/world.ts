import type { Dump } from '../../../lab/emulator';
import { until } from '../../../lab/until';
import { Witness } from '../../../lab/witness';
import type { Status } from '../../../src/contract/status';
import type { Count, Trial } from '../campaign';
import { listFailedTasks } from '../failed-tasks';
import { Operator } from '../../scenarios/operator';
import { Director } from '../lab/director';
import { judgeGivenBack } from '../lab/expected';
import type { LabPool } from '../lab/pool';
import { planTrial } from '../lab/rehearsal';
import { CLEANUPS, type Cleanup } from '../model/case';
import { Console } from './console';
import { DEEDS, THEIRS, type Deed, type DeedName } from './deeds';
import { SensibleOperator } from './operator';
import { listRules, PHASES, untilPhase, type PhaseName } from './phases';

/** Enough for each client to have asked on a connection that it has just opened. */
const SOME_REQUESTS = 100;
/** Of what was told; a world has many differences where nothing was given back. */
const SHOWN = 3;

/**
 * M5 on a lab: what people do by hand at each phase, while somebody sensible answers. Whatever was done, the run ends;
 * `completed` and `rolled-back` are said only where users are served; what was done is told by its name, or is healed,
 * but what was made and is needed no more where all is given back;
 * `rolled-back` is as it was before, and `rollback-incomplete` names what was done in a leftover and differs nowhere
 * else, but where the host is gone: then all stays where it works. Nobody's edit is written over silently.
 */
export function listDeedTrials(pool: LabPool): Trial[] {
  const cases = Object.entries(PHASES).flatMap(([phase, { deeds }]) =>
    deeds.map((deed) => ({
      phase: phase as PhaseName,
      deed,
    })),
  );
  return cases.map(({ phase, deed }, nth) => ({
    name: `lab: ${deed} at ${phase}`,
    kind: `M5 lab, ${kindOf(deed)}`,
    run: (count) => tryDeed(pool, phase, deed, CLEANUPS[nth % CLEANUPS.length]!, count),
  }));
}

/** What was there before the run. */
const BEFORE = /^\^?\(?(records|instances)/;

const kindOf = (deed: DeedName): string => {
  if (deed.startsWith('the host')) return 'hosts';
  return /record|weight/.test(deed) ? 'records' : 'resources';
};

/** @returns what was not right, in words */
function tryDeed(pool: LabPool, phase: PhaseName, name: DeedName, cleanup: Cleanup, count: Count): Promise<string[]> {
  const { plan, ...options } = planTrial(cleanup);
  const asking = {
    ...plan,
    shift: { approval: [10, 50, 100] },
    decommission: {},
  };
  return pool.lend((cases) =>
    cases.run(
      {
        ...options,
        plan: asking,
        rules: listRules(phase),
      },
      async (running) => {
        const director = new Director(cases.lab, running, count);
        const operator = new SensibleOperator(director);
        if (!(await untilPhase(director, operator, phase))) return ['its moment did not come'];
        const deed: Deed = DEEDS[name];
        await operator.forget();
        await deed.do(new Console(new Operator(cases.lab, cases.client)));
        count('moments');
        const status = await operator.seeToEnd();
        const after = await director.emulator.dump();
        const end = {
          status,
          after,
          before: director.before,
          cleanup,
          told: [...operator.told],
          lost: await countLost(director),
        };
        return [...judgeDeed(deed, end), ...(await listFailedTasks(director.handle))];
      },
    ),
  );
}

interface End {
  status: Status;
  before: Dump;
  after: Dump;
  cleanup: Cleanup;
  told: string[];
  /** of users' requests, in words; null: none */
  lost: string | null;
}

function judgeDeed(deed: Deed, end: End): string[] {
  const { status, after, told } = end;
  const { outcome } = status;
  const isTold = told.some((text) => deed.called.test(text));
  const isKept = JSON.stringify(after.records).includes(THEIRS);
  const isHealed = deed.isHealed?.(after) ?? isKept;
  // what was made is nobody's any more once all was given back
  const isOver = outcome === 'rolled-back' && !BEFORE.test(deed.touches.source);
  return [
    ...(isTold || isHealed || isOver ? [] : [`${outcome}, and nothing says ${deed.called}`]),
    ...(outcome === 'rollback-incomplete' ? judgeLeft(deed, end) : judgeWhole(deed, end)),
  ];
}

/** Users are served; what is said to be taken back is. */
function judgeWhole({ touches }: Deed, { status, before, after, cleanup, lost }: End): string[] {
  const served = lost === null ? [] : [`${status.outcome}, and ${lost}`];
  if (status.outcome === 'completed') {
    const isOff = after.instances.every(({ state }) => state === 'terminated');
    return isOff ? served : [...served, 'completed, and a host is there'];
  }
  const differing = judgeGivenBack(before, after, cleanup).filter((problem) => !isOfMade(problem, touches));
  return [...served, ...differing.slice(0, SHOWN)];
}

/** What was made and is gone is no difference; the records and hosts were there before. */
const isOfMade = (problem: string, touches: RegExp): boolean => touches.test(problem) && !BEFORE.test(problem);

function judgeLeft({ called, touches }: Deed, { status, before, after, cleanup, lost }: End): string[] {
  const { leftovers } = status;
  const texts = leftovers.map(({ what, why }) => `${what}: ${why}`);
  const named = texts.some((text) => called.test(text)) ? [] : [`no leftover says ${called}: ${texts.join(' | ')}`];
  const isFrozen = texts.some((text) => text.includes('traffic stays where it works'));
  if (isFrozen) return lost === null ? named : [...named, `frozen, and ${lost}`];
  const differing = judgeGivenBack(before, after, cleanup).filter((problem) => !touches.test(problem));
  return [...named, ...differing.slice(0, SHOWN)];
}

/** Whether clients who know nothing yet are served now. */
async function countLost({ emulator }: Director): Promise<string | null> {
  const witness = await new Witness(emulator).start();
  await until(`${SOME_REQUESTS} requests`, async () => (await witness.read()).asked >= SOME_REQUESTS);
  const { asked, lost, failures } = await witness.stop();
  const count = Object.values(lost).reduce((sum, side) => sum + side.count, 0);
  if (count === 0) return null;
  const [first] = failures;
  return `${count} of ${asked} requests are lost: ${first?.side} at ${first?.to}: ${first?.why}`;
}
