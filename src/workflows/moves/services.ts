import type { RestoreServiceInput, RevertServiceInput } from '../../contract/undos';
import { perform, type Patience } from '../engine/activities';
import { messageOf } from '../engine/failures';
import type { Run } from '../engine/run';

/** The phase of each kind of run that shows its tasks. */
const SHOWN_IN = { migration: 'deploy', deployment: 'steady' } as const;

/** Shows how many tasks of a service run: `mimir 3/3  loki 1/2`. */
export function showRunningTasks({ plan, facts, progress, status }: Run, service: string, running: number): void {
  facts.runningTasks[service] = `${running}/${plan.services[service]!.count}`;
  const tasks = Object.entries(plan.services).map(
    ([name, { count }]) => `${name} ${facts.runningTasks[name] ?? `0/${count}`}`,
  );
  progress.setDetail(SHOWN_IN[status.kind], tasks.join('  '));
}

/** Brings a service to a count and a task definition, and waits until it is steady there. */
export async function moveService(
  { owner }: Run,
  summary: string,
  { cluster, service, count, taskDefinition, timeoutMs }: RestoreServiceInput,
  patience: Patience = 'ordinary',
): Promise<void> {
  const goal = {
    cluster,
    service,
    count,
    ...(taskDefinition !== undefined && { taskDefinition }),
  };
  await perform('scaleService', summary, { owner, ...goal }, patience);
  if (count === 0) return;
  await perform('awaitSteadyState', `${service} steady at ${count}`, { ...goal, timeoutMs }, patience);
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
    await moveService(run, `${service} ${mode}`, input, patience);
  } catch (error) {
    if (!orStop) throw error;
    // what does not run does not compact
    const summary = `${service} to 0, since it does not run ${mode}`;
    await perform(
      'scaleService',
      summary,
      {
        owner: run.owner,
        cluster,
        service,
        count: 0,
      },
      patience,
    );
    run.progress.addEvent(`${service} to 0: ${messageOf(error)}`);
  }
}
