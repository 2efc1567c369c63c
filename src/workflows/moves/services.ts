import type { Platform } from '../../contract/platform';
import type { VerificationRequest } from '../../contract/services';
import type { RestoreServiceInput, RevertServiceInput } from '../../contract/undos';
import { nameLogGroup } from '../../plan/names';
import { storeOf } from '../../stores';
import { mayFallShort } from '../../plan/deployment';
import type { Plan } from '../../plan/schema';
import { perform, type Patience } from '../engine/activities';
import { failFor, messageOf } from '../engine/failures';
import { listIngestGroups } from '../engine/ingest';
import type { Run } from '../engine/run';
import { rest } from '../engine/timers';
import { leaveEcs } from './requests';
import { tellExits } from './texts';

/**
 * How long tasks that are too many may take to end: a target leaves its group in up to five minutes by default, and
 * Fargate kills what has not stopped two minutes later. Source: ELB, deregistration delay; ECS, stopTimeout
 */
const ENDING_MS = 20 * 60_000;

/** The phase of each kind of run that shows its tasks. */
const SHOWN_IN = {
  migration: 'deploy',
  deployment: 'steady',
  recovery: 'check',
} as const;

/** Begins to show the tasks of some services: none of them runs yet. */
export function expectTasks(run: Run, counts: Record<string, number>): void {
  for (const [name, count] of Object.entries(counts)) {
    run.facts.tasks[name] = {
      running: 0,
      count,
    };
  }
}

/** Shows how many tasks of a service run: `mimir 3/3  loki 1/2`. */
export function showRunningTasks({ facts, progress, status }: Run, service: string, running: number): void {
  const { tasks: expected } = facts;
  expected[service] = {
    running,
    count: expected[service]?.count ?? running,
  };
  const tasks = Object.entries(expected).map(([name, { running: now, count }]) => `${name} ${now}/${count}`);
  progress.setDetail(SHOWN_IN[status.kind], tasks.join('  '));
}

interface MoveRequest extends RestoreServiceInput {
  /** until tasks of any other definition are STOPPED */
  alone?: boolean;
}

/** Brings a service to a count and a task definition, and waits until it is steady there. */
export async function moveService(
  run: Run,
  summary: string,
  { cluster, service, count, taskDefinition, timeoutMs, alone }: MoveRequest,
  patience: Patience = 'ordinary',
): Promise<void> {
  const goal = {
    cluster,
    service,
    ...(taskDefinition !== undefined && { taskDefinition }),
  };
  if (count === 0) return stopService(run, summary, goal, patience);
  await perform(
    'scaleService',
    summary,
    {
      owner: run.owner,
      ...goal,
      count,
      timeoutMs: ENDING_MS,
    },
    patience,
  );
  const awaited = {
    ...goal,
    count,
    timeoutMs,
    ...(alone && { alone }),
  };
  await perform('awaitSteadyState', `${service} steady at ${count}`, awaited, patience);
}

/** One that falls short of its tasks while they are replaced is not judged meanwhile: we do that. */
export async function replaceService({ plan, watch }: Run, name: string, replace: () => Promise<void>): Promise<void> {
  if (!watch.hasBegun || !mayFallShort(plan.services[name]!)) return replace();
  watch.leaveOut(name);
  try {
    await replace();
  } finally {
    watch.lookAt(name);
  }
}

/** Scales a service to 0, and tells how its tasks have ended. */
export async function stopService(
  { owner, plan, progress }: Run,
  summary: string,
  goal: Pick<MoveRequest, 'cluster' | 'service' | 'taskDefinition'>,
  patience: Patience = 'ordinary',
): Promise<void> {
  const { service } = goal;
  const { exits = [] } = await perform(
    'scaleService',
    summary,
    {
      owner,
      ...goal,
      count: 0,
      timeoutMs: ENDING_MS,
    },
    patience,
  );
  const store = plan.services[service]?.store;
  const known = store && storeOf(store).knownExit;
  if (exits.length > 0) progress.addEvent(tellExits(service, exits, known));
}

/** Undo: a service as it was before this run, or stopped. */
export async function restoreService(
  run: Run,
  input: RestoreServiceInput,
  summary: string,
  patience: Patience,
): Promise<void> {
  await moveService(run, summary, input, patience);
  showRunningTasks(run, input.service, input.count);
}

/** Undo: a service back to the task definition it was deployed with, or stopped where it can't run like that. */
export async function revertService(
  run: Run,
  { mode, orStop, ...input }: RevertServiceInput,
  patience: Patience,
): Promise<void> {
  const { service, cluster } = input;
  try {
    // a task that only leaves still has its duties
    await moveService(
      run,
      `${service} ${mode}`,
      {
        ...input,
        alone: orStop,
      },
      patience,
    );
  } catch (error) {
    // users whom an earlier run has moved stay there
    if (!orStop || run.facts.hasEarlierUsers) throw error;
    await leaveEcs(run);
    // what does not run does not compact
    const summary = `${service} to 0, since it does not run ${mode}`;
    await stopService(
      run,
      summary,
      {
        cluster,
        service,
      },
      patience,
    );
    run.progress.addEvent(`${service} to 0: ${messageOf(error)}`);
  }
}

function requestVerification(plan: Plan, platform: Platform, name: string, count: number): VerificationRequest {
  const targetGroup = platform.targetGroups[name];
  const ingestGroups = listIngestGroups(platform, name).map(({ id }) => id);
  return {
    cluster: platform.cluster,
    service: name,
    count,
    discoveryService: platform.discovery[name]!,
    logGroup: nameLogGroup(plan, name),
    ...(targetGroup && { targetGroup: targetGroup.id }),
    ...(ingestGroups.length > 0 && { ingestGroups }),
  };
}

const VERIFICATIONS = 10;
/** The pause grows by this with each look, up to the longest. */
const VERIFICATION_PAUSE_MS = {
  step: 2000,
  longest: 15_000,
};

/**
 * Steady is not yet reachable: targets, discovery and logs follow within moments.
 * @throws NotVerified with what is still missing
 */
export async function waitUntilVerified(
  { plan }: Run,
  platform: Platform,
  service: string,
  count: number,
): Promise<void> {
  const request = requestVerification(plan, platform, service, count);
  for (let look = 1; ; look++) {
    const { problems } = await perform('verifyService', `verify ${service}`, request);
    if (problems.length === 0) return;
    const missing = problems.join('; ');
    if (look === VERIFICATIONS) throw failFor('NotVerified', `${service} runs but ${missing}`);
    const { step, longest } = VERIFICATION_PAUSE_MS;
    await rest(Math.min(look * step, longest), `${service}: ${missing}`);
  }
}
