import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Of a signal that fails the task that hears it: as none of the product's own may. */
export const POISON = 'poison';

export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      handleSignal: async (input, next) => {
        if (input.signalName === POISON) throw new Error('this workflow has a fault');
        await next(input);
      },
    },
  ],
});
