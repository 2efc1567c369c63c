import { isCancellation } from '@temporalio/workflow';
import { COLLECTOR } from '../../plan/defaults';
import { definitionOf } from '../../plan/definition';
import { milliseconds } from '../../plan/duration';
import { factsOf, type Release } from '../phases/deploy';
import { messageOf, settled } from '../engine/failures';
import { heldMeasured } from '../engine/gate';
import type { Migration } from '../engine/migration';
import { call, wait } from '../engine/activities';
import type { Stage } from '../engine/ledger';

/** How long the way back waits for a service to run without its duties; the hosts start after that. */
const GIVE_BACK_MS = 3 * 60_000;

/**
 * One compactor, one ruler, one notifier: the new stack takes them over when the old one has stopped, and gives
 * them back before it starts again. Two compactors on one prefix fail queries (facts of the stack on Fargate).
 * The collector ceases to write to the old host last: replaced while a store is down it loses what it holds.
 */
export async function takeOver(run: Migration, release: Release): Promise<void> {
  const { services, ingestion } = run.plan;
  const dutiful = Object.entries(services)
    .filter(([, { duties }]) => duties.length > 0)
    .map(([name]) => name);
  if (dutiful.length > 0) {
    await held(run, release, 'taking the duties over', () =>
      settled(dutiful.map((name) => switchOn(run, release, name))),
    );
    run.progress.event(`${dutiful.join(', ')}: duties of the hosts taken over`);
  }
  if (!ingestion.dualWrite) return;
  await held(run, release, 'ending the dual write', () => endDualWrite(run, release));
  run.progress.event(`${COLLECTOR}: writes to this stack alone`);
}

/** A failure holds for retry: what is switched is safe to switch again. */
async function held(run: Migration, release: Release, what: string, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (isCancellation(error) || !(await heldMeasured(run, release, `retry of ${what}`, messageOf(error))))
        throw error;
    }
  }
}

function switchOn(run: Migration, release: Release, name: string): Promise<void> {
  const duties = run.plan.services[name]!.duties.join(', ');
  return replace(run, release, name, {
    stage: 'duties',
    back: `${name} gives ${duties} back`,
    on: `with ${duties}`,
    off: `without ${duties}`,
  });
}

function endDualWrite(run: Migration, release: Release): Promise<void> {
  return replace(run, release, COLLECTOR, {
    stage: 'ingestion',
    back: `${COLLECTOR} writes to the old host again`,
    on: 'without the old host',
    off: 'with the old host',
  });
}

/** A service from the task definition it was deployed with to that of a stack that stands alone. */
async function replace(
  run: Migration,
  release: Release,
  name: string,
  { stage, back, on, off }: { stage: Stage; back: string; on: string; off: string },
): Promise<void> {
  const { plan, owner } = run;
  const { cluster } = release;
  const count = release.counts[name]!;
  const steady = { cluster, service: name, count, timeoutMs: milliseconds(plan.deploy.steadyTimeout) };
  const deployed = release.definitions[name]!;
  run.before(stage, back, async () => {
    try {
      await wait('scaleService', `${name} ${off}`, { owner, cluster, service: name, count, taskDefinition: deployed });
      await wait('awaitSteadyState', `${name} steady at ${count}`, {
        ...steady,
        taskDefinition: deployed,
        ...(stage === 'duties' ? { timeoutMs: GIVE_BACK_MS } : {}),
      });
    } catch (error) {
      if (stage !== 'duties') throw error;
      // what does not run does not compact, and a host that has to wait for a broken service is no way back
      await wait('scaleService', `${name} to 0, since it does not run ${off}`, {
        owner,
        cluster,
        service: name,
        count: 0,
      });
      run.progress.event(`${name} to 0: ${messageOf(error)}`);
    }
  });
  const { id: taskDefinition } = await call('ensureTaskDefinition', `task definition of ${name} ${on}`, {
    owner,
    ...definitionOf(plan, name, 'on', factsOf(release, release.images[name]!)),
  });
  await wait('scaleService', `${name} ${on}`, { owner, cluster, service: name, count, taskDefinition });
  await wait('awaitSteadyState', `${name} steady at ${count}`, { ...steady, taskDefinition });
}
