import type { RecoverInput } from '../contract/recovery';
import type { Status } from '../contract/status';
import { conduct } from './conduct';
import { closeToDeployments, listenToDeployments, requireNoDeployment } from './deployments';
import { failFor } from './engine/failures';
import { runPhase } from './engine/phase';
import { Run } from './engine/run';
import { goBack } from './migrate';
import { parseRecovery } from './input';
import { tellUnmeasuredMemory } from './moves/texts';

/**
 * The way back of a run that could not go it itself, since somebody has terminated it. It has a migration's workflow id,
 * so that one at a time holds; forward it only looks whether it may begin.
 */
export async function recover(asked?: RecoverInput): Promise<Status> {
  const input = await parseRecovery(asked);
  const run = new Run('recovery', input.plan);
  listenToDeployments(run);
  run.deployments.isClosed = true;
  const status = await conduct(run, {
    forward: () => takeUp(run, input),
    goBack: (reason) => goBack(run, reason),
  });
  await closeToDeployments(run);
  return status;
}

/** The ledger of the other run is this one's from here on. @throws Recovery, with which the way back begins */
async function takeUp(run: Run, input: RecoverInput): Promise<never> {
  const { undos, weight, reason, derived, requests, grafana } = input;
  const { progress } = run;
  progress.setWeight(weight);
  if (requests) {
    run.facts.hasSentUsers = true;
    run.facts.requests = requests;
  }
  if (grafana) progress.addData({ grafana });
  await runPhase(run, 'check', () => requireNoDeployment(run));
  showUsers(run, input);
  for (const undo of undos) run.writeUndo(undo);
  for (const sentence of derived) progress.addEvent(sentence);
  if (requests) progress.addEvent(tellUnmeasuredMemory());
  throw failFor('Recovery', reason);
}

/** Who is on ECS is measured until the way back has ended; a balancer's own errors may be somebody else's. */
function showUsers({ plan, watch }: Run, { weight, requests, counts }: RecoverInput): void {
  if (weight === 0 || !requests || !counts) return;
  const { groups, loadBalancer: dimension } = requests;
  const place = {
    cluster: plan.cluster,
    loadBalancer: {
      dimension,
      ownership: 'adopted',
    },
    counts,
    targetGroups: Object.fromEntries(groups.map(({ service, targetGroup }) => [service, { dimension: targetGroup }])),
    discovery: {},
  } as const;
  watch.judgeAnew(place, `at ${weight} %, on the way back`);
}
