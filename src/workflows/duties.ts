import { milliseconds } from '../plan/duration';
import { definitionOf, type Release } from './deploy';
import { messageOf, settled } from './failure';
import type { Migration } from './migration';
import { call, wait } from './proxies';

/**
 * One compactor, one ruler, one notifier: the new stack takes them over when the old one has stopped, and gives
 * them back before it starts again. Two compactors on one prefix fail queries (facts of the stack on Fargate).
 */
export async function takeOver(run: Migration, release: Release): Promise<void> {
  const dutiful = Object.entries(run.plan.services).filter(([, { duties }]) => duties.length > 0).map(([name]) => name);
  if (dutiful.length === 0) return;
  for (;;) {
    try {
      await settled(dutiful.map((name) => switchOn(run, release, name)));
      run.progress.event(`${dutiful.join(', ')}: duties of the hosts taken over`);
      return;
    } catch (error) {
      if (!(await run.heldForRetry('retry of taking the duties over', messageOf(error)))) throw error;
    }
  }
}

async function switchOn(run: Migration, release: Release, name: string): Promise<void> {
  const { plan, owner } = run;
  const { cluster } = release;
  const { duties } = plan.services[name]!;
  const count = release.counts[name]!;
  const steady = { cluster, service: name, count, timeoutMs: milliseconds(plan.deploy.steadyTimeout) };
  const without = release.definitions[name]!;
  run.before('duties', `${name} gives ${duties.join(', ')} back`, async () => {
    await wait('scaleService', `${name} without ${duties.join(', ')}`, { owner, cluster, service: name, count, taskDefinition: without });
    await wait('awaitSteady', `${name} steady at ${count}`, steady);
  });
  const { id: taskDefinition } = await call('ensureTaskDefinition', `task definition of ${name} with ${duties.join(', ')}`, definitionOf(run, release, name, release.images[name]!, 'on'));
  await wait('scaleService', `${name} with ${duties.join(', ')}`, { owner, cluster, service: name, count, taskDefinition });
  await wait('awaitSteady', `${name} steady at ${count}`, steady);
}
