import { sleep, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** As a change that moves the runbook's first command: it waits before it begins. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      execute: async (input, next) => {
        await sleep(1);
        return next(input);
      },
    },
  ],
});
