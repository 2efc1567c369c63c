import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { loadPlan } from './plan-file';
import { WORKFLOW_TYPE, workflowIdOf, type migrateWorkflow } from '../contract/messages';
import { requireBuildWorker, requireWorker, withClient } from './connection';
import { CommandError, EXIT, print } from './output';
import { follow } from './watch';

/** Starts the migration of a plan; one stack has one workflow id, so that a second start can't be. */
export function start({ file, watch, json }: { file: string; watch?: boolean; json?: boolean }): Promise<number> {
  const plan = loadPlan(file);
  return withClient(async (connected) => {
    await requireWorker(connected);
    if (plan.images.builder !== 'none') await requireBuildWorker(connected);
    const { client, taskQueue } = connected;
    const workflowId = workflowIdOf(plan.name);
    try {
      const handle = await client.workflow.start<typeof migrateWorkflow>(WORKFLOW_TYPE, {
        workflowId,
        taskQueue,
        args: [{ plan }],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: `LGTM stack ${plan.name}: EC2 → ECS Fargate`,
        staticDetails: `${plan.source.instances.join(', ')} → cluster ${plan.cluster}; ${plan.records.map(({ name }) => name).join(', ')}; weights ${plan.shift.weights.join(', ')} %`,
      });
      const began = { name: plan.name, workflowId, runId: handle.firstExecutionRunId };
      if (!watch) {
        print(json, began, [
          `started ${plan.name} (workflow ${workflowId}, run ${began.runId})`,
          `next: lgtm-migrate watch ${plan.name}`,
        ]);
        return EXIT.done;
      }
      process.stderr.write(`started ${plan.name} (workflow ${workflowId}, run ${began.runId})\n`);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { runId, startTime } = await client.workflow.getHandle(workflowId).describe();
      throw new CommandError(
        `${plan.name} is being migrated already: run ${runId} since ${startTime.toISOString()}; see lgtm-migrate watch ${plan.name}`,
        EXIT.failed,
      );
    }
    return follow(connected, plan.name, json ?? false, true);
  });
}
