import { runWorker } from '../src/worker';

/** The worker of the lab: the product's own, on a workflow bundle that shortens timers. */
async function main([workflowBundle, healthPort, ...switches]: string[]): Promise<void> {
  await runWorker({
    ...(workflowBundle ? { workflowBundle } : {}),
    healthPort: Number(healthPort),
    images: switches.includes('images'),
    skipReplayCheck: switches.includes('unchecked'),
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
