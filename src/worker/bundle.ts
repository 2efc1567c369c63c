import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, Runtime, type WorkflowBundleOption } from '@temporalio/worker';

const SOURCES = join(__dirname, '..');

/** The bundle that was built with this package where there is one; else the sources are bundled now. */
export async function loadWorkflows(): Promise<WorkflowBundleOption> {
  const codePath = join(SOURCES, 'workflow-bundle.js');
  if (existsSync(codePath)) return { codePath };
  return bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    workflowInterceptorModules: [require.resolve('../workflows/interceptors')],
    logger: Runtime.instance().logger,
    payloadConverterPath: require.resolve('../temporal/payload-converter'),
  });
}
