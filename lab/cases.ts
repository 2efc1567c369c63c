import { readFileSync } from 'node:fs';
import {
  Client,
  Connection,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { TASK_QUEUE, WORKFLOW_TYPES, workflowIdOf, type migrateWorkflow } from '../src/contract/messages';
import type { RunKind } from '../src/contract/status';
import { parsePlan } from '../src/plan/loader';
import type { Dump, Emulator, WorldChoice } from './emulator';
import { LONG_TIMER, NO_TIMERS, SHORT_CALLS } from './interceptor';
import type { Lab } from './lab';

/** What may run of a stack, of each one at most. */
const KINDS: RunKind[] = ['migration', 'deployment'];

/** What a case finds; absent: as the lab was started, with its plan. */
export interface CaseOptions extends Partial<WorldChoice> {
  /** keys laid over the lab's plan */
  plan?: Record<string, unknown>;
  /** what the emulator's calls meet; emulator/README.md lists the rules */
  rules?: object[];
  /** of the emulator, over its own */
  settings?: Record<string, number>;
  /** the workflow's timers are hardly waited for */
  noTimers?: boolean;
  /** the summary of the one that is */
  longTimer?: string | undefined;
  /** activities are given up after a tenth of their time */
  shortCalls?: boolean;
}

/** A migration that runs, and the account as it was before. */
export interface Case {
  name: string;
  handle: WorkflowHandleWithFirstExecutionRunId<typeof migrateWorkflow>;
  emulator: Emulator;
  before: Dump;
}

/** One migration after another on one lab, each of a stack of its own on an account that nobody has touched. */
export class Cases {
  private count = 0;
  /** the workflows of the case before */
  private last: string[] = [];

  private constructor(
    readonly lab: Lab,
    readonly client: Client,
  ) {}

  /** @param lab one that has been started */
  static async open(lab: Lab): Promise<Cases> {
    const connection = await Connection.connect({ address: lab.temporal });
    return new Cases(lab, new Client({ connection }));
  }

  async close(): Promise<void> {
    await this.client.connection.close();
  }

  /** Starts a migration, hands it over, and returns what was made of it. */
  async run<T>(options: CaseOptions, play: (running: Case) => Promise<T>): Promise<T> {
    const name = `case-${++this.count}`;
    await this.renew(name, options);
    const { emulator } = this.lab;
    await emulator.post('/settings', options.settings ?? {});
    for (const rule of options.rules ?? []) await emulator.post('/rules', rule);
    const before = await emulator.dump();
    const handle = await this.start(name, options);
    return play({
      name,
      handle,
      emulator,
      before,
    });
  }

  /** A new account and a plan for it; whatever the case before has left is ended. */
  async renew(name: string, { world, record, plan }: CaseOptions): Promise<void> {
    await this.clear();
    this.last = KINDS.map((kind) => workflowIdOf(kind, name));
    const choice = {
      ...(world && { world }),
      ...(record && { record }),
    };
    await this.lab.renew(choice, { name, ...plan });
  }

  private start(name: string, options: CaseOptions): Promise<Case['handle']> {
    const { noTimers = false, longTimer, shortCalls = false } = options;
    const file = this.lab.plan;
    const plan = parsePlan(readFileSync(file, 'utf8'), file);
    return this.client.workflow.start<typeof migrateWorkflow>(WORKFLOW_TYPES.migration, {
      workflowId: workflowIdOf('migration', name),
      taskQueue: TASK_QUEUE,
      args: [{ plan }],
      memo: {
        [NO_TIMERS]: noTimers,
        [SHORT_CALLS]: shortCalls,
        ...(longTimer !== undefined && { [LONG_TIMER]: longTimer }),
      },
    });
  }

  /** An open run is terminated, and its worker with it: an activity of it must not reach the next account. */
  private async clear(): Promise<void> {
    const { lab, last } = this;
    if (!lab.processes.runs('temporal')) await lab.repair();
    for (const id of last) {
      const handle = this.client.workflow.getHandle(id);
      if (!(await isOpen(handle))) continue;
      await handle.terminate('its case is over');
      await lab.stopPart('worker', 'SIGKILL');
    }
    await lab.repair();
  }
}

function isOpen(handle: WorkflowHandle): Promise<boolean> {
  return handle.describe().then(
    ({ status }) => status.name === 'RUNNING',
    () => false,
  );
}
