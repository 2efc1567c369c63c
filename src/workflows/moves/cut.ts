import { sleep } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { Host, Peer } from '../../contract/hosts';
import { listSenderNames } from '../../plan/names';
import { perform } from '../engine/activities';
import { passGate } from '../engine/gate';
import { holdWhilePaused, retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';
import { HostConnections } from './connections';
import { joinIds, listRunning } from './hosts';
import type { ReceivedWatch } from './received';
import {
  askToLeave,
  askToReset,
  describePeers,
  tellBack,
  tellCut,
  tellNobodyLeft,
  tellSilent,
  tellUncounted,
} from './texts';

/** How long whoever was reset may take to send again: the longest pause that remote write and OTLP's clients make. */
const RETURN_MS = 60_000;

/**
 * At 100 %, when resolvers have forgotten: weight moves no connection, so whoever still sends to the hosts is asked
 * about and then reset, port by port. Who goes by the name comes to ECS; who is back at the host goes by an address,
 * and that holds, as it does where ECS receives nothing at a port that was reset.
 */
export async function cutSenders(migration: Run, survey: Survey, received: ReceivedWatch): Promise<void> {
  const ports = listPorts(migration, survey);
  if (ports.length === 0) return;
  const hosts = listRunning(survey);
  const only = {
    ports,
    without: migration.plan.data.accept,
  };
  for (;;) {
    const connections = new HostConnections(migration, hosts, only);
    if (await areGone(migration, hosts, connections)) return;
    if (await areCut(migration, survey, connections, received)) return;
  }
}

/** None where nobody is to be asked about. */
function listPorts({ plan }: Run, { ingest }: Survey): number[] {
  if (!plan.ingest?.cut || listSenderNames(plan).length === 0) return [];
  const ports = (ingest?.ports ?? []).filter(({ protocol }) => protocol === 'tcp');
  return ports.map(({ port }) => port);
}

/** Whether nobody is connected; else it asks, and goes on too where they leave by themselves. */
async function areGone(migration: Run, hosts: Host[], connections: HostConnections): Promise<boolean> {
  const { progress } = migration;
  const ids = joinIds(hosts);
  const connected = await connections.look();
  if (connected.length > 0) {
    progress.addEvent(`still connected: ${describePeers(connected)}`);
    await connections.watchDuring(() =>
      passGate(migration, {
        what: '100 %, while the hosts hold connections of senders',
        bake: '0ms',
        isGrave: true,
        describeApproval: () => askToReset(ids, connections.list()),
        isLifted: () => connections.list().length === 0,
      }),
    );
  }
  const isNobodyLeft = connections.list().length === 0;
  if (isNobodyLeft) progress.addEvent(tellNobodyLeft(ids));
  return isNobodyLeft;
}

/** Resets them; whether they are on ECS then, or somebody leaves it so. False: a retry wants another look. */
async function areCut(
  migration: Run,
  survey: Survey,
  connections: HostConnections,
  received: ReceivedWatch,
): Promise<boolean> {
  const { progress, control } = migration;
  const cut = connections.entries();
  await received.look();
  await retryWhenTold(migration, 'resetting the connections', () => resetAll(migration, cut));
  await sleep(RETURN_MS, { summary: 'until whoever was reset sends again' });
  const problems = await findProblems(connections, listServices(survey, cut), received);
  if (problems.length === 0) {
    progress.addEvent(tellCut(joinIds(listRunning(survey))));
    return true;
  }
  await passGate(migration, {
    what: '100 %, while senders that were reset are not on ECS',
    bake: '0ms',
    takesRetry: true,
    isGrave: true,
    describeApproval: () => askToLeave(problems),
  });
  return !control.isRetried;
}

/** One port after the other, so that not all senders come at once. */
async function resetAll(migration: Run, cut: [instanceId: string, peers: Peer[]][]): Promise<void> {
  for (const [instanceId, peers] of cut) {
    const ports = new Set(peers.map(({ port }) => port));
    for (const port of [...ports].sort((one, other) => one - other)) {
      await holdWhilePaused(migration);
      await perform('resetConnections', `reset the connections to ${port} on ${instanceId}`, {
        instanceId,
        port,
      });
    }
  }
}

/** Those of the plan at whose ports somebody was: Compose may call them otherwise. */
function listServices({ ingest }: Survey, cut: [instanceId: string, peers: Peer[]][]): string[] {
  const ports = new Set(cut.flatMap(([, peers]) => peers.map(({ port }) => port)));
  const there = (ingest?.ports ?? []).filter(({ port }) => ports.has(port));
  return [...new Set(there.map(({ service }) => service))];
}

async function findProblems(
  connections: HostConnections,
  services: string[],
  received: ReceivedWatch,
): Promise<string[]> {
  const back = await connections.look();
  const since = await received.look();
  const silent = services.flatMap((service) => {
    const ecs = since.find((each) => each.service === service)?.ecs ?? null;
    if (ecs === null) return [tellUncounted(service)];
    return ecs === 0 ? [tellSilent(service)] : [];
  });
  return [...(back.length > 0 ? [tellBack(back)] : []), ...silent];
}
