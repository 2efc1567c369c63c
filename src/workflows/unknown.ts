import { workflowInfo } from '@temporalio/workflow';
import { WORKFLOW_TYPES } from '../contract/messages';
import { failFor } from './engine/failures';
import { cutText } from './engine/text';

/** Started by a type that is none, from the Temporal UI: ends at once, where no workflow at all would fail for ever. */
export async function refuseUnknownType(): Promise<never> {
  const type = cutText(workflowInfo().workflowType);
  throw failFor(
    'UnknownWorkflow',
    `there is no workflow "${type}"; take ${Object.values(WORKFLOW_TYPES).join(' or ')}`,
  );
}
