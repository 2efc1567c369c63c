import { allHandlersFinished, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { DeploymentAnswer, DeploymentRequest, EndedDeployment } from '../contract/deployments';
import {
  answerDeploymentSignal,
  deploymentRefusalQuery,
  endDeploymentSignal,
  knockSignal,
  lookSignal,
  requestDeploymentSignal,
  stopDeploymentSignal,
  workflowIdOf,
} from '../contract/messages';
import { mayFallShort } from '../plan/deployment';
import { nameFamily } from '../plan/names';
import type { Plan } from '../plan/schema';
import { failFor } from './engine/failures';
import { tellNeighbour } from './engine/neighbour';
import { writeRemoval } from './engine/resource';
import type { Run } from './engine/run';
import { isEnd, isRequest, readMessage } from './messages';
import { tellDeploymentIsGone, tellDeploymentRuns, tellEnded, tellLetIn, tellNotStopped } from './moves/texts';

/** Of the timer of a way back that has told a deployment to stop. */
export const STOP_SUMMARY = 'until the deployment has put its services back';
/** Of its timer once it has told it to give up what is under way. */
export const GIVE_UP_SUMMARY = 'until the deployment has given up what is under way';
/** Of the timer after which one that says nothing is looked for. */
const LOOK_SUMMARY = 'until the deployment is looked for';
/** How often a deployment is told to stop, and how long its end is waited for each time. */
const STOPS = [
  {
    timeout: '5m',
    summary: STOP_SUMMARY,
  },
  {
    timeout: '1m',
    summary: GIVE_UP_SUMMARY,
  },
] as const;

// What a migration says to deployments of its stack. It lets one in while it stands still, and goes on when that has
// ended: what it goes back to is then what the deployment has left.

/** Answers deployments that ask. */
export function listenToDeployments(migration: Run): void {
  setHandler(requestDeploymentSignal, async (said) => {
    const request = readMessage(migration, 'what a deployment asks', isRequest, said);
    if (request) await answer(migration, request);
  });
  setHandler(endDeploymentSignal, (said) => {
    const ended = readMessage(migration, 'how a deployment ended', isEnd, said);
    if (ended) takeOver(migration, ended);
  });
  setHandler(deploymentRefusalQuery, (duringWeek) => refuse(migration, duringWeek));
}

/** Before anything is changed. @throws DeploymentRuns: one that runs would change what is moved */
export async function requireNoDeployment({ plan }: Run): Promise<void> {
  const isRunning = await tellNeighbour({ workflowId: workflowIdOf('deployment', plan.name) }, knockSignal);
  if (isRunning) throw failFor('DeploymentRuns', tellDeploymentRuns(plan.name));
}

/**
 * Lets none in any more, and waits until the one that runs has ended: it puts the services back at once, and gives up
 * what it can't after some minutes. One that does not end then either is named, and the way back goes on.
 */
export async function stopDeployment({ plan, deployments, progress }: Run, reason: string): Promise<void> {
  deployments.isClosed = true;
  const { running } = deployments;
  if (running === null) return;
  const neighbour = neighbourOf(plan, running);
  const hasEnded = () => deployments.running !== running;
  let isThere = true;
  for (const { timeout, summary } of STOPS) {
    isThere = await tellNeighbour(neighbour, stopDeploymentSignal, reason);
    if (isThere && !hasEnded()) await condition(hasEnded, timeout, { summary });
    if (hasEnded()) return;
    if (!isThere) break;
  }
  isThere &&= await tellNeighbour(neighbour, knockSignal);
  if (hasEnded()) return;
  const { services } = running;
  progress.addEvent(isThere ? tellNotStopped(services, neighbour.workflowId) : tellDeploymentIsGone(services));
  deployments.running = null;
}

/** At the end: whoever has asked hears an answer. */
export async function closeToDeployments({ deployments }: Run): Promise<void> {
  deployments.isClosed = true;
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
}

const situationOf = ({ status, control, facts }: Run) => ({
  status,
  isPaused: control.isPaused,
  isDeployed: facts.release !== null,
});

/** Nobody else can be it, whoever asked. */
const neighbourOf = ({ name }: Plan, { runId }: DeploymentRequest) => ({
  workflowId: workflowIdOf('deployment', name),
  runId,
});

/** One that can't be told is gone, or never was. */
async function answer(migration: Run, request: DeploymentRequest): Promise<void> {
  const isAnother = await runsAnother(migration, request);
  const answered = isAnother ? { refusal: tellDeploymentRuns(migration.plan.name) } : decide(migration, request);
  const isThere = await tellNeighbour(neighbourOf(migration.plan, request), answerDeploymentSignal, answered);
  if (!isThere) forget(migration, request);
}

/** Of two that say that they run one has ended; a request may be nobody's. */
async function runsAnother({ plan, deployments }: Run, { runId }: DeploymentRequest): Promise<boolean> {
  const { running } = deployments;
  if (running === null || running.runId === runId) return false;
  return tellNeighbour(neighbourOf(plan, running), knockSignal);
}

function forget({ deployments, progress }: Run, { runId, services }: DeploymentRequest): void {
  if (deployments.running?.runId !== runId) return;
  deployments.running = null;
  progress.addEvent(tellDeploymentIsGone(services));
}

function refuse(migration: Run, duringWeek: boolean): string | null {
  return migration.deployments.refuse(situationOf(migration), duringWeek);
}

function decide(migration: Run, request: DeploymentRequest): DeploymentAnswer {
  const { deployments, facts, progress } = migration;
  const refusal = refuse(migration, request.duringWeek);
  if (refusal !== null) return { refusal };
  const moment = deployments.findMoment(situationOf(migration))!;
  // one that asks again is the same
  if (deployments.running?.runId !== request.runId) letIn(migration, request);
  progress.addEvent(tellLetIn(request.services, moment));
  const { oldHost } = facts;
  return {
    refusal,
    moment,
    ...(oldHost === null ? {} : { oldHost }),
  };
}

function letIn(migration: Run, request: DeploymentRequest): void {
  const { runId, firstRunId, services } = request;
  const owner = { ...migration.owner, run: firstRunId };
  migration.deployments.running = request;
  // a newer plan may have services that this one has not
  const known = services.filter((service) => Object.hasOwn(migration.plan.services, service));
  for (const name of known) {
    const family = nameFamily(name, migration.plan.services[name]!);
    const id = `deregister task definition ${family} of deployment ${runId}`;
    writeRemoval(migration, id, 'removeTaskDefinition', { owner, family });
  }
  const short = known.filter((name) => mayFallShort(migration.plan.services[name]!));
  for (const name of short) migration.watch.leaveOut(name);
  void CancellationScope.nonCancellable(async () => {
    await noticeWhenGone(migration, request);
    for (const name of short) migration.watch.lookAt(name);
  });
}

/** How long after it was let in a deployment is looked for; doubles each time, up to the longest. */
const LOOK_MS = {
  first: 10 * 60_000,
  longest: 6 * 60 * 60_000,
};

/** One that was ended from outside tells nobody: it is looked for now and then, and when somebody says retry. */
async function noticeWhenGone(migration: Run, request: DeploymentRequest): Promise<void> {
  const { plan, deployments, control } = migration;
  const hasEnded = () => deployments.running !== request;
  for (let pauseMs = LOOK_MS.first; !hasEnded(); pauseMs = Math.min(2 * pauseMs, LOOK_MS.longest)) {
    control.isRetried = false;
    await condition(() => hasEnded() || control.isRetried, pauseMs, {
      summary: LOOK_SUMMARY,
    });
    if (hasEnded()) return;
    const isThere = await tellNeighbour(neighbourOf(plan, request), lookSignal);
    if (!isThere) forget(migration, request);
  }
}

/** What runs from now on is what a step builds on and what an undo goes back to. */
function takeOver(migration: Run, { runId, services, leftovers = [] }: EndedDeployment): void {
  const { deployments, progress } = migration;
  if (deployments.running?.runId !== runId) return;
  renewRelease(migration, services);
  renewUndos(migration, services);
  const { running, isClosed } = deployments;
  progress.addEvent(tellEnded(running.services, Object.values(services), leftovers, isClosed));
  deployments.leftovers = leftovers;
  deployments.running = null;
}

function renewRelease({ facts }: Run, services: EndedDeployment['services']): void {
  const { release } = facts;
  for (const [name, { taskDefinition, withoutDuties, count, image }] of Object.entries(services)) {
    // a newer plan may have services that this one has not
    if (!Object.hasOwn(release!.definitions, name)) continue;
    release!.definitions[name] = withoutDuties ?? taskDefinition;
    release!.counts[name] = count;
    release!.images[name] = image;
  }
}

function renewUndos({ ledger }: Run, services: EndedDeployment['services']): void {
  for (const undo of ledger.list()) {
    if (undo.verb !== 'revertService') continue;
    const { input } = undo;
    const deployed = services[input.service];
    if (!deployed) continue;
    const { count, taskDefinition, withoutDuties } = deployed;
    ledger.replace({
      ...undo,
      input: {
        ...input,
        count,
        taskDefinition: withoutDuties ?? taskDefinition,
      },
    });
  }
}
