import { readFileSync } from 'node:fs';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

/** A process that serves workflows until somebody kills it; its parent is told when it polls. */
async function serve(address: string, taskQueue: string, codePath: string): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowBundle: { code: readFileSync(codePath, 'utf8') },
    stickyQueueScheduleToStartTimeout: '3s',
  });
  process.send!('polls');
  await worker.run();
}

const [address, taskQueue, codePath] = process.argv.slice(2);
void serve(address!, taskQueue!, codePath!);
