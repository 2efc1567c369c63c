import { allHandlersFinished, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { DeploymentAnswer, DeploymentRequest, EndedDeployment } from '../contract/deployments';
import {
  answerDeploymentSignal,
  deploymentRefusalQuery,
  endDeploymentSignal,
  knockSignal,
  requestDeploymentSignal,
  stopDeploymentSignal,
  workflowIdOf,
} from '../contract/messages';
import { failFor } from './engine/failures';
import { isMessage } from './engine/message';
import { tellNeighbour } from './engine/neighbour';
import { writeRemoval } from './engine/resource';
import type { Run } from './engine/run';
import { nameFamily } from '../plan/names';
import {
  tellDeployed,
  tellDeploymentIsGone,
  tellDeploymentRuns,
  tellUnreadMessage,
  tellLetIn,
  tellStopped,
} from './moves/texts';

/** How long a way back waits for a deployment that was told to stop: users come first. */
const STOP_TIMEOUT = '5m';
/** Of its timer. */
export const STOP_SUMMARY = 'until the deployment has put its services back';

const REQUEST = { workflowId: 'string', runId: 'string', owner: 'object', services: 'object' } as const;
const ENDED = { runId: 'string', services: 'object' } as const;

// What a migration says to deployments of its stack. It lets one in while it stands still, and goes on when that has
// ended: what it goes back to is then what the deployment has left.

/** Answers deployments that ask. */
export function listenToDeployments(migration: Run): void {
  setHandler(requestDeploymentSignal, async (request) => {
    if (!isMessage(request, REQUEST)) return migration.progress.addEvent(tellUnreadMessage());
    const answer = decide(migration, request);
    await tellNeighbour(request, answerDeploymentSignal, answer);
  });
  setHandler(endDeploymentSignal, (ended) => {
    if (isMessage(ended, ENDED)) takeOver(migration, ended);
    else migration.progress.addEvent(tellUnreadMessage());
  });
  setHandler(deploymentRefusalQuery, (duringWeek) => refuse(migration, duringWeek));
}

/** Before anything is changed. @throws DeploymentRuns: one that runs would change what is moved */
export async function requireNoDeployment({ plan }: Run): Promise<void> {
  const isRunning = await tellNeighbour(
    {
      workflowId: workflowIdOf('deployment', plan.name),
    },
    knockSignal,
  );
  if (isRunning) throw failFor('DeploymentRuns', tellDeploymentRuns(plan.name));
}

/** Lets none in any more, and waits until the one that runs has put the services back, for some minutes. */
export async function stopDeployment({ deployments, progress }: Run, reason: string): Promise<void> {
  deployments.isClosed = true;
  const { running } = deployments;
  if (running === null) return;
  const isThere = await tellNeighbour(running, stopDeploymentSignal, reason);
  const hasStopped =
    isThere && (await condition(() => deployments.running === null, STOP_TIMEOUT, { summary: STOP_SUMMARY }));
  progress.addEvent(hasStopped ? tellStopped(running.services) : tellDeploymentIsGone(running.services));
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

function refuse(migration: Run, duringWeek: boolean): string | null {
  return migration.deployments.refuse(situationOf(migration), duringWeek);
}

function decide(migration: Run, request: DeploymentRequest): DeploymentAnswer {
  const { deployments, facts, progress } = migration;
  const refusal = refuse(migration, request.duringWeek);
  if (refusal !== null) return { refusal };
  const moment = deployments.findMoment(situationOf(migration))!;
  // one that asks again is the same; another one can only run when that has ended
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
  const { owner, runId, services } = request;
  migration.deployments.running = request;
  // a newer plan may have services that this one has not
  for (const name of services.filter((service) => service in migration.plan.services)) {
    const family = nameFamily(name, migration.plan.services[name]!);
    const id = `deregister task definition ${family} of deployment ${runId}`;
    writeRemoval(migration, id, 'removeTaskDefinition', { owner, family });
  }
  void CancellationScope.nonCancellable(() => noticeWhenGone(migration, request));
}

/** One that was ended from outside tells nobody; somebody who says retry has it looked for. */
async function noticeWhenGone({ deployments, control, progress }: Run, request: DeploymentRequest): Promise<void> {
  const hasEnded = () => deployments.running !== request;
  while (!hasEnded()) {
    control.isRetried = false;
    await condition(() => hasEnded() || control.isRetried);
    if (hasEnded()) return;
    const isThere = await tellNeighbour(request, knockSignal);
    if (isThere || hasEnded()) continue;
    deployments.running = null;
    progress.addEvent(tellDeploymentIsGone(request.services));
  }
}

/** What runs from now on is what a step builds on and what an undo goes back to. */
function takeOver({ deployments, facts, ledger, progress }: Run, { runId, services }: EndedDeployment): void {
  if (deployments.running?.runId !== runId) return;
  const { release } = facts;
  for (const [name, { taskDefinition, withoutDuties, count, image }] of Object.entries(services)) {
    release!.definitions[name] = withoutDuties ?? taskDefinition;
    release!.counts[name] = count;
    release!.images[name] = image;
  }
  for (const undo of ledger.list()) {
    if (undo.verb !== 'revertService') continue;
    const { input } = undo;
    const deployed = services[input.service];
    if (!deployed) continue;
    const { count, taskDefinition, withoutDuties } = deployed;
    ledger.replace({ ...undo, input: { ...input, count, taskDefinition: withoutDuties ?? taskDefinition } });
  }
  progress.addEvent(tellDeployed(deployments.running.services, Object.values(services)));
  deployments.running = null;
}
