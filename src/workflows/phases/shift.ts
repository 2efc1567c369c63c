import { isCancellation } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { LoadBalancer } from '../../contract/load-balancers';
import { findVolume, listSenderNames, listUserRecords } from '../../plan/names';
import { describeVisibility } from '../../plan/visibility';
import { perform } from '../engine/activities';
import { Breach, failFor, messageOf } from '../engine/failures';
import { passGate } from '../engine/gate';
import { holdUntilApproval, holdWhilePaused, retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';
import type { Release } from '../engine/release';
import { describeApproval, planSteps, type ShiftStep } from '../engine/steps';
import { checkPrivateAnswers } from '../moves/answers';
import { writeSendersBack } from '../moves/arrivals';
import { cutSenders } from '../moves/cut';
import { announceGrafanaMove, moveGrafana } from '../moves/grafana';
import { listRunning } from '../moves/hosts';
import { proveReach } from '../moves/reach';
import { ReceivedWatch } from '../moves/received';
import { createPairRequests } from '../moves/pairs';
import { prepareRecords, setWeight } from '../moves/records';
import { tellDeleted, tellOtherBalancer } from '../moves/texts';
import type { Groundwork } from './groundwork';

/** How long a scale-out may take. */
const SCALE_OUT_MS = 15 * 60_000;

/** Phase 7 of the plan document: 10, 50, 100 %, and between them the gate. What moves its database waits for the last. */
export async function shift(migration: Run, survey: Survey, release: Release, groundwork: Groundwork): Promise<void> {
  const { plan, progress } = migration;
  const records = survey.records.filter(({ moved }) => !moved);
  progress.beginPhase('shift');
  if (records.length === 0) return judgeEarlierShift(migration, survey, release);
  tellReads(migration, survey);
  const pairs = createPairRequests(migration, records, release);
  const hosts = listRunning(survey).map(({ instanceId }) => instanceId);
  await prepareRecords(migration, pairs, hosts);
  const steps = planSteps(plan, records);
  if (steps.some(({ movesGrafana }) => movesGrafana)) announceGrafanaMove(migration);
  const received = await beginToCount(migration, survey, release);
  for (const step of steps) {
    await holdWhilePaused(migration);
    if (!migration.facts.hasSentUsers) {
      await requireWhole(migration, groundwork, release);
      await proveReach(migration, survey, release, listNames(records));
    }
    await takeStep(migration, survey, release, step);
    if (step.skipped === undefined) await received.look();
  }
  await cutSenders(migration, survey, received);
  progress.endPhase('shift', 'done');
}

/** What both sides receive, from before the first weight on. */
async function beginToCount(migration: Run, survey: Survey, release: Release): Promise<ReceivedWatch> {
  const received = new ReceivedWatch(migration, survey, release);
  await received.look();
  writeSendersBack(migration, survey);
  if (listSenderNames(migration.plan).length > 0) migration.facts.received = received;
  return received;
}

/** Before the first users come: what somebody has deleted meanwhile is named, and a retry makes it anew. */
async function requireWhole(migration: Run, groundwork: Groundwork, release: Release): Promise<void> {
  let isGone = false;
  // one object, whenever it is deployed anew
  const { loadBalancer, ingest } = release;
  await retryWhenTold(migration, 'making what was deleted', async () => {
    if (isGone) await remake(groundwork, { loadBalancer, ...(ingest && { ingest }) });
    const missing = await groundwork.findMissing();
    isGone = missing.length > 0;
    if (isGone) throw failFor('Missing', tellDeleted(missing));
    await groundwork.verifySenders();
  });
}

async function remake(groundwork: Groundwork, before: Pick<Release, 'loadBalancer' | 'ingest'>): Promise<void> {
  await groundwork.mend();
  const { loadBalancer, ingest } = await groundwork.deploy();
  requireSame(before.loadBalancer, loadBalancer);
  if (before.ingest) requireSame(before.ingest.loadBalancer, ingest!.loadBalancer);
}

function requireSame(before: LoadBalancer, { dnsName }: LoadBalancer): void {
  if (dnsName !== before.dnsName) throw failFor('OtherBalancer', tellOtherBalancer(before.dnsName, dnsName));
}

/** One weight: set it, wait for it to be true, bake, gate. */
async function takeStep(migration: Run, survey: Survey, release: Release, step: ShiftStep): Promise<void> {
  const { plan, progress } = migration;
  const { weight, skipped } = step;
  if (skipped !== undefined) {
    progress.setStep(weight, 'skipped', skipped);
    return;
  }
  progress.setStep(weight, 'setting');
  if (step.needsApprovalBefore) await askBeforeGrafanaMoves(migration);
  if (step.movesGrafana) {
    migration.watch.leaveOut(plan.grafana.service);
    await moveGrafana(migration, survey, release);
  }
  await orFailStep(migration, weight, async () => {
    await setWeight(migration, release, step);
    await checkPrivateAnswers(migration, survey, release, step);
    await bake(migration, release, weight, listNames(step.records));
  });
  progress.addEvent(`${weight} % held`);
}

/** Who looks back finds at which weight it went wrong, and why. */
async function orFailStep(migration: Run, weight: number, effect: () => Promise<void>): Promise<void> {
  const { progress } = migration;
  try {
    await effect();
  } catch (error) {
    progress.setStep(weight, 'failed', migration.explainEnd(error));
    throw error;
  }
  progress.setStep(weight, 'done');
}

function askBeforeGrafanaMoves(migration: Run): Promise<void> {
  const reason = 'Grafana moves in one step, its database with it; from then on nobody saves on the host';
  return holdUntilApproval(migration, { what: '0 → 100 %', reason });
}

/** From now on users read on both sides, and neither has all. */
function tellReads({ plan, progress, status }: Run, { ingest }: Survey): void {
  const reads = describeVisibility(plan, ingest?.ports);
  status.data = { ...status.data, reads };
  for (const sentence of reads) progress.addEvent(sentence);
}

/**
 * An earlier run moved every name: users feel what was deployed now, so it is judged like a last step. Senders that held
 * their connections through that run are still at the hosts.
 */
async function judgeEarlierShift(migration: Run, survey: Survey, release: Release): Promise<void> {
  const { plan, progress, watch } = migration;
  progress.setWeight(100);
  for (const weight of plan.shift.weights) {
    if (weight !== 100) progress.setStep(weight, 'skipped');
  }
  progress.setDetail('shift', '100 % since an earlier run');
  const moved = listNames(plan.records);
  watch.judgeAnew(release, 'at 100 %', moved);
  const received = new ReceivedWatch(migration, survey, release);
  await received.look();
  await orFailStep(migration, 100, () => bake(migration, release, 100, moved));
  await cutSenders(migration, survey, received);
  progress.endPhase('shift', 'done');
}

const listNames = (records: { name: string }[]): string[] => records.map(({ name }) => name);

/**
 * One bake; where services are slow those behind the names are first scaled out, and it bakes again (case 3).
 * @param moving names that have this weight: somebody has to come to each
 */
async function bake(migration: Run, release: Release, weight: number, moving: string[]): Promise<void> {
  const { plan, progress, watch } = migration;
  const approval = describeApproval(plan, weight);
  const request = {
    what: `${weight} %`,
    bake: plan.shift.bake,
    ...(approval !== undefined && { describeApproval: () => approval }),
  };
  progress.setStep(weight, 'baking');
  watch.hasRemedy = mayScaleOut(migration);
  try {
    await passGate(migration, request);
  } catch (error) {
    const { slowness } = watch;
    if (!slowness || error !== slowness) throw error;
    watch.hasRemedy = false;
    await scaleOutOrGoBack(migration, release, slowness);
    watch.judgeAnew(release, `at ${weight} %`, moving);
    await passGate(migration, request);
  } finally {
    watch.hasRemedy = false;
  }
}

function mayScaleOut(migration: Run): boolean {
  const { plan, facts } = migration;
  const isAllowed = plan.deploy.scaleOutPercent > 100 && !facts.hasScaledOut;
  return isAllowed && listScalable(migration).length > 0;
}

/**
 * The services behind the names that may have more tasks: SQLite on EFS takes one writer, and a store without a ring
 * finds only what it has itself.
 */
function listScalable({ plan }: Run): string[] {
  const services = new Set(listUserRecords(plan).flatMap(({ service }) => service ?? []));
  return [...services].filter((service) => {
    const { store, ring } = plan.services[service]!;
    const isAlone = store !== undefined && !ring;
    return !isAlone && !findVolume(plan, service);
  });
}

/** @throws Breach where it fails: services that are slow and stay so are none to wait on */
async function scaleOutOrGoBack(migration: Run, release: Release, { message }: Breach): Promise<void> {
  migration.progress.addEvent(`${message}; scaling out before going back`);
  try {
    await scaleOut(migration, release);
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw new Breach('performance', `${message}, and scaling out failed: ${messageOf(error)}`);
  }
}

async function scaleOut(migration: Run, release: Release): Promise<void> {
  const { plan, owner, facts, progress } = migration;
  const { cluster, counts } = release;
  facts.hasScaledOut = true;
  for (const service of listScalable(migration)) {
    await holdWhilePaused(migration);
    const count = Math.ceil((counts[service]! * plan.deploy.scaleOutPercent) / 100);
    const goal = {
      cluster,
      service,
      count,
      timeoutMs: SCALE_OUT_MS,
    };
    await perform('scaleService', `scale ${service} out to ${count}`, { owner, ...goal });
    counts[service] = count;
    await perform('awaitSteadyState', `${service} steady at ${count}`, goal);
    progress.addEvent(`${service} scaled out to ${count}`);
  }
}
