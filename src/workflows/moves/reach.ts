import type { Survey } from '../../contract/findings';
import type { AskedName, ReachCheck, UserRequests } from '../../contract/probes';
import { listAskedNames } from '../../plan/asked-names';
import { toMilliseconds } from '../../plan/duration';
import { perform } from '../engine/activities';
import { needsAsking } from '../engine/asking';
import { failFor } from '../engine/failures';
import { holdUntilApproval, retryWhenTold } from '../engine/hold';
import type { Release } from '../engine/release';
import type { Run } from '../engine/run';
import { findProbePlace, writeProbeRemoval } from './probe';
import { askToSendUnseen, tellKeptOut, tellReached, tellUnprobed, tellUnreached } from './texts';

/** How late CloudWatch may count a request; a load balancer tells it each minute. */
const COUNTED_MS = 5 * 60_000;

/**
 * Before the first weight: a user's request for each moving name, through the load balancer, is answered by our task.
 * One that is not holds; of one that nobody can ask a human says whether users are sent.
 * @param moving names that get a weight
 */
export async function proveReach(run: Run, survey: Survey, release: Release, moving: string[]): Promise<void> {
  const all = listReached(run, release, moving);
  const [names, kept] = [all.filter(({ from }) => !from), all.filter(({ from }) => from)];
  if (kept.length > 0)
    await askToSend(
      run,
      kept.map(({ name, from }) => tellKeptOut(name, from!)),
    );
  if (names.length === 0) return;
  const probe = findProbePlace(run, survey.network.privateSubnets, release, release.images);
  if (!probe) return askToSend(run, [tellUnprobed(names.map(({ name }) => name).join(', '))]);
  writeProbeRemoval(run);
  const { dnsName, dimension, ownership } = release.loadBalancer;
  const requests: UserRequests = {
    probe,
    loadBalancer: {
      dnsName,
      dimension,
    },
    names,
  };
  const { unknown } = await retryWhenTold(run, 'asking the names through the load balancer', async () => {
    const check = await ask(run, requests);
    if (check.problems.length > 0) throw failFor('Unreached', tellUnreached(check.problems));
    return check;
  });
  // where nobody could ask for one, the others are asked throughout the bakes all the same
  const answered = names.filter(({ name }) => !unknown.some((each) => each.name === name));
  if (answered.length > 0) {
    run.progress.addEvent(tellReached(answered.map(({ name }) => name)));
    if (needsAsking(run.plan, ownership === 'created'))
      run.facts.asking = {
        ...requests,
        names: answered,
      };
  }
  if (unknown.length > 0)
    await askToSend(
      run,
      unknown.map(({ why }) => why),
    );
}

/** @returns with `from`: a probe comes from no range that its rules let in */
function listReached({ plan }: Run, { targetGroups }: Release, moving: string[]): (AskedName & { from?: string[] })[] {
  return listAskedNames(plan, moving).flatMap(({ name, service, paths }) => {
    const group = targetGroups[service];
    if (!group) return [];
    const { from } = plan.services[service]!.expose ?? {};
    const isKeptOut = plan.loadBalancer.scheme === 'internet-facing' && from !== undefined;
    return [
      {
        name,
        paths,
        targetGroup: group.dimension,
        ...(isKeptOut && { from }),
      },
    ];
  });
}

function ask(run: Run, requests: UserRequests): Promise<ReachCheck> {
  const names = requests.names.map(({ name }) => name);
  return perform('checkReach', `whether requests for ${names.join(', ')} reach our tasks`, {
    ...requests,
    purpose: run.facts.nextPurpose('reach'),
    periodMs: toMilliseconds(run.plan.analysis.period),
    since: Date.now(),
    timeoutMs: COUNTED_MS,
  });
}

const askToSend = (run: Run, unknown: string[]): Promise<void> => holdUntilApproval(run, askToSendUnseen(unknown));
