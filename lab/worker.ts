import { runWorker } from '../src/worker';
import { labBundle } from './bundle';

/** The worker of the lab: the product's own, with one more workflow interceptor module. */
async function main([healthPort, builds]: string[]): Promise<void> {
  const interceptor = require.resolve('./interceptor');
  await runWorker({
    workflowInterceptors: [interceptor],
    workflowBundle: await labBundle(interceptor),
    healthPort: Number(healthPort),
    images: builds === 'images',
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
