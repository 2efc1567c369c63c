import type { Stage } from '../../contract/undos';
import { COLLECTOR } from '../../plan/defaults';
import { chooseSwitches } from '../../plan/deployment';
import { formatDuration, toMilliseconds } from '../../plan/duration';
import { nameFamily } from '../../plan/names';
import { perform } from '../engine/activities';
import { settleAll } from '../engine/failures';
import { retryWhenTold } from '../engine/hold';
import type { Run } from '../engine/run';
import type { Release } from '../engine/release';
import { moveService, replaceService } from './services';
import { tellBothCompact, tellOverlapEnd } from './texts';

/**
 * How long the way back waits for a service to run without its duties; then it is stopped. Its former tasks are drained
 * and have their stop timeout, three minutes together, and a new one starts.
 */
const GIVE_BACK_MS = 6 * 60_000;

/** How a service changes over to a stack that stands alone, and back. */
interface Changeover {
  stage: Extract<Stage, 'duties' | 'ingestion'>;
  /** in an operator's words */
  undo: string;
  mode: string;
  modeBefore: string;
}

/**
 * One compactor, one ruler, one notifier: the new stack takes them over when the old one has stopped, and gives them
 * back when users are on the old one again: nothing that serves is replaced before a host answers. The collector
 * ceases to write to the old host last: replaced while a store is down it loses what it holds.
 */
export async function takeDutiesOver(migration: Run, release: Release): Promise<void> {
  const { plan, progress } = migration;
  const dutiful = Object.keys(plan.services).filter((name) => plan.services[name]!.duties.length > 0);
  if (dutiful.length > 0) {
    await retryWhenTold(migration, 'taking the duties over', () =>
      settleAll(dutiful.map((name) => takeDuties(migration, release, name))),
    );
    progress.addEvent(`${dutiful.join(', ')}: duties of the hosts taken over`);
  }
  if (!plan.ingestion.dualWrite) return;
  await retryWhenTold(migration, 'ending the dual write', () => endDualWrite(migration, release));
  progress.addEvent(`${COLLECTOR}: writes to this stack alone`);
}

/** The way back: a host has its duties from its start, ECS until users have left it. */
export function tellOverlap({ ledger, progress }: Run): void {
  const undos = ledger.list();
  const isLate = undos.some(({ stage }) => stage === 'host') && undos.some(({ stage }) => stage === 'duties');
  if (isLate) progress.addEvent(tellBothCompact());
}

/** How long both sides had their duties, once ECS has given all of them back. */
export function tellOverlapIsOver({ facts, ledger, progress, status }: Run): void {
  const duties = ledger.list().filter(({ stage }) => stage === 'duties');
  const steps = status.rollback?.steps ?? [];
  const isOver = duties.every(({ id }) => steps.some(({ what, state }) => what === id && state === 'done'));
  if (facts.hostsRunSince === null || duties.length === 0 || !isOver) return;
  progress.addEvent(tellOverlapEnd(formatDuration(Date.now() - facts.hostsRunSince)));
}

function takeDuties(migration: Run, release: Release, name: string): Promise<void> {
  const duties = migration.plan.services[name]!.duties.join(', ');
  return changeOver(migration, release, name, {
    stage: 'duties',
    undo: `${name} gives ${duties} back`,
    mode: `with ${duties}`,
    modeBefore: `without ${duties}`,
  });
}

function endDualWrite(migration: Run, release: Release): Promise<void> {
  return changeOver(migration, release, COLLECTOR, {
    stage: 'ingestion',
    undo: `${COLLECTOR} writes to the old host again`,
    mode: 'without the old host',
    modeBefore: 'with the old host',
  });
}

/** A service from the task definition it was deployed with to that of a stack that stands alone. */
async function changeOver(
  migration: Run,
  release: Release,
  name: string,
  { stage, undo, mode, modeBefore }: Changeover,
): Promise<void> {
  const { plan, owner } = migration;
  const { cluster, counts, definitions } = release;
  const steadyMs = toMilliseconds(plan.deploy.steadyTimeout);
  const service = {
    cluster,
    service: name,
    count: counts[name]!,
  };
  const isDuty = stage === 'duties';
  const timeoutMs = isDuty ? GIVE_BACK_MS : steadyMs;
  const deployed = {
    ...service,
    taskDefinition: definitions[name]!,
    timeoutMs,
  };
  const input = {
    ...deployed,
    mode: modeBefore,
    orStop: isDuty,
  };
  migration.writeUndo({
    id: undo,
    stage,
    verb: 'revertService',
    input,
  });

  // of what runs, which a deployment may have made from a newer plan
  const copy = {
    family: nameFamily(name, plan.services[name]!),
    copyOf: definitions[name]!,
    switches: chooseSwitches(plan, name, 'on'),
  };
  const summary = `task definition of ${name} ${mode}`;
  const { id: taskDefinition } = await perform('ensureTaskDefinition', summary, {
    owner,
    ...copy,
  });
  await replaceService(migration, name, () =>
    moveService(migration, `${name} ${mode}`, {
      ...service,
      taskDefinition,
      timeoutMs: steadyMs,
    }),
  );
}
