import type {
  DeployedService,
  DeploymentAnswer,
  DeploymentRequest,
  EndedDeployment,
  Permit,
} from '../contract/deployments';
import { isUnreadable } from '../contract/unreadable';
import type { Run } from './engine/run';
import { isMap } from './engine/word';
import { tellUnreadMessage } from './moves/texts';

// What a deployment and a migration of its stack send each other. Anybody can send a signal: what is taken for something
// else would fail the task for ever.

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOMENTS: readonly unknown[] = ['before', 'week'] satisfies Permit['moment'][];

export function isRequest(said: unknown): said is DeploymentRequest {
  if (!isMap(said)) return false;
  const { runId, firstRunId, services, duringWeek } = said;
  const hasNames = isRunId(runId) && isRunId(firstRunId);
  return hasNames && isTexts(services) && services.length > 0 && typeof duringWeek === 'boolean';
}

export function isAnswer(said: unknown): said is DeploymentAnswer {
  if (!isMap(said)) return false;
  const { refusal, moment, oldHost } = said;
  if (isText(refusal)) return true;
  return refusal === null && MOMENTS.includes(moment) && isTextOrNone(oldHost);
}

export function isEnd(said: unknown): said is EndedDeployment {
  if (!isMap(said)) return false;
  const { runId, services, leftovers } = said;
  const hasServices = isMap(services) && Object.values(services).every(isDeployed);
  return isRunId(runId) && hasServices && (leftovers === undefined || isTexts(leftovers));
}

function isDeployed(said: unknown): said is DeployedService {
  if (!isMap(said)) return false;
  const { taskDefinition, withoutDuties, count, image } = said;
  const isCount = Number.isSafeInteger(count) && Number(count) > 0;
  return isText(taskDefinition) && isText(image) && isTextOrNone(withoutDuties) && isCount;
}

/** Whatever else a signal to a run is addressed with would fail the task. */
const isRunId = (value: unknown): value is string => isText(value) && RUN_ID.test(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNone = (value: unknown): value is string | undefined => value === undefined || isText(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/**
 * @param what it should be, as an operator knows it
 * @returns null: it is something else, which is told
 */
export function readMessage<T>(
  { progress }: Run,
  what: string,
  is: (said: unknown) => said is T,
  said: unknown,
): T | null {
  if (is(said)) return said;
  progress.addEvent(tellUnreadMessage(isUnreadable(said) ? said.unreadable : `it is not ${what}`));
  return null;
}
