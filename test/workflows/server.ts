import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { stringify } from 'yaml';
import { LONG_TIMER, NO_TIMERS, STANDING_TIMER } from '../../lab/interceptor';
import { compiled } from '../../lab/tools';
import { ATTEMPTS, type Activities, type ActivityName } from '../../src/contract/activities';
import { START_ATTEMPTS, type StartActivities } from '../../src/contract/starts';
import { imagesQueueOf, WORKFLOW_TYPES, workflowIdOf, type migrateWorkflow } from '../../src/contract/messages';
import type { DeployInput } from '../../src/contract/deployments';
import type { RecoverInput } from '../../src/contract/recovery';
import type { RunKind } from '../../src/contract/status';
import { parsePlan } from '../../src/plan/loader';
import type { Plan } from '../../src/plan/schema';
import { createActivities } from '../../src/activities';
import type { Deps } from '../../src/activities/clients';
import { withHeartbeats } from '../../src/activities/pacing';
import { inputOf, type RawPayload } from './raw';
import type { Session } from '../../src/temporal/client';
import { Run } from './run';
import { HOST } from './stubs';
import { World } from './world';

const NAMES = Object.keys(ATTEMPTS) as ActivityName[];
const STARTS = Object.keys(START_ATTEMPTS) as (keyof StartActivities)[];

/** What makes of a service of several a service of one, which has to go before another comes. */
export const ONE_TASK = {
  count: 1,
  deployment: { minimumHealthyPercent: 0 },
};

/** Services of LGTM that a test does without: each costs every run its activities. */
export const LEFT_OUT = {
  loki: null,
  tempo: null,
  pyroscope: null,
  alloy: null,
};

/** The short plan of a stack on one host: a store with a ring, and Grafana; no approvals. */
const SHORT = {
  name: 'lgtm-prd',
  account: '123456789012',
  domain: 'example.com',
  hostedZone: 'Z0123456789ABC',
  certificate: 'arn:aws:acm:ap-northeast-2:123456789012:certificate/1',
  source: {
    instances: [HOST],
    composeDirectory: '/opt/lgtm',
  },
  services: LEFT_OUT,
  decommission: {
    approveStop: false,
    approveTerminate: false,
  },
};

/** The short plan with keys of migration.yaml laid over it, each as a whole. */
function planOf(keys: Record<string, unknown> = {}): Plan {
  return parsePlan(
    stringify({
      ...SHORT,
      ...keys,
    }),
    'migration.yaml',
  );
}

export interface RunOptions {
  /** keys of migration.yaml */
  plan?: Record<string, unknown>;
  /** what answers otherwise than in a healthy world */
  stubs?: Partial<Activities>;
  /** a world that was broken before */
  world?: World;
  /** the summary of a timer in which something is to come: it lasts */
  longTimer?: string;
  /** of one that ends only by what it waits for */
  standingTimer?: string;
}

type Timers = Pick<RunOptions, 'longTimer' | 'standingTimer'>;

export interface DeploymentOptions extends RunOptions {
  /** what it is asked for beside the plan */
  asked?: Omit<DeployInput, 'plan'>;
}

export interface RecoveryOptions extends RunOptions {
  /** what it is asked for beside the plan */
  asked: Omit<RecoverInput, 'plan'>;
}

/** A worker in this process, on the dev server of this tier; each run finds a world of its own. */
export class StubWorker {
  private readonly taskQueue = `test-${randomUUID()}`;
  private readonly worlds = new Map<string, World>();
  private workers: Worker[] = [];
  private ended: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly client: Client,
    private readonly native: NativeConnection,
    private readonly workflowBundle: WorkflowBundleOption,
  ) {}

  /** As the command line has it. */
  get session(): Session {
    const { client, taskQueue } = this;
    return { client, taskQueue };
  }

  /** @param workflowBundle default: the product's, with shortened timers */
  static async start(workflowBundle?: WorkflowBundleOption): Promise<StubWorker> {
    // a run that is open is terminated under its activities, of which the core would warn
    const filter = makeTelemetryFilterString({ core: 'ERROR' });
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter } },
    });
    const address = process.env['DEV_SERVER']!;
    const connection = await Connection.connect({ address });
    const native = await NativeConnection.connect({ address });
    const bundle = workflowBundle ?? { codePath: compiled('workflow') };
    const stub = new StubWorker(new Client({ connection }), native, bundle);
    await stub.startWorkers();
    return stub;
  }

  /** Starts a migration and returns at once. */
  runWorkflow({ plan, stubs = {}, world = new World(stubs), ...timers }: RunOptions = {}): Promise<Run> {
    return this.begin('migration', { plan: planOf(plan) }, world, timers);
  }

  /** Starts a deployment and returns at once. */
  runDeployment({ plan, asked, stubs = {}, world = new World(stubs) }: DeploymentOptions = {}): Promise<Run> {
    return this.begin('deployment', { plan: planOf(plan), ...asked }, world);
  }

  /** Starts the way back of a run that has ended, and returns at once. */
  runRecovery({ plan, asked, stubs = {}, world = new World(stubs) }: RecoveryOptions): Promise<Run> {
    return this.begin('recovery', { plan: planOf(plan), ...asked }, world);
  }

  /** Runs of a stack that a test has named by itself see each other. */
  private async begin(kind: RunKind, input: { plan: Plan }, world: World, timers: Timers = {}): Promise<Run> {
    const { name } = input.plan;
    const workflowId = workflowIdOf(kind, name === SHORT.name ? `${name}-${randomUUID()}` : name);
    this.worlds.set(workflowId, world);
    const { taskQueue } = this;
    const { longTimer, standingTimer } = timers;
    const handle = await this.client.workflow.start<typeof migrateWorkflow>(WORKFLOW_TYPES[kind], {
      workflowId,
      taskQueue,
      args: [input],
      memo: {
        [NO_TIMERS]: true,
        ...(longTimer !== undefined && { [LONG_TIMER]: longTimer }),
        ...(standingTimer !== undefined && { [STANDING_TIMER]: standingTimer }),
      },
    });
    return new Run(handle, world);
  }

  /** Starts a workflow past every converter, as the Temporal UI may. */
  async startRaw(name: string, payload: RawPayload | undefined): Promise<Run> {
    const workflowId = `raw-${randomUUID()}`;
    const world = new World();
    this.worlds.set(workflowId, world);
    const { namespace, connection } = this.client.options;
    const { runId } = await connection!.workflowService.startWorkflowExecution({
      namespace,
      workflowId,
      requestId: randomUUID(),
      workflowType: { name },
      taskQueue: { name: this.taskQueue },
      ...inputOf(payload),
    });
    const handle = this.client.workflow.getHandle<typeof migrateWorkflow>(workflowId, runId!);
    return new Run({ ...handle, firstExecutionRunId: runId! }, world);
  }

  /** The newest run of the same workflow: a reset begins another. */
  follow({ handle, world }: Run): Run {
    const newest = this.client.workflow.getHandle<typeof migrateWorkflow>(handle.workflowId);
    return new Run({ ...newest, firstExecutionRunId: handle.firstExecutionRunId }, world);
  }

  /** Does something while no worker answers: what comes to a run meanwhile comes to it in one task. */
  async whileAway(act: () => Promise<unknown>): Promise<void> {
    await this.endWorkers();
    await act();
    await this.startWorkers();
  }

  /** Ends every run that is open, then the worker. */
  async stop(): Promise<void> {
    await Promise.all([...this.worlds.keys()].map((id) => this.terminate(id)));
    await this.endWorkers();
    await Promise.all([this.client.connection, this.native].map((connection) => connection.close()));
  }

  private async startWorkers(): Promise<void> {
    const { taskQueue, native: connection } = this;
    const common = {
      connection,
      activities: activitiesOf(this.worlds),
      maxHeartbeatThrottleInterval: 100,
    };
    this.workers = await Promise.all([
      Worker.create({
        ...common,
        taskQueue,
        workflowBundle: this.workflowBundle,
      }),
      Worker.create({
        ...common,
        taskQueue: imagesQueueOf(taskQueue),
      }),
    ]);
    this.ended = Promise.all(this.workers.map((worker) => worker.run()));
  }

  private async endWorkers(): Promise<void> {
    for (const worker of this.workers) worker.shutdown();
    await this.ended;
  }

  private async terminate(workflowId: string): Promise<void> {
    // one that has ended can't be terminated
    await this.client.workflow
      .getHandle(workflowId)
      .terminate('the test is over')
      .catch(() => undefined);
  }
}

/** Every activity of the contract, each answered by the world of the run that asks. */
/** What a run is started with is read by the product itself: it asks nothing of a world. */
function activitiesOf(worlds: Map<string, World>): Record<string, (input: unknown) => Promise<unknown>> {
  const worldOfRun = () => worlds.get(Context.current().info.workflowExecution!.workflowId)!;
  const stubs = NAMES.map((name) => [name, withHeartbeats((input: unknown) => worldOfRun().answer(name, input))]);
  const product = createActivities({} as Deps);
  return {
    ...Object.fromEntries(stubs),
    ...Object.fromEntries(STARTS.map((name) => [name, product[name]])),
  };
}

/** A worker for all tests of a file. @returns how a test starts a migration on it */
export function useStubWorker(): (options?: RunOptions) => Promise<Run> {
  const workerOf = useWorker();
  return (options) => workerOf().runWorkflow(options);
}

/** The same for files in which there are deployments too. */
export function useStubWorkers() {
  const workerOf = useWorker();
  return {
    migrate: (options: RunOptions) => workerOf().runWorkflow(options),
    deploy: (options: DeploymentOptions) => workerOf().runDeployment(options),
    recover: (options: RecoveryOptions) => workerOf().runRecovery(options),
  };
}

function useWorker(): () => StubWorker {
  let worker: StubWorker;
  beforeAll(async () => {
    worker = await StubWorker.start();
  });
  afterAll(() => worker.stop());
  return () => worker;
}
