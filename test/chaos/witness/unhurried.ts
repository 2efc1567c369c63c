import { readFileSync } from 'node:fs';
import { LONG_TIMER } from '../../../lab/interceptor';
import { TASK_QUEUE, WORKFLOW_TYPES, workflowIdOf, type migrateWorkflow } from '../../../src/contract/messages';
import { parsePlan } from '../../../src/plan/loader';
import { Operator, STACK } from '../../scenarios/operator';

/** The summary of the timer that waits the TTL of a pair out. */
const FORGETTING = 'until resolvers have forgotten the old answer (1m)';

/** One whose migrations wait a TTL out for seconds. */
export class UnhurriedOperator extends Operator {
  override async start(): Promise<void> {
    const file = this.lab.plan;
    const plan = parsePlan(readFileSync(file, 'utf8'), file);
    await this.client.workflow.start<typeof migrateWorkflow>(WORKFLOW_TYPES.migration, {
      workflowId: workflowIdOf('migration', STACK),
      taskQueue: TASK_QUEUE,
      args: [{ plan }],
      memo: { [LONG_TIMER]: FORGETTING },
    });
  }
}
