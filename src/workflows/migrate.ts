import type { Survey } from '../contract/findings';
import type { MigrateInput } from '../contract/messages';
import type { Outcome, Status } from '../contract/status';
import { conduct } from './conduct';
import { closeToDeployments, listenToDeployments, requireNoDeployment, stopDeployment } from './deployments';
import { runPhase } from './engine/phase';
import { Rollback } from './engine/rollback';
import { Run } from './engine/run';
import { parsePlan } from './input';
import { tellOverlap, tellOverlapIsOver } from './moves/duties';
import { measureLateRollback } from './moves/handover';
import { leaveEcs } from './moves/requests';
import { tellLeftByDeployment } from './moves/texts';
import { decommission } from './phases/decommission';
import { Groundwork } from './phases/groundwork';
import { preflight } from './phases/preflight';
import { shift } from './phases/shift';
import { nameRemains } from './recovery/remains';
import { carryOut } from './undos';

/** One migration of one stack, from the first look at the account to the last host, or all the way back. */
export async function migrate(input?: MigrateInput): Promise<Status> {
  const migration = new Run('migration', await parsePlan(input));
  listenToDeployments(migration);
  const status = await conduct(migration, {
    forward: () => followRunbook(migration),
    goBack: (reason) => goBack(migration, reason),
  });
  await closeToDeployments(migration);
  return status;
}

/** The plan document, top to bottom. */
async function followRunbook(migration: Run): Promise<void> {
  const survey = await runPhase(migration, 'preflight', () => look(migration));
  const groundwork = new Groundwork(migration, survey);
  await runPhase(migration, 'provision', () => groundwork.provision());
  await runPhase(migration, 'images', () => groundwork.build(), groundwork);
  const release = await runPhase(migration, 'deploy', () => groundwork.deploy(), groundwork);
  await shift(migration, survey, release, groundwork);
  await decommission(migration, survey, release);
}

async function look(migration: Run): Promise<Survey> {
  await requireNoDeployment(migration);
  return preflight(migration);
}

/** Everything that is in the ledger, taken back. */
export async function goBack(migration: Run, reason: string): Promise<Outcome> {
  const { deployments, progress } = migration;
  const stopping = stopDeployment(migration, reason);
  const rollback = new Rollback(migration, (undo, patience) => carryOut(migration, undo, patience));
  rollback.begin(reason);
  tellOverlap(migration);
  if (deployments.leftovers.length > 0) progress.addEvent(tellLeftByDeployment(deployments.leftovers));
  // both beside the host, which starts at once
  const measuring = measureLateRollback(migration).then((loss) => {
    if (loss !== null) progress.addEvent(loss);
  });
  const isFree = Promise.all([stopping, measuring]);
  // a deployment that changes a service beside this would leave it as neither wants
  const outcome = await rollback.takeBack({
    ingestion: () => stopping,
    duties: () => isFree,
    scale: async () => {
      await isFree;
      tellOverlapIsOver(migration);
      await leaveEcs(migration);
      // what is stopped on purpose would be judged as what fails; users whom an earlier run has moved stay
      if (!migration.facts.hasEarlierUsers) await migration.watch.end();
    },
  });
  await stopping;
  if (outcome !== 'rolled-back') return outcome;
  return (await nameRemains(migration)) ? outcome : 'rollback-incomplete';
}
