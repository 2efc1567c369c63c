import type { WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributes, workflowIdOf, WORKFLOW_TYPES } from '../contract/messages';
import type { Session } from './client';

/** A deployment as Temporal's list has it. */
export interface ListedDeployment {
  name: string;
  runId: string;
  /** ISO */
  startedAt: string;
  services: string[];
  /** `running`, an outcome, or how it was ended from outside */
  outcome: string;
  /** until all was verified; null: it was not */
  seconds: number | null;
}

/** The newest first, as far back as the namespace's retention goes. @param name absent: of every stack */
export async function listDeployments({ client }: Session, name?: string): Promise<ListedDeployment[]> {
  const ofType = `WorkflowType = "${WORKFLOW_TYPES.deployment}"`;
  const ofName = name === undefined ? [] : [`WorkflowId = "${workflowIdOf('deployment', name)}"`];
  const query = [ofType, ...ofName].join(' AND ');
  const deployments: ListedDeployment[] = [];
  for await (const run of client.workflow.list({ query })) deployments.push(describeRun(run));
  return deployments.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

function describeRun({ workflowId, runId, startTime, status, typedSearchAttributes }: WorkflowExecutionInfo) {
  const { services, outcome, seconds } = searchAttributes;
  const ended = typedSearchAttributes.get(outcome) ?? status.name.toLowerCase();
  return {
    name: workflowId.replace(workflowIdOf('deployment', ''), ''),
    runId,
    startedAt: startTime.toISOString(),
    services: typedSearchAttributes.get(services) ?? [],
    outcome: status.name === 'RUNNING' ? 'running' : ended,
    seconds: typedSearchAttributes.get(seconds) ?? null,
  };
}
