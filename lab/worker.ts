import { runWorker } from '../src/worker';

/** The worker of the lab: the product's own, with one more workflow interceptor module. */
runWorker({ workflowInterceptors: [require.resolve('./interceptor')], healthPort: Number(process.argv[2]), images: process.argv[3] === 'images' }).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
