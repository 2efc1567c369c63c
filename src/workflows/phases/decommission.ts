import { isCancellation } from '@temporalio/workflow';
import type { Survey } from '../../contract/findings';
import type { BackupImage, Host } from '../../contract/hosts';
import { settleAll } from '../engine/failures';
import { passGate } from '../engine/gate';
import { holdWhilePaused, retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';
import type { Release } from '../engine/release';
import { drain } from '../moves/drain';
import { takeDutiesOver } from '../moves/duties';
import { findGrafanaMove, listGrafanaEdits } from '../moves/grafana';
import { judgeHandover, measureLateRollback, noteMemoryAtRisk } from '../moves/handover';
import { backUp, joinIds, listRunning, stopInstance, stopStack } from '../moves/hosts';
import { foldRecords, keepFolded } from '../moves/records';
import { terminateHost } from '../moves/termination';
import { tellUnknownEdits } from '../moves/grafana-texts';
import { requireWriting } from '../moves/writing';

/** Phase 8 of the plan document: fold, drain, stop, back up, hold a week, delete. */
export async function decommission(migration: Run, survey: Survey, release: Release): Promise<void> {
  const { plan, progress } = migration;
  if (!plan.decommission.enabled) return progress.endPhase('decommission', 'skipped');
  progress.beginPhase('decommission');
  const hosts = listRunning(survey);
  if (hosts.length === 0) {
    progress.setDetail('decommission', 'no host runs any more');
    return progress.endPhase('decommission', 'skipped');
  }
  await askToStop(migration, survey, hosts);
  await holdWhilePaused(migration);
  await foldRecords(migration, survey.records, release);
  await holdWhilePaused(migration);
  await drain(migration, hosts);
  await requireWriting(migration, survey, release, {
    where: '100 %',
    what: `stop ${joinIds(hosts)}`,
  });
  await judgeHandover(migration, survey, release, hosts);
  await holdWhilePaused(migration);
  await stopHosts(migration, survey, release, hosts);
  await holdWhilePaused(migration);
  const backups = await backUp(migration, hosts);
  await holdBeforeTermination(migration, backups);
  await requireWriting(migration, survey, release, {
    where: 'before termination',
    what: `terminate ${joinIds(hosts)}`,
  });
  await holdWhilePaused(migration);
  await keepFolded(migration, survey.records, release);
  await terminateHosts(migration, backups);
  progress.endPhase('decommission', 'done');
}

/** While the host still runs, since it is the one that reads Grafana's copy: what a way back would lose, and the question. */
async function askToStop(migration: Run, survey: Survey, hosts: Host[]): Promise<void> {
  await tellGrafanaEdits(migration, survey);
  if (!migration.plan.decommission.approveStop) return;
  await passGate(migration, {
    what: '100 %, before the hosts stop',
    bake: '0ms',
    isGrave: true,
    describeApproval: () => `stop ${joinIds(hosts)}`,
  });
}

/** For whoever approves; not knowing it is said and holds nothing up. */
async function tellGrafanaEdits(migration: Run, survey: Survey): Promise<void> {
  const move = findGrafanaMove(migration, survey);
  if (!move?.target) return;
  try {
    await listGrafanaEdits(migration, move);
  } catch (error) {
    if (isCancellation(error)) throw error;
    migration.progress.addEvent(tellUnknownEdits(error));
  }
}

/** The containers first; then the hosts go off while ECS takes their duties over. */
async function stopHosts(migration: Run, survey: Survey, release: Release, hosts: Host[]): Promise<void> {
  await retryWhenTold(migration, 'stopping the containers', () =>
    settleAll(hosts.map((host) => stopStack(migration, host))),
  );
  await holdWhilePaused(migration);
  noteMemoryAtRisk(migration, survey, release);
  const takingOver = takeDutiesOver(migration, release);
  const stopping = retryWhenTold(migration, 'stopping the hosts', () =>
    settleAll(hosts.map(({ instanceId }) => stopInstance(migration, instanceId))),
  );
  await settleAll<unknown>([takingOver, stopping]);
  migration.progress.setDetail('decommission', `${joinIds(hosts)} stopped`);
}

/** The week in which one word takes everything back, and the last question. */
async function holdBeforeTermination(migration: Run, backups: BackupImage[]): Promise<void> {
  const { plan, progress, deployments } = migration;
  const { hold, approveTerminate } = plan.decommission;
  const names = joinBackups(backups);
  let loss: string | null = null;
  const measure = async () => {
    loss = await measureLateRollback(migration);
    if (loss !== null) progress.addEvent(loss);
  };
  await measure();

  progress.setDetail('decommission', `backup ${names} complete; held ${hold} before termination`);
  deployments.isInTheWeek = true;
  const question = `terminate ${joinIds(backups)}; the point of no return, backup ${names}`;
  const asking = {
    isGrave: true,
    describeApproval: () => [question, loss].filter(Boolean).join('; '),
  };
  await passGate(migration, {
    what: `the ${hold} before termination`,
    bake: hold,
    prepareEnd: measure,
    ...(approveTerminate && asking),
  });
}

const joinBackups = (backups: BackupImage[]): string => backups.map(({ name }) => name).join(', ');

/** Nothing goes back once AWS is asked. */
async function terminateHosts(migration: Run, backups: BackupImage[]): Promise<void> {
  const { progress, facts, deployments } = migration;
  deployments.isClosed = true;
  const ids = joinIds(backups);
  progress.addEvent(`point of no return: terminating ${ids}`);
  for (const backup of backups) await terminateHost(migration, backup);
  facts.memoryAtRisk = null;
  progress.setDetail('decommission', `${ids} terminated, backup ${joinBackups(backups)}`);
}
