import { isCancellation } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { PairRequest, SavedRecord } from '../../contract/records';
import { atOnce, volumeOf } from '../../plan/names';
import { readsOf } from '../../plan/reads';
import type { Release } from './deploy';
import { Breach, messageOf, typeOf } from '../engine/failures';
import { gate, heldMeasured } from '../engine/gate';
import { announce, moveGrafana } from '../moves/grafana';
import type { Migration } from '../engine/migration';
import { call, wait } from '../engine/activities';

/** How long resolvers keep an alias to a load balancer, whatever the TTL of the pair (facts of AWS). */
const ALIAS_TTL_S = 60;

/** Both sides of names that move, as every record activity takes them. */
export function pairOf({ plan }: Migration, records: SavedRecord[], { loadBalancer }: Release): PairRequest {
  return {
    hostedZone: plan.hostedZone,
    ttl: plan.shift.ttl,
    name: plan.name,
    records,
    loadBalancer: { dnsName: loadBalancer.dnsName, hostedZoneId: loadBalancer.hostedZoneId },
  };
}

/** Waits until Route 53's servers have a change, then until every resolver has forgotten what was before. */
export async function answered(run: Migration, changeId: string | undefined, ttlSeconds: number): Promise<void> {
  if (changeId) await wait('awaitInSync', 'until Route 53 is INSYNC', { changeId });
  await run.rest(ttlSeconds * 1000, 'until resolvers have forgotten the old answer');
}

/** Phase 7 of the plan document: 10, 50, 100 %, and between them the gate. What moves its database waits for the last. */
export async function shift(run: Migration, found: Survey, release: Release): Promise<void> {
  const { plan, progress } = run;
  const staying = found.records.filter(({ moved }) => !moved);
  const pair = pairOf(run, staying, release);
  progress.begin('shift');
  if (staying.length === 0) return atFull(run, release);
  tellReads(run);
  await prepare(run, release, pair);
  const late = atOnce(plan);
  const early = { ...pair, records: pair.records.filter(({ name }) => !late.includes(name)) };
  const waits = early.records.length < pair.records.length;
  if (waits) announce(run);

  let from = 0;
  for (const weight of plan.shift.weights) {
    await run.unpaused();
    const last = weight === plan.shift.weights.at(-1);
    if (waits && !last && early.records.length === 0) {
      progress.step(weight, 'skipped', 'no name moves before the last step');
      continue;
    }
    progress.step(weight, 'setting');
    if (waits && last) {
      if ([plan.shift.approval].flat().some(Boolean) && from === 0)
        await run.approved(
          '0 → 100 %',
          'Grafana moves in one step, its database with it; from then on nobody saves on the host',
        );
      await moveGrafana(run, found, release);
    }
    await setWeight(
      run,
      release,
      waits && !last ? early : pair,
      from,
      weight,
      waits && last ? Object.fromEntries(late.map((name) => [name, 0])) : undefined,
    );
    progress.step(weight, 'baking');
    try {
      await bake(run, release, weight);
    } catch (error) {
      progress.step(weight, 'failed', messageOf(error));
      throw error;
    }
    progress.step(weight, 'done');
    progress.event(`${weight} % held`);
    from = weight;
  }
  progress.end('shift', 'done');
}

/** From now on users read on both sides, and neither has all. */
function tellReads({ plan, progress, status }: Migration): void {
  const reads = readsOf(plan);
  status.data = { ...status.data, reads };
  reads.forEach((sentence) => progress.event(sentence));
}

/** An earlier run moved every name: users feel what was deployed now, so it is judged like a last step. */
async function atFull(run: Migration, release: Release): Promise<void> {
  const { plan, progress } = run;
  run.status.weight = 100;
  plan.shift.weights.forEach((weight) => progress.step(weight, weight === 100 ? 'baking' : 'skipped'));
  progress.detail('shift', '100 % since an earlier run');
  try {
    await bake(run, release, 100);
  } catch (error) {
    progress.step(100, 'failed', messageOf(error));
    throw error;
  }
  progress.step(100, 'done');
  progress.end('shift', 'done');
}

/** Every TTL that clients may hold becomes short and is waited out; then the names become weighted pairs. */
async function prepare(run: Migration, release: Release, pair: PairRequest): Promise<void> {
  const names = pair.records.map(({ name }) => name).join(', ');
  run.before('record', `${names} as before`, async () => {
    const { changeId } = await call('restoreRecords', `${names} as before`, { ...pair, addresses: run.addresses });
    await answered(run, changeId, 0);
  });
  run.before('traffic', 'all traffic to the host', async () => {
    const { changeId } = await call('restoreTraffic', 'weights: host 100, ECS 0', {
      ...pair,
      addresses: run.addresses,
    });
    await answered(run, changeId, changeId ? Math.max(pair.ttl, ALIAS_TTL_S) : 0);
    run.status.weight = 0;
    run.progress.publish();
  });
  const { hostedZone, ttl, records } = pair;
  const lowered = await recordsChanged(run, release, () =>
    call('lowerTtl', `TTL of ${names} to ${ttl} s`, { hostedZone, ttl, records }),
  );
  run.progress.detail('shift', `TTL ${ttl} s, waiting out ${lowered.waitSeconds} s`);
  await answered(run, lowered.changeId, lowered.waitSeconds);
  const made = await recordsChanged(run, release, () =>
    call('createPair', `${names}: weighted pair, host 100 and ECS 0`, pair),
  );
  await answered(run, made.changeId, 0);
  run.progress.event(`${names}: weighted pair made, host 100, ECS 0`);
}

async function setWeight(
  run: Migration,
  release: Release,
  pair: PairRequest,
  from: number,
  to: number,
  stood?: Record<string, number>,
): Promise<void> {
  const { changeId } = await recordsChanged(run, release, () =>
    call('setWeight', `weights: ECS ${to}, host ${100 - to}`, { ...pair, from, to, ...(stood ? { stood } : {}) }),
  );
  run.status.weight = to;
  run.progress.step(to, 'syncing');
  run.progress.detail('shift', `${to} %`);
  await answered(run, changeId, pair.ttl);
  run.progress.event(`weight ${to} %: INSYNC, and one TTL waited`);
}

/**
 * Somebody else's edit of a record holds and shows the difference; it is never written over. Before users were moved any
 * failure holds (case 1); afterwards the signals are judged meanwhile, and any other failure goes back.
 */
export async function recordsChanged<T>(run: Migration, release: Release, change: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await change();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const holds = typeOf(error) === 'RecordEdited' || run.status.weight === 0;
      if (!holds || !(await heldMeasured(run, release, 'retry of the record change', messageOf(error)))) throw error;
    }
  }
}

/** One bake; a performance failure first scales the services behind the names out and bakes again (case 3). */
async function bake(run: Migration, release: Release, weight: number): Promise<void> {
  const { plan, progress } = run;
  const next = plan.shift.weights[plan.shift.weights.indexOf(weight) + 1];
  const { approval } = plan.shift;
  const wanted = Array.isArray(approval) ? approval.includes(weight) : approval && next !== undefined;
  const request = {
    what: `${weight} %`,
    bake: plan.shift.bake,
    ...(wanted ? { approval: next === undefined ? `the end of the shift` : `${weight} → ${next} %` } : {}),
  };
  try {
    await gate(run, release, request);
  } catch (error) {
    const scalable =
      error instanceof Breach &&
      error.signalClass === 'performance' &&
      plan.deploy.scaleOutPercent > 100 &&
      behind(run).length > 0;
    if (!scalable || run.scaledOut) throw error;
    progress.event(`${messageOf(error)}; scaling out before going back`);
    await scaleOut(run, release);
    await gate(run, release, request);
  }
}

/** The services behind the names that may have more tasks; SQLite on EFS bears one writer. */
function behind({ plan }: Migration): string[] {
  return [...new Set(plan.records.map(({ service }) => service))].filter((service) => !volumeOf(plan, service));
}

async function scaleOut(run: Migration, release: Release): Promise<void> {
  const { plan, owner } = run;
  run.scaledOut = true;
  for (const service of behind(run)) {
    const count = Math.ceil((release.counts[service]! * plan.deploy.scaleOutPercent) / 100);
    await call('scaleService', `scale ${service} out to ${count}`, { owner, cluster: release.cluster, service, count });
    release.counts[service] = count;
    await wait('awaitSteadyState', `${service} steady at ${count}`, {
      cluster: release.cluster,
      service,
      count,
      timeoutMs: 15 * 60_000,
    });
    run.progress.event(`${service} scaled out to ${count}`);
  }
}
