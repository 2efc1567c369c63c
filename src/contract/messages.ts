import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SignalDefinition,
  type UpdateDefinition,
} from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Plan } from '../plan/schema';
import { VERB_NAMES, type Verb, type Word } from './verbs';
import type { RunKind, Status } from './status';
import type { Undo } from './undos';

/** The product's task queue, unless TEMPORAL_TASK_QUEUE names another. */
export const TASK_QUEUE = 'lgtm-migrate';
/** Where hosts that can build images poll. */
export const imagesQueueOf = (taskQueue: string): string => `${taskQueue}-images`;
/** Names of the workflow types, as `temporal workflow start --type` takes them. */
export const WORKFLOW_TYPES = { migration: 'migrate', deployment: 'deploy' } as const satisfies Record<RunKind, string>;

/** One stack, one workflow id of each kind: what makes a second start impossible while one runs. */
export function workflowIdOf(kind: RunKind, name: string): string {
  return `lgtm-${WORKFLOW_TYPES[kind]}-${name}`;
}

export interface MigrateInput {
  plan: Plan;
}

/** What an update answers: a sentence. The status is asked for, since whatever an update answers stays in the history. */
export interface Answer {
  accepted: string;
}

/** One signal per verb, for the Temporal UI and its command line: what is refused is told in the events. */
export const signals = Object.fromEntries(VERB_NAMES.map((verb) => [verb, defineSignal<[Word | undefined]>(verb)])) as {
  [verb in Verb]: SignalDefinition<[Word | undefined], string>;
};

/** One update per verb; a refusal names the current state (WorkflowUpdateFailedError.cause). */
export const updates = Object.fromEntries(
  VERB_NAMES.map((verb) => [verb, defineUpdate<Answer, [Word | undefined]>(verb)]),
) as {
  [verb in Verb]: UpdateDefinition<Answer, [Word | undefined], string>;
};

export const statusQuery = defineQuery<Status>('status');
/** What a run would take back, oldest first: whoever terminates it does not lose it. */
export const ledgerQuery = defineQuery<Undo[]>('ledger');

export const searchAttributes = {
  phase: defineSearchAttributeKey('MigrationPhase', SearchAttributeType.KEYWORD),
  weight: defineSearchAttributeKey('MigrationWeight', SearchAttributeType.INT),
  health: defineSearchAttributeKey('MigrationHealth', SearchAttributeType.KEYWORD),
  waiting: defineSearchAttributeKey('MigrationWaiting', SearchAttributeType.KEYWORD),
};

/** The workflow as a client types it, without importing its code. */
export declare function migrateWorkflow(input: MigrateInput): Promise<Status>;
