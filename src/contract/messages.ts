import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SignalDefinition,
  type UpdateDefinition,
} from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Plan } from '../plan/schema';
import type { DeployInput, DeploymentAnswer, DeploymentRequest, EndedDeployment } from './deployments';
import type { RecoverInput } from './recovery';
import { VERB_NAMES, type Verb, type Word } from './verbs';
import type { RunKind, Status } from './status';
import type { Undo } from './undos';

/** The product's task queue, unless TEMPORAL_TASK_QUEUE names another. */
export const TASK_QUEUE = 'lgtm-migrate';
/** Where hosts that can build images poll. */
export const imagesQueueOf = (taskQueue: string): string => `${taskQueue}-images`;
/** Names of the workflow types, as `temporal workflow start --type` takes them. */
export const WORKFLOW_TYPES = {
  migration: 'migrate',
  deployment: 'deploy',
  recovery: 'recover',
} as const satisfies Record<RunKind, string>;

/** A recovery is a migration's way back: of the two one at a time. */
const ID_TYPES: Record<RunKind, string> = {
  ...WORKFLOW_TYPES,
  recovery: WORKFLOW_TYPES.migration,
};

/** One stack, one workflow id of each kind: what makes a second start impossible while one runs. */
export function workflowIdOf(kind: RunKind, name: string): string {
  return `lgtm-${ID_TYPES[kind]}-${name}`;
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

/** What a deployment and a migration of its stack say to each other; neither waits for one that is not there. */
export const requestDeploymentSignal = defineSignal<[DeploymentRequest]>('requestDeployment');
export const answerDeploymentSignal = defineSignal<[DeploymentAnswer]>('answerDeployment');
export const endDeploymentSignal = defineSignal<[EndedDeployment]>('endDeployment');
/** with the reason: the migration goes back */
export const stopDeploymentSignal = defineSignal<[string]>('stopDeployment');
/** says nothing: that it is heard shows that a deployment runs */
export const knockSignal = defineSignal('knock');
/** Whether a deployment is there still: it takes it and does nothing. */
export const lookSignal = defineSignal('look');

export const statusQuery = defineQuery<Status>('status');
/** What a run would take back, oldest first: whoever terminates it does not lose it. */
export const ledgerQuery = defineQuery<Undo[]>('ledger');

/** Why a migration lets no deployment in now; null: it does. The argument: whether it is for the week. */
export const deploymentRefusalQuery = defineQuery<string | null, [boolean]>('deploymentRefusal');

export const searchAttributes = {
  phase: defineSearchAttributeKey('MigrationPhase', SearchAttributeType.KEYWORD),
  weight: defineSearchAttributeKey('MigrationWeight', SearchAttributeType.INT),
  health: defineSearchAttributeKey('MigrationHealth', SearchAttributeType.KEYWORD),
  waiting: defineSearchAttributeKey('MigrationWaiting', SearchAttributeType.KEYWORD),
  services: defineSearchAttributeKey('DeploymentServices', SearchAttributeType.KEYWORD_LIST),
  outcome: defineSearchAttributeKey('DeploymentOutcome', SearchAttributeType.KEYWORD),
  /** from its start until all was verified; the bake is not in it */
  seconds: defineSearchAttributeKey('DeploymentSeconds', SearchAttributeType.INT),
};

/** The workflows as a client types them, without importing their code. */
export declare function migrateWorkflow(input: MigrateInput): Promise<Status>;
export declare function recoverWorkflow(input: RecoverInput): Promise<Status>;
export declare function deployWorkflow(input: DeployInput): Promise<Status>;
