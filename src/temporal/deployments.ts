import type { WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributes, workflowIdOf, WORKFLOW_TYPES } from '../contract/messages';
import type { Status } from '../contract/status';
import { isUnreadable, type Unreadable } from '../contract/unreadable';
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
  /** gone back without a fault of its own: refused in its check, or aborted by somebody; null: neither */
  apart: Apart | null;
  /** until all was verified; null: it was not */
  seconds: number | null;
}

type Apart = 'refused' | 'aborted';

/** Who says abort to a deployment when the migration that has let it in goes back. */
const MIGRATION = 'the migration';

/** The newest first, as far back as the namespace's retention goes. @param name absent: of every stack */
export async function listDeployments({ client }: Session, name?: string): Promise<ListedDeployment[]> {
  const ofType = `WorkflowType = "${WORKFLOW_TYPES.deployment}"`;
  const ofName = name === undefined ? [] : [`WorkflowId = "${workflowIdOf('deployment', name)}"`];
  const query = [ofType, ...ofName].join(' AND ');
  const deployments: ListedDeployment[] = [];
  for await (const run of client.workflow.list({ query })) {
    const deployment = describeRun(run);
    const hasGoneBack = deployment.outcome === 'rolled-back';
    deployments.push({
      ...deployment,
      apart: hasGoneBack ? await findApart(client, run) : null,
    });
  }
  return deployments.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** By what the run has answered, which the list does not show. */
async function findApart(client: Session['client'], run: WorkflowExecutionInfo): Promise<Apart | null> {
  const { workflowId, runId, status } = run;
  if (status.name !== 'COMPLETED') return null;
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false });
  const answer = (await handle.result()) as Status | Unreadable;
  return isUnreadable(answer) ? null : judgeApart(answer);
}

/** Of a deployment that has gone back. */
export function judgeApart({ decisions, deployment }: Status): Apart | null {
  // on the way back an abort gives up one undo
  const forward = decisions.filter(({ during }) => !during.startsWith('rollback'));
  const aborts = forward.filter(({ verb }) => verb === 'abort');
  if (aborts.some(({ by }) => by !== MIGRATION)) return 'aborted';
  if (aborts.length > 0) return null;
  return deployment?.isRefused ? 'refused' : null;
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
