import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';

/** The product's workflows as they are, with one more module of interceptors, by its path. */
export function bundleWith(module: string): Promise<WorkflowBundleOption> {
  return bundleWorkflowCode({
    workflowsPath: require.resolve('../../src/workflows'),
    workflowInterceptorModules: [require.resolve('../../src/workflows/interceptors'), module],
    payloadConverterPath: require.resolve('../../src/temporal/payload-converter'),
    logger: new DefaultLogger('ERROR'),
  });
}
