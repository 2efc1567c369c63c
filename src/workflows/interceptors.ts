import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** The SDK's own prefix: where unknown signals are answered, one of this name would fail its task for ever. */
const RESERVED = '__temporal';

/** Every signal that the SDK would throw at gets a space before its name, so that it is unknown like any other. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  internals: [
    {
      activate: (input, next) => {
        for (const { signalWorkflow: signal } of input.activation.jobs ?? []) {
          if (signal?.signalName?.startsWith(RESERVED)) signal.signalName = ` ${signal.signalName}`;
        }
        next(input);
      },
    },
  ],
});
