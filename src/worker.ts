import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from './activities';
import { createClients } from './activities/clients';
import { connectWorker } from './worker/connection';
import { serveHealth } from './worker/health';
import { installLogging } from './worker/logging';
import { registerSearchAttributes } from './worker/search-attributes';
import { imagesQueueOf, TASK_QUEUE } from './contract/messages';

export interface RunWorkerOptions {
  /** one more workflow interceptor module, as the lab brings; absent in production */
  workflowInterceptors?: string[];
  /** path of a bundle that was built before, those interceptors in it */
  workflowBundle?: string;
  /** also builds images: on a host that has Docker or Buildah */
  images?: boolean;
  /** 0: any free port */
  healthPort?: number;
}

/** Below the container's stop timeout of 30 s, so that running activities can end or heartbeat last. */
const SHUTDOWN_GRACE = '20s';

function workflows(
  interceptors: string[],
  bundle?: string,
): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'interceptors'> {
  const production = join(__dirname, 'workflow-bundle.js');
  const codePath = bundle ?? (interceptors.length === 0 && existsSync(production) ? production : undefined);
  if (codePath) return { workflowBundle: { codePath } };
  return { workflowsPath: require.resolve('./workflows'), interceptors: { workflowModules: interceptors } };
}

/** A worker that runs until SIGINT or SIGTERM: its connection comes from TEMPORAL_*, its AWS from the standard chain. */
export async function runWorker({
  workflowInterceptors = [],
  workflowBundle,
  images = false,
  healthPort = Number(process.env['HEALTH_PORT'] ?? 8080),
}: RunWorkerOptions = {}): Promise<void> {
  installLogging();
  const { connection, namespace } = await connectWorker();
  try {
    await registerSearchAttributes(connection, namespace);
    const clients = createClients();
    await clients.sts.config.region().catch(() => {
      throw new Error('the worker knows no AWS region; set AWS_REGION, or region in its profile');
    });
    const taskQueue = process.env['TEMPORAL_TASK_QUEUE'] ?? TASK_QUEUE;
    const activities = createActivities({ clients, environment: process.env });
    const common: Omit<WorkerOptions, 'taskQueue'> = {
      connection,
      namespace,
      shutdownGraceTime: SHUTDOWN_GRACE,
      // what the watch saw is to be seen while it is new
      maxHeartbeatThrottleInterval: '1s',
      defaultHeartbeatThrottleInterval: '1s',
    };
    let worker: Worker | undefined;
    // before the worker: one that was made and not run keeps the process
    const health = await serveHealth(healthPort, () => worker?.getState() ?? 'STARTING');
    try {
      worker = await Worker.create({
        ...common,
        taskQueue,
        activities,
        ...workflows(workflowInterceptors, workflowBundle),
      });
      const builder = images
        ? await Worker.create({
            ...common,
            taskQueue: imagesQueueOf(taskQueue),
            activities: { buildImage: activities.buildImage },
          })
        : undefined;
      await Promise.all([worker.run(), builder?.run()]);
    } finally {
      health.close();
    }
  } finally {
    await connection.close();
  }
}

if (require.main === module) {
  runWorker().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
