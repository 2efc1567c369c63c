import { hostname } from 'node:os';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from './activities';
import { createClients } from './activities/clients';
import { imagesQueueOf, TASK_QUEUE } from './contract/messages';
import { dataConverter } from './temporal/data-converter';
import { messageOf } from './temporal/errors';
import { connectWorker, type WorkerConnection } from './temporal/worker';
import { loadWorkflows } from './worker/bundle';
import { GuardedWorker } from './worker/guarded-worker';
import { serveHealth } from './worker/health';
import { installLogging } from './worker/logging';
import { checkOpenRuns } from './worker/replay-check';
import { registerSearchAttributes } from './worker/search-attributes';

export interface RunWorkerOptions {
  /** path of a bundle of workflows, as the lab brings; absent: the product's own */
  workflowBundle?: string;
  /** polls although open runs of its queue would go on otherwise under its code */
  skipReplayCheck?: boolean;
  /** also builds images: on a host that has Docker or Buildah */
  images?: boolean;
  /** 0: any free port */
  healthPort?: number;
}

/** Below the container's stop timeout of 30 s, so that running activities can end or heartbeat last. */
const SHUTDOWN_GRACE = '20s';
/** What the watch saw is to be seen while it is new. */
const HEARTBEAT_THROTTLE = '1s';
/** How long the tasks of a run wait for the worker that has it in its cache, and that may be dead. */
const STICKY_TIMEOUT = '2s';
const DEFAULT_HEALTH_PORT = 8080;

/** A worker that runs until SIGINT or SIGTERM: its connection comes from TEMPORAL_*, its AWS from the standard chain. */
export async function runWorker(options: RunWorkerOptions = {}): Promise<void> {
  installLogging();
  const connection = await connectWorker();
  try {
    await registerSearchAttributes(connection);
    await serveQueues(connection, options);
  } finally {
    await connection.connection.close();
  }
}

async function serveQueues(connection: WorkerConnection, options: RunWorkerOptions): Promise<void> {
  const activities = createActivities({
    clients: await createWorkerClients(),
    environment: process.env,
  });
  const common = {
    ...connection,
    ...workerTuning(),
    dataConverter,
  };
  const taskQueue = process.env['TEMPORAL_TASK_QUEUE'] ?? TASK_QUEUE;
  const { workflowBundle: codePath } = options;
  const workflowBundle =
    codePath === undefined
      ? await loadWorkflows()
      : {
          codePath,
        };
  let worker: Worker | undefined;
  // before the worker: one that was made and not run keeps the process
  const health = await serveHealth(healthPortOf(options), () => worker?.getState() ?? 'STARTING');
  try {
    await checkOpenRuns(connection, taskQueue, workflowBundle, options.skipReplayCheck);
    worker = await GuardedWorker.create({
      ...common,
      taskQueue,
      activities,
      workflowBundle,
    });
    const builder = options.images
      ? await Worker.create({
          ...common,
          taskQueue: imagesQueueOf(taskQueue),
          activities: {
            buildImage: activities.buildImage,
          },
        })
      : undefined;
    await Promise.all([worker.run(), builder?.run()]);
  } finally {
    health.close();
  }
}

async function createWorkerClients() {
  const clients = createClients();
  await clients.sts.config.region().catch(() => {
    throw new Error('the worker knows no AWS region; set AWS_REGION, or region in its profile');
  });
  return clients;
}

function workerTuning(): Partial<WorkerOptions> {
  return {
    shutdownGraceTime: SHUTDOWN_GRACE,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    identity: describeSelf(),
  };
}

/** What the history says of whoever carried a run on: its image, where it knows it. */
function describeSelf(): string {
  const place = `${process.pid}@${hostname()}`;
  const image = process.env['WORKER_IMAGE'];
  return image ? `${image} ${place}` : place;
}

function healthPortOf({ healthPort }: RunWorkerOptions): number {
  return healthPort ?? Number(process.env['HEALTH_PORT'] ?? DEFAULT_HEALTH_PORT);
}

if (require.main === module) {
  runWorker().catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  });
}
